"""MAX as a network of the contract: each verb is one module beside this one."""

from otklik.lib.sentence import Sentence as _
from otklik.networks.connector import Connector
from otklik.networks.max import address as at
from otklik.networks.max import back, link, look, parse, pasted, poll, setup, speak, updates, watch
from otklik.networks.max.client import TITLE


class Max(Connector):
    """`Access.external_id` is the bot's user id ("229229229"); its one token is "bot"."""

    kind = "max"
    title = TITLE
    base = "https://platform-api2.max.ru"
    prefix = "max"
    icon = ""
    hosts: tuple[str, ...] = ("max.ru",)
    numbered = "max:user:{}"
    keys = setup.KEYS
    id_hint: str = _("Число, например 229229229: user_id бота")
    places = {"own": poll.fetch_own, "foreign": watch.watch, "link": link.read_link}
    reads = frozenset(places)
    not_read = _("Из MAX так читать нельзя")
    limits = speak.LIMITS

    authentic = staticmethod(updates.authentic)
    answer_to = staticmethod(updates.answer_to)
    raw = staticmethod(updates.heard)
    parse = staticmethod(parse.parse)
    publish = staticmethod(speak.publish)
    subscribe = staticmethod(setup.subscribe)
    rights = staticmethod(setup.rights)
    authors = staticmethod(setup.authors)
    address_of = staticmethod(pasted.address_of)
    find = staticmethod(look.find)
    replies = staticmethod(look.replies)
    posts = staticmethod(back.posts)
    under = staticmethod(back.under)

    def account_id(self, typed: str) -> str:
        return str(at.user_number(typed.strip().removeprefix("max://user/")) or "")

    def place_id(self, typed: str) -> str:
        number = at.channel_number(typed.strip()) or pasted.chat_of(typed.strip(), "")
        return str(number) if number else pasted.name_of(typed.strip(), "")

    def voice(self, external_id: str) -> str:
        return at.user_id(at.user_number(external_id))
