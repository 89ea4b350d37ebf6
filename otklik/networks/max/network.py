"""MAX as a network of the contract: each verb is one module beside this one."""

from collections.abc import Mapping
from datetime import datetime

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
from otklik.networks.max import address as at
from otklik.networks.max import back, link, look, parse, pasted, poll, setup, speak, updates, watch
from otklik.networks.max.client import TITLE
from otklik.networks.max.words import ENGLISH
from otklik.networks.optional import Count, Page


class Max:
    """`Access.external_id` is the bot's user id ("229229229"); its one token is "bot"."""

    kind = "max"
    title = TITLE
    base = "https://platform-api2.max.ru"
    prefix = "max"
    icon = ""
    hosts: tuple[str, ...] = ("max.ru",)
    numbered = "max:user:{}"
    law = Law()
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Число, например 229229229: user_id бота"
    keyed = False
    tells_once = False
    reads = frozenset({"own", "foreign", "link"})
    # Comments take neither attachments nor mentions nor links. How many pictures a message takes is not documented.
    limits = Limits(
        text=4000,
        direct_text=4000,
        photos=0,
        direct_photos=10,
        photo_bytes=10 * 1024 * 1024,
        links=0,
        mentions=False,
    )

    def account_id(self, typed: str) -> str:
        return str(at.user_number(typed.strip().removeprefix("max://user/")) or "")

    def place_id(self, typed: str) -> str:
        number = at.channel_number(typed.strip()) or pasted.chat_of(typed.strip(), "")
        return str(number) if number else pasted.name_of(typed.strip(), "")

    def authentic(self, request: Incoming, access: Access) -> bool:
        return updates.authentic(request, access)

    def answer_to(self, request: Incoming, access: Access) -> HttpAnswer:
        return updates.answer_to(request, access)

    def raw(self, request: Incoming) -> Raw:
        return updates.heard(request)

    def parse(self, raw: Raw) -> list[Event]:
        return parse.parse(raw)

    def fetch(self, access: Access, place: ReadPlace, now: datetime) -> Fetched:
        """`now` says when all chats are due for a look, and how far back the first one goes."""
        if place.kind == "own":
            return poll.fetch_own(access, place, now)
        if place.kind == "foreign":
            return watch.watch(access, place, now)
        if place.kind == "link":
            return link.read_link(access, place)
        raise NotSupported("Из MAX так читать нельзя")

    def posts(self, access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
        return back.posts(access, place, page, since)

    def under(self, access: Access, place: ReadPlace, count: Count, page: Mapping[str, Json]) -> Page:
        return back.under(access, place, count, page)

    def visited(self, kind: str, address: str) -> bool:
        return False

    def publish(self, access: Access, speech: Speech, key: str) -> Published:
        """`key` is not used: MAX has no protection against a repeat."""
        return speak.publish(access, speech, self.limits)

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None:
        return look.find(access, speech)

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        return look.replies(access, speech)

    def confirmation_code(self, access: Access) -> str:
        """MAX asks for nothing."""
        return ""

    def subscribe(self, access: Access, hook: str) -> None:
        setup.subscribe(access, hook)

    def rights(self, access: Access) -> list[Right]:
        return setup.rights(access)

    def voice(self, external_id: str) -> str:
        return at.user_id(at.user_number(external_id))

    def authors(self, access: Access, ids: list[str]) -> list[Person]:
        return setup.authors(access, ids)

    def address_of(self, url: str, site: str = "") -> Address | None:
        return pasted.address_of(url, site)
