"""X (Twitter) as a network of the contract: each verb is one module beside this one."""

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Law
from otklik.networks.connector import Connector
from otklik.networks.x import address as at
from otklik.networks.x import link, look, parse, pasted, places, renew, setup, speak, subscribe, webhook
from otklik.networks.x.client import TITLE


class X(Connector):
    """`Access.external_id` is the account's number; tokens: "bearer", "user", for pushes "consumer_secret", and
    "client_id", "client_secret", "refresh", which renew a "user" of OAuth 2.0."""

    kind = "x"
    title = TITLE
    base = "https://api.x.com"
    prefix = "x"
    icon = "brand-x"
    hosts: tuple[str, ...] = ("x.com", "twitter.com")
    numbered = "{}"
    law = Law(
        read=False,
        speak=False,
        why=_("Сеть заблокирована в России с марта 2022 года, а её API оплачивается в долларах."),
        mark=_("заблокирована в России"),
    )
    keys = setup.KEYS
    id_hint: str = _("Номер аккаунта, например 2244994945: он виден в Developer Console")
    lists_widely = True
    places = {
        "own": places.own,
        "foreign": places.foreign,
        "search": places.search,
        "dialogue": places.dialogue,
        "link": link.read_link,
    }
    reads = frozenset(places)
    not_read = _("Из X так читать пока нельзя")
    limits = speak.LIMITS

    authentic = staticmethod(webhook.authentic)
    answer_to = staticmethod(webhook.answer_to)
    raw = staticmethod(webhook.heard)
    account_id = staticmethod(at.account_number)
    parse = staticmethod(parse.parse)
    publish = staticmethod(speak.publish)
    subscribe = staticmethod(subscribe.subscribe)
    rights = staticmethod(setup.rights)
    authors = staticmethod(setup.authors)
    address_of = staticmethod(pasted.address_of)
    find = staticmethod(look.find)
    replies = staticmethod(look.replies)
    renewable = staticmethod(renew.renewable)
    renew = staticmethod(renew.renew)

    def place_id(self, typed: str) -> str:
        return at.account_number(typed) or at.user_name(typed)

    def voice(self, external_id: str) -> str:
        return at.account_number(external_id)
