"""Facebook as a network of the contract: what it declares; the rest is in the core that two networks share."""

from functools import partial

from otklik.networks.base import KeyKind
from otklik.networks.facebook import address, parse
from otklik.networks.facebook.dialect import DIALECT, foreign
from otklik.networks.facebook.words import ENGLISH
from otklik.networks.meta import poll
from otklik.networks.meta.network import GraphNetwork
from otklik.networks.meta.setup import PAGE_KEY, SECRET_KEY


class Facebook(GraphNetwork):
    """`Access.external_id` is the Page's number; tokens: "page" and "app_secret". `Access.secret` is the word of the
    handshake."""

    dialect = DIALECT
    kind = "facebook"
    title = DIALECT.side.title
    icon = "brand-facebook"
    hosts: tuple[str, ...] = ("facebook.com", "fb.com")
    english = ENGLISH
    keys: tuple[KeyKind, ...] = (PAGE_KEY, SECRET_KEY)
    id_hint = "Например 100012345698901 или facebook.com/profile.php?id=100012345698901"
    places = {
        "own": partial(poll.own, DIALECT),
        "foreign": foreign,
        "dialogue": partial(poll.dialogue, DIALECT),
        "link": partial(poll.link, DIALECT),
    }
    reads = frozenset(places)
    not_read = "Из Facebook так читать нельзя"
    limits = DIALECT.limits

    place_id = staticmethod(address.page_name)
    account_id = staticmethod(address.page_number)
    address_of = staticmethod(address.address_of)
    parse = staticmethod(parse.parse)
