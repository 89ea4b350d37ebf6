"""Odnoklassniki as a network of the contract: each verb is one module beside this one."""

from datetime import datetime, timedelta

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, ReadPlace
from otklik.networks.connector import Connector
from otklik.networks.ok import address as at
from otklik.networks.ok import back, dialogues, hook, link, look, own, parse, pasted, setup, speak, stream
from otklik.networks.ok.client import TITLE, whole_option
from otklik.networks.pace import pause


def _foreign(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    return stream.read_group(access, place, pause(_pause(access, 15), place.quiet))


def _dialogue(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    return dialogues.read_place(access, place, now, _pause(access, 15))


def _pause(access: Access, default: int) -> timedelta:
    return timedelta(seconds=whole_option(access, "watch_seconds", default, 1, 3600))


class OK(Connector):
    """`Access.external_id` is the group's number; tokens: the application's two keys, "access" and, if any, "group"."""

    kind = "ok"
    title: str = TITLE
    base = "https://api.ok.ru"
    prefix = "ok"
    icon = "brand-ok-ru"
    hosts: tuple[str, ...] = ("ok.ru", "odnoklassniki.ru")
    numbered = "user:{}"
    keys = setup.KEYS
    id_hint: str = _("Например 53038939046008 или ok.ru/group/53038939046008")
    places = {"own": own.read_own, "foreign": _foreign, "dialogue": _dialogue, "link": link.read_link}
    reads = frozenset(places)
    not_read = _("Из Одноклассников так читать нельзя")
    limits = speak.LIMITS

    authentic = staticmethod(hook.authentic)
    answer_to = staticmethod(hook.answer_to)
    raw = staticmethod(hook.heard)
    account_id = staticmethod(at.group_number)
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

    def place_id(self, typed: str) -> str:
        return at.group_number(typed) or at.short_name(typed)

    def visited(self, kind: str, address: str) -> bool:
        """In a group of others anybody may; in its own an administrator speaks for it."""
        return kind == "foreign"

    def voice(self, external_id: str) -> str:
        return at.group_id(at.group_number(external_id))
