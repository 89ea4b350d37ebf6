"""Odnoklassniki as a network of the contract: each verb is one module beside this one."""

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
    Person,
    Published,
    Raw,
    ReadPlace,
    Right,
    Speech,
)
from otklik.networks.errors import NotSupported
from otklik.networks.ok import address as at
from otklik.networks.ok import back, dialogues, hook, link, look, own, parse, pasted, setup, speak, stream
from otklik.networks.ok.client import TITLE, whole_option
from otklik.networks.ok.words import ENGLISH
from otklik.networks.optional import Count, Page
from otklik.networks.pace import pause


def _foreign(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    return stream.read_group(access, place, pause(_pause(access, 15), place.quiet))


def _dialogue(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    return dialogues.read_place(access, place, now, _pause(access, 15))


def _link(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    return link.read_link(access, place)


def _pause(access: Access, default: int) -> timedelta:
    return timedelta(seconds=whole_option(access, "watch_seconds", default, 1, 3600))


_PLACES: dict[str, Callable[[Access, ReadPlace, datetime], Fetched]] = {
    "own": own.read_own,
    "foreign": _foreign,
    "dialogue": _dialogue,
    "link": _link,
}


class OK:
    """`Access.external_id` is the group's number; tokens: the application's two keys, "access" and, if any, "group"."""

    kind = "ok"
    title = TITLE
    base = "https://api.ok.ru"
    prefix = "ok"
    icon = "brand-ok-ru"
    hosts: tuple[str, ...] = ("ok.ru", "odnoklassniki.ru")
    numbered = "user:{}"
    law = Law()
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Например 53038939046008 или ok.ru/group/53038939046008"
    keyed = False
    tells_once = False
    reads = frozenset(_PLACES)
    # 3000 is documented for changing a comment; for a new one and for messages no length is published.
    limits = Limits(text=3000, direct_text=3000, photos=0, direct_photos=0, photo_bytes=0)

    def account_id(self, typed: str) -> str:
        return at.group_number(typed)

    def place_id(self, typed: str) -> str:
        return at.group_number(typed) or at.short_name(typed)

    def authentic(self, request: Incoming, access: Access) -> bool:
        return hook.authentic(request, access)

    def answer_to(self, request: Incoming, access: Access) -> HttpAnswer:
        return hook.answer_to(request, access)

    def raw(self, request: Incoming) -> Raw:
        return hook.heard(request)

    def parse(self, raw: Raw) -> list[Event]:
        return parse.parse(raw)

    def fetch(self, access: Access, place: ReadPlace, now: datetime) -> Fetched:
        """`now` says only how far back the first reading of dialogues goes."""
        read = _PLACES.get(place.kind)
        if read is None:
            raise NotSupported("Из Одноклассников так читать нельзя")
        return read(access, place, now)

    def posts(self, access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
        return back.posts(access, place, page, since)

    def under(self, access: Access, place: ReadPlace, count: Count, page: Mapping[str, Json]) -> Page:
        return back.under(access, place, count, page)

    def visited(self, kind: str, address: str) -> bool:
        """In a group of others anybody may; in its own an administrator speaks for it."""
        return kind == "foreign"

    def publish(self, access: Access, speech: Speech, key: str) -> Published:
        """The network takes no `key`: an unclear outcome has to be looked up."""
        return speak.publish(access, speech, self.limits)

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None:
        return look.find(access, speech)

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        return look.replies(access, speech)

    def subscribe(self, access: Access, hook: str) -> None:
        setup.subscribe(access, hook)

    def confirmation_code(self, access: Access) -> str:
        return ""

    def rights(self, access: Access) -> list[Right]:
        return setup.rights(access)

    def voice(self, external_id: str) -> str:
        return at.group_id(at.group_number(external_id))

    def authors(self, access: Access, ids: list[str]) -> list[Person]:
        return setup.authors(access, ids)

    def address_of(self, url: str, site: str = "") -> Address | None:
        return pasted.address_of(url, site)
