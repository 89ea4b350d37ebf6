"""Instagram as a network of the contract: each verb is one module beside this one, or in the core that two share."""

from otklik.networks.instagram import address as at
from otklik.networks.instagram import back, link, look, parse, pasted, poll, setup, speak
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.words import ENGLISH
from otklik.networks.meta.network import GraphNetwork


class Instagram(GraphNetwork):
    """`Access.external_id` is the account's number (17841…); tokens: "page" of the Page it is linked to or
    "instagram" of its own, and "app_secret". `Access.secret` is the word of the handshake."""

    kind = "instagram"
    side = INSTAGRAM
    title = INSTAGRAM.title
    icon = "brand-instagram"
    hosts: tuple[str, ...] = ("instagram.com",)
    numbered = "{}"
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Номер профессионального аккаунта из Graph API: одни цифры"
    places = {"own": poll.own, "dialogue": poll.dialogue, "link": link.read_link}
    reads = frozenset(places)
    not_read = "Из Instagram так читать нельзя: чужие публикации он не показывает"
    limits = speak.LIMITS

    place_id = staticmethod(at.account_number)
    account_id = staticmethod(at.account_number)
    parse = staticmethod(parse.parse)
    publish = staticmethod(speak.publish)
    subscribe = staticmethod(setup.subscribe)
    rights = staticmethod(setup.rights)
    authors = staticmethod(setup.authors)
    address_of = staticmethod(pasted.address_of)
    posts = staticmethod(back.posts)
    under = staticmethod(back.under)
    ours = staticmethod(look.ours)
