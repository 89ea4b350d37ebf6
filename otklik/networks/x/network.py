"""X (Twitter) as a network of the contract: each verb is one module beside this one."""

from collections.abc import Callable, Mapping
from datetime import datetime

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
from otklik.networks.optional import Renewed
from otklik.networks.x import address as at
from otklik.networks.x import link, look, parse, pasted, places, renew, setup, speak, subscribe, webhook
from otklik.networks.x.client import TITLE
from otklik.networks.x.words import ENGLISH


def _link(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    return link.read_link(access, place)


_PLACES: dict[str, Callable[[Access, ReadPlace, datetime], Fetched]] = {
    "own": places.own,
    "foreign": places.foreign,
    "search": places.search,
    "dialogue": places.dialogue,
    "link": _link,
}


class X:
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
        why="Сеть заблокирована в России с марта 2022 года, а её API оплачивается в долларах.",
        mark="заблокирована в России",
    )
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Номер аккаунта, например 2244994945: он виден в Developer Console"
    keyed = False
    tells_once = False
    lists_widely = True
    reads = frozenset(_PLACES)
    limits = Limits(
        text=280,
        direct_text=10_000,
        photos=4,
        direct_photos=1,
        photo_bytes=5 * 1024 * 1024,
        counting=Counting.WEIGHTED,
        cashtags=1,
        parts=2,
        link_warning="Ответ со ссылкой стоит в X около 0,20 $, без ссылки — 0,01–0,015 $",
    )

    def account_id(self, typed: str) -> str:
        return at.account_number(typed)

    def place_id(self, typed: str) -> str:
        return at.account_number(typed) or at.user_name(typed)

    def authentic(self, request: Incoming, access: Access) -> bool:
        return webhook.authentic(request, access)

    def answer_to(self, request: Incoming, access: Access) -> HttpAnswer:
        return webhook.answer_to(request, access)

    def raw(self, request: Incoming) -> Raw:
        return webhook.heard(request)

    def parse(self, raw: Raw) -> list[Event]:
        return parse.parse(raw)

    def fetch(self, access: Access, place: ReadPlace, now: datetime) -> Fetched:
        read = _PLACES.get(place.kind)
        if read is None:
            raise NotSupported("Из X так читать пока нельзя")
        return read(access, place, now)

    def visited(self, kind: str, address: str) -> bool:
        return False

    def publish(self, access: Access, speech: Speech, key: str) -> Published:
        """`key` is not used: the network has nothing that takes it."""
        return speak.publish(access, speech, self.limits)

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None:
        return look.find(access, speech)

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        return look.replies(access, speech)

    def subscribe(self, access: Access, hook: str) -> None:
        subscribe.subscribe(access, hook)

    def confirmation_code(self, access: Access) -> str:
        """Nothing to keep: each check of our address brings its own word."""
        return ""

    def rights(self, access: Access) -> list[Right]:
        return setup.rights(access)

    def renewable(self, keys: Mapping[str, str]) -> str:
        return renew.renewable(keys)

    def renew(self, access: Access) -> Renewed:
        return renew.renew(access)

    def voice(self, external_id: str) -> str:
        return at.account_number(external_id)

    def authors(self, access: Access, ids: list[str]) -> list[Person]:
        return setup.authors(access, ids)

    def address_of(self, url: str, site: str = "") -> Address | None:
        return pasted.address_of(url, site)
