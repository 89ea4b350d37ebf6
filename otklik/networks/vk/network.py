"""VKontakte as a network of the contract: each verb is one module beside this one."""

from datetime import datetime, timedelta

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Origin, ReadPlace
from otklik.networks.connector import Connector
from otklik.networks.pace import pause
from otklik.networks.vk import address as at
from otklik.networks.vk import back, callback, link, look, parse, pasted, poll, search, setup, speak, watch
from otklik.networks.vk.client import TITLE
from otklik.networks.vk.pages import whole_option


def _own(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    if access.options.get("push") is not True:
        return poll.poll(access, place, now)
    usual = timedelta(seconds=whole_option(access, "reconcile_seconds", 60, 5, 3600))
    return watch.watch(access, place, Origin.BACKFILL, usual, now)


def _foreign(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    usual = timedelta(seconds=whole_option(access, "watch_seconds", 15, 1, 3600))
    return watch.watch(access, place, Origin.WATCH, pause(usual, place.quiet), now)


class VK(Connector):
    """`Access.external_id` is the community's number ("12"); tokens: "community", "service" and, if any, "user"."""

    kind = "vk"
    title: str = TITLE
    base = "https://api.vk.ru"
    prefix = "vk"
    icon = "brand-vk"
    hosts: tuple[str, ...] = ("vk.com", "vk.ru", "vkontakte.ru")
    numbered = "id{}"
    keys = setup.KEYS
    id_hint: str = _("Например 12345 или vk.com/club12345")
    keyed = True
    limits = speak.LIMITS

    places = {"own": _own, "foreign": _foreign, "search": search.read_search, "link": link.read_link}
    reads = frozenset(places)
    not_read = _("Из ВКонтакте так читать пока нельзя")

    authentic = staticmethod(callback.authentic)
    answer_to = staticmethod(callback.answer_to)
    raw = staticmethod(callback.heard)
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
    confirmation_code = staticmethod(setup.confirmation_code)

    def place_id(self, typed: str) -> str:
        number = at.group_number(typed)
        return str(number) if number else at.short_name(typed)

    def account_id(self, typed: str) -> str:
        return str(at.group_number(typed) or "")

    def visited(self, kind: str, address: str) -> bool:
        """Communities are guests on each other's walls. Beside a wall its owner alone speaks."""
        return kind in ("own", "foreign") and at.beside_address(address) is None

    def voice(self, external_id: str) -> str:
        return at.owner_id(-at.group_number(external_id))
