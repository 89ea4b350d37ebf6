"""The list of emulated networks: one line each. This is the seam for the next one."""

from otklik.sandbox.max import NETWORK as MAX
from otklik.sandbox.meta import NETWORK as META
from otklik.sandbox.network import Network
from otklik.sandbox.ok import NETWORK as OK
from otklik.sandbox.telegram import NETWORK as TELEGRAM
from otklik.sandbox.vk import NETWORK as VK
from otklik.sandbox.x import NETWORK as X

NETWORKS: tuple[Network, ...] = (VK, OK, MAX, TELEGRAM, META, X)
