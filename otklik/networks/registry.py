"""One line a network; and the titles of those that we only hold messages of."""

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Network
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from otklik.networks.max.network import Max
from otklik.networks.ok.network import OK
from otklik.networks.telegram.network import Telegram
from otklik.networks.vk.network import VK
from otklik.networks.x.network import X

NETWORKS: dict[str, Network] = {
    network.kind: network for network in (VK(), OK(), Max(), Telegram(), Instagram(), Facebook(), X())
}

TITLES = {"other": _("Другая площадка")} | {kind: network.title for kind, network in NETWORKS.items()}


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
