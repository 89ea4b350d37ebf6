"""VKontakte as a network of the contract: each verb is one module beside this one."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from otklik.networks.base import (
    Access,
    Address,
    CannotTell,
    Event,
    Fetched,
    HttpAnswer,
    Incoming,
    Json,
    Law,
    Limits,
    Origin,
    Person,
    Published,
    Raw,
    ReadPlace,
    Right,
    Speech,
)
from otklik.networks.errors import NotSupported
from otklik.networks.optional import Count, Page
from otklik.networks.pace import pause
from otklik.networks.vk import address as at
from otklik.networks.vk import back, callback, link, look, parse, pasted, poll, search, setup, speak, watch
from otklik.networks.vk.client import TITLE
from otklik.networks.vk.pages import whole_option
from otklik.networks.vk.words import ENGLISH


def _own(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    if access.options.get("push") is not True:
        return poll.poll(access, place, now)
    usual = timedelta(seconds=whole_option(access, "reconcile_seconds", 60, 5, 3600))
    return watch.watch(access, place, Origin.BACKFILL, usual, now)


def _foreign(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    usual = timedelta(seconds=whole_option(access, "watch_seconds", 15, 1, 3600))
    return watch.watch(access, place, Origin.WATCH, pause(usual, place.quiet), now)


def _link(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    return link.read_link(access, place)


_PLACES: dict[str, Callable[[Access, ReadPlace, datetime], Fetched]] = {
    "own": _own,
    "foreign": _foreign,
    "search": search.read_search,
    "link": _link,
}


class VK:
    """`Access.external_id` is the community's number ("12"); tokens: "community", "service" and, if any, "user"."""

    kind = "vk"
    title = TITLE
    base = "https://api.vk.ru"
    prefix = "vk"
    icon = "brand-vk"
    hosts: tuple[str, ...] = ("vk.com", "vk.ru", "vkontakte.ru")
    numbered = "id{}"
    law = Law()
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Например 12345 или vk.com/club12345"
    keyed = True
    tells_once = False
    # How many pictures a comment takes is not documented; two is what the site lets people attach.
    limits = Limits(text=4000, direct_text=9000, photos=2, direct_photos=10, photo_bytes=50 * 1024 * 1024)

    reads = frozenset(_PLACES)

    def place_id(self, typed: str) -> str:
        number = at.group_number(typed)
        return str(number) if number else at.short_name(typed)

    def account_id(self, typed: str) -> str:
        return str(at.group_number(typed) or "")

    def authentic(self, request: Incoming, access: Access) -> bool:
        return callback.authentic(request, access)

    def answer_to(self, request: Incoming, access: Access) -> HttpAnswer:
        return callback.answer_to(request, access)

    def raw(self, request: Incoming) -> Raw:
        return callback.heard(request)

    def parse(self, raw: Raw) -> list[Event]:
        return parse.parse(raw)

    def fetch(self, access: Access, place: ReadPlace, now: datetime) -> Fetched:
        """`now` says only how far back a first search goes: the network's own clock and counters tell what is new."""
        read = _PLACES.get(place.kind)
        if read is None:
            raise NotSupported("Из ВКонтакте так читать пока нельзя")
        return read(access, place, now)

    def posts(self, access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
        return back.posts(access, place, page, since)

    def under(self, access: Access, place: ReadPlace, count: Count, page: Mapping[str, Json]) -> Page:
        return back.under(access, place, count, page)

    def visited(self, kind: str, address: str) -> bool:
        """Communities are guests on each other's walls. Beside a wall its owner alone speaks."""
        return kind in ("own", "foreign") and at.beside_address(address) is None

    def publish(self, access: Access, speech: Speech, key: str) -> Published:
        return speak.publish(access, speech, key, self.limits)

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None:
        return look.find(access, speech)

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        return look.replies(access, speech)

    def subscribe(self, access: Access, hook: str) -> None:
        setup.subscribe(access, hook)

    def confirmation_code(self, access: Access) -> str:
        return setup.confirmation_code(access)

    def rights(self, access: Access) -> list[Right]:
        return setup.rights(access)

    def voice(self, external_id: str) -> str:
        return at.owner_id(-at.group_number(external_id))

    def authors(self, access: Access, ids: list[str]) -> list[Person]:
        return setup.authors(access, ids)

    def address_of(self, url: str, site: str = "") -> Address | None:
        return pasted.address_of(url, site)
