"""The list of emulated networks: one line each. This is the seam for the next one."""

from otklik.sandbox.network import Network
from otklik.sandbox.ok import NETWORK as OK
from otklik.sandbox.vk import NETWORK as VK

NETWORKS: tuple[Network, ...] = (VK, OK)
