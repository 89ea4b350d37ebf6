"""Accounts of the town's communities in VKontakte, and places that are read again and again with them."""

from otklik.networks.base import Access, Json
from otklik.networks.vk.network import VK
from tests.connectors import Reading, access
from tests.sandbox.town import Town

VKONTAKTE = VK()


def account(town: Town, *, group: int = 0, user: bool = False, **options: Json) -> Access:
    """The account of the town's own community, or of the guest community; `user`: with an administrator's key too."""
    keys = {"community": town.guest_token if group == town.guest else town.token, "service": town.service}
    if user:
        keys["user"] = town.admin
    return access(town.sandbox, "vk", group or town.group, keys, options)


def reading(account: Access, kind: str = "own", external_id: object = "") -> Reading:
    """The community's own place unless another one is named."""
    return Reading(VKONTAKTE, account, kind, external_id or account.external_id)
