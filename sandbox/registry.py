"""The list of emulated networks: one line each. This is the seam for the next one."""

from sandbox.max import NETWORK as MAX
from sandbox.meta import NETWORK as META
from sandbox.network import Network
from sandbox.ok import NETWORK as OK
from sandbox.telegram import NETWORK as TELEGRAM
from sandbox.vk import NETWORK as VK
from sandbox.x import NETWORK as X

NETWORKS: tuple[Network, ...] = (VK, OK, MAX, TELEGRAM, META, X)
