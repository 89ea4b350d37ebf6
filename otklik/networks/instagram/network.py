"""Instagram as a network of the contract: what it declares; the rest is in the core that two networks share."""

from functools import partial

from otklik.networks.base import KeyKind
from otklik.networks.instagram import address, parse
from otklik.networks.instagram.dialect import DIALECT
from otklik.networks.instagram.words import ENGLISH
from otklik.networks.meta import poll
from otklik.networks.meta.network import GraphNetwork
from otklik.networks.meta.setup import PAGE_KEY, SECRET_KEY

_KEY = KeyKind(
    "instagram",
    "Ключ аккаунта Instagram",
    "слышит, читает и отвечает, если у аккаунта нет страницы Facebook",
    "Meta for Developers → приложение → Instagram → Настройка входа → ключ доступа",
    4.0,
    needed=False,
)


class Instagram(GraphNetwork):
    """`Access.external_id` is the account's number (17841…); tokens: "page" of the Page it is linked to or
    "instagram" of its own, and "app_secret". `Access.secret` is the word of the handshake."""

    dialect = DIALECT
    kind = "instagram"
    title = DIALECT.side.title
    icon = "brand-instagram"
    hosts: tuple[str, ...] = ("instagram.com",)
    english = ENGLISH
    keys: tuple[KeyKind, ...] = (PAGE_KEY, _KEY, SECRET_KEY)
    id_hint = "Номер профессионального аккаунта из Graph API: одни цифры"
    places = {
        "own": partial(poll.own, DIALECT),
        "dialogue": partial(poll.dialogue, DIALECT),
        "link": partial(poll.link, DIALECT),
    }
    reads = frozenset(places)
    not_read = "Из Instagram так читать нельзя: чужие публикации он не показывает"
    limits = DIALECT.limits

    place_id = staticmethod(address.account_number)
    account_id = staticmethod(address.account_number)
    address_of = staticmethod(address.address_of)
    parse = staticmethod(parse.parse)
