"""Facebook as a network of the contract: each verb is one module beside this one, or in the core that two share."""

from collections.abc import Callable
from datetime import datetime, timedelta

from otklik.networks.base import (
    Access,
    Address,
    CannotTell,
    Event,
    Fetched,
    HttpAnswer,
    Incoming,
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
from otklik.networks.facebook import address as at
from otklik.networks.facebook import link, parse, pasted, poll, setup, speak
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.facebook.look import ours
from otklik.networks.facebook.words import ENGLISH
from otklik.networks.meta import hook as webhook
from otklik.networks.meta import look


class Facebook:
    """`Access.external_id` is the Page's number; tokens: "page" and "app_secret". `Access.secret` is the word of the
    handshake."""

    kind = "facebook"
    title = FACEBOOK.title
    base = "https://graph.facebook.com"
    prefix = "meta"
    icon = "brand-facebook"
    law = Law(
        read=False,
        speak=False,
        why="Компания Meta признана экстремистской организацией (Тверской районный суд Москвы, 21.03.2022), "
        "её сети в России заблокированы.",
        mark="принадлежит Meta, признанной экстремистской и запрещённой в России",
    )
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Например 100012345698901 или facebook.com/profile.php?id=100012345698901"
    keyed = False
    reads = frozenset({"own", "foreign", "dialogue", "link"})
    # None of these is published; they are what developers know, the window is the network's stated policy.
    limits = Limits(
        text=8000,
        direct_text=2000,
        photos=1,
        direct_photos=0,
        photo_bytes=4 * 1024 * 1024,
        direct_window=timedelta(hours=24),
    )

    def place_id(self, typed: str) -> str:
        """What a place is called as a Source, out of a link or a name; "" when it is none."""
        return at.page_name(typed)

    def account_id(self, typed: str) -> str:
        return at.page_number(typed)

    def authentic(self, request: Incoming, access: Access) -> bool:
        return webhook.authentic(request, access)

    def answer_to(self, request: Incoming, access: Access) -> HttpAnswer:
        return webhook.answer_to(request)

    def raw(self, request: Incoming) -> Raw:
        return webhook.heard(request)

    def parse(self, raw: Raw) -> list[Event]:
        return parse.parse(raw)

    def fetch(self, access: Access, place: ReadPlace, now: datetime) -> Fetched:
        read = _PLACES.get(place.kind)
        if read is None:
            raise NotSupported("Из Facebook так читать нельзя")
        return read(access, place, now)

    def publish(self, access: Access, speech: Speech, key: str) -> Published:
        """`key` is not used: the network knows no such thing."""
        return speak.publish(access, speech, self.limits)

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None:
        return look.find(access, speech, ours)

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        return look.replies(access, speech, ours)

    def confirmation_code(self, access: Access) -> str:
        return ""  # the handshake is answered with what it brings

    def subscribe(self, access: Access, hook: str) -> None:
        setup.subscribe(access, hook)

    def rights(self, access: Access) -> list[Right]:
        return setup.rights(access)

    def voice(self, external_id: str) -> str:
        return external_id

    def authors(self, access: Access, ids: list[str]) -> list[Person]:
        return setup.authors(access, ids)

    def address_of(self, url: str, site: str = "") -> Address | None:
        return pasted.address_of(url, site)


_PLACES: dict[str, Callable[[Access, ReadPlace, datetime], Fetched]] = {
    "own": poll.own,
    "foreign": poll.foreign,
    "dialogue": poll.dialogue,
    "link": link.read_link,
}
