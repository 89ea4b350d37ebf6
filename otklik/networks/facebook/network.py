"""Facebook as a network of the contract: each verb is one module beside this one, or in the core that two share."""

from otklik.networks.facebook import address as at
from otklik.networks.facebook import back, link, look, parse, pasted, poll, setup, speak
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.facebook.words import ENGLISH
from otklik.networks.meta.network import GraphNetwork


class Facebook(GraphNetwork):
    """`Access.external_id` is the Page's number; tokens: "page" and "app_secret". `Access.secret` is the word of the
    handshake."""

    kind = "facebook"
    side = FACEBOOK
    title = FACEBOOK.title
    icon = "brand-facebook"
    hosts: tuple[str, ...] = ("facebook.com", "fb.com")
    numbered = "{}"
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Например 100012345698901 или facebook.com/profile.php?id=100012345698901"
    places = {"own": poll.own, "foreign": poll.foreign, "dialogue": poll.dialogue, "link": link.read_link}
    reads = frozenset(places)
    not_read = "Из Facebook так читать нельзя"
    limits = speak.LIMITS

    place_id = staticmethod(at.page_name)
    account_id = staticmethod(at.page_number)
    parse = staticmethod(parse.parse)
    publish = staticmethod(speak.publish)
    subscribe = staticmethod(setup.subscribe)
    rights = staticmethod(setup.rights)
    authors = staticmethod(setup.authors)
    address_of = staticmethod(pasted.address_of)
    posts = staticmethod(back.posts)
    under = staticmethod(back.under)
    ours = staticmethod(look.ours)
