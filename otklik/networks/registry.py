"""One line a network."""

from otklik.networks.base import Network
from otklik.networks.vk.network import VK

NETWORKS: dict[str, Network] = {network.kind: network for network in (VK(),)}
