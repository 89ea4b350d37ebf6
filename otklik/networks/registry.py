"""One line a network; and the titles of those that we only hold messages of."""

from otklik.networks.base import Network
from otklik.networks.ok.network import OK
from otklik.networks.vk.network import VK

NETWORKS: dict[str, Network] = {network.kind: network for network in (VK(), OK())}

TITLES = {
    "ok": "Одноклассники",
    "telegram": "Telegram",
    "max": "MAX",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "x": "X (Twitter)",
    "other": "Другая площадка",
} | {kind: network.title for kind, network in NETWORKS.items()}


def key_title(kind: str, network: str = "") -> str:
    """The name of a kind of key for people; "" for one that no network has. Without a network the first that has it."""
    asked = [NETWORKS[network]] if network in NETWORKS else NETWORKS.values()
    return next((key.title for one in asked for key in one.keys if key.kind == kind), "")


def title_of(kind: str) -> str:
    """The network's name for people; its kind where we know no better."""
    return TITLES.get(kind, kind)


def mark_of(kind: str) -> str:
    """What the law wants said beside the name, "" where nothing."""
    return NETWORKS[kind].law.mark if kind in NETWORKS else ""
