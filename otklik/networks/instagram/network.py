"""Instagram as a network of the contract: each verb is one module beside this one, or in the core that two share."""

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
from otklik.networks.counting import Counting
from otklik.networks.errors import NotSupported
from otklik.networks.instagram import address as at
from otklik.networks.instagram import link, parse, pasted, poll, setup, speak
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.look import ours
from otklik.networks.instagram.words import ENGLISH
from otklik.networks.meta import hook as webhook
from otklik.networks.meta import look


class Instagram:
    """`Access.external_id` is the account's number (17841…); tokens: "page" of the Page it is linked to or
    "instagram" of its own, and "app_secret". `Access.secret` is the word of the handshake."""

    kind = "instagram"
    title = INSTAGRAM.title
    base = "https://graph.facebook.com"
    prefix = "meta"
    icon = "brand-instagram"
    law = Law(
        read=False,
        speak=False,
        why="Компания Meta признана экстремистской организацией (Тверской районный суд Москвы, 21.03.2022), "
        "её сети в России заблокированы.",
        mark="принадлежит Meta, признанной экстремистской и запрещённой в России",
    )
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Номер профессионального аккаунта из Graph API: одни цифры"
    keyed = False
    reads = frozenset({"own", "dialogue", "link"})
    # What a comment may hold the network told in 2014 and never since; the window is its stated policy.
    limits = Limits(
        text=300,
        direct_text=1000,
        photos=0,
        direct_photos=0,
        photo_bytes=0,
        direct_counting=Counting.BYTES,
        links=1,
        hashtags=4,
        shouting=False,
        direct_window=timedelta(hours=24),
    )

    def place_id(self, typed: str) -> str:
        """What a place is called as a Source, out of a link or a name; "" when it is none."""
        return at.account_number(typed)

    def account_id(self, typed: str) -> str:
        return at.account_number(typed)

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
            raise NotSupported("Из Instagram так читать нельзя: чужие публикации он не показывает")
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
    "dialogue": poll.dialogue,
    "link": link.read_link,
}
