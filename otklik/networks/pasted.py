"""What a link that a person pastes leads to in a network; on a training installation the sandbox's pages as well."""

from django.conf import settings

from otklik.networks.base import Address
from otklik.networks.errors import NotSupported
from otklik.networks.optional import ReadsBeside
from otklik.networks.registry import NETWORKS


def leads_to(kind: str, link: str, beside: tuple[str, str] = ("", "")) -> Address | None:
    """None for no address of this network, and where it does not tell. Pure; never raises.

    `beside` are the external id and the link of a text that is known to stand in the same place.
    """
    network = NETWORKS.get(kind)
    if network is None:
        return None
    site = f"{settings.SANDBOX_ADDRESS}/{network.prefix}" if settings.MODE == "demo" else ""
    try:
        return network.address_of(link, site)
    except NotSupported:
        other: object = network
        return other.address_beside(link, *beside) if beside[0] and isinstance(other, ReadsBeside) else None
