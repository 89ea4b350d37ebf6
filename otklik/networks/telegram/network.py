"""Telegram as a network of the contract: each verb is one module beside this one."""

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
from otklik.networks.telegram import address as at
from otklik.networks.telegram import files, heard, parse, pasted, poll, setup, speak, watch
from otklik.networks.telegram.client import TITLE
from otklik.networks.telegram.words import ENGLISH

_NO_HISTORY = "Telegram не показывает боту, что уже написано: откройте ветку и посмотрите, стоит ли там ответ"


class Telegram:
    """`Access.external_id` is the bot's number ("123456789"); its one token is "bot"."""

    kind = "telegram"
    title = TITLE
    base = "https://api.telegram.org"
    prefix = "telegram"
    icon = "brand-telegram"
    hosts: tuple[str, ...] = ("t.me", "telegram.me", "telegram.dog", "tg:")
    numbered = "tg:{}"
    law = Law(
        speak=False,
        why="Закон 41-ФЗ от 01.04.2025 запрещает государственным и муниципальным органам общаться с гражданами "
        "через иностранные мессенджеры: читать открытые каналы и отвечать в них решает юрист.",
    )
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Например 123456: число перед двоеточием в ключе бота"
    keyed = False
    tells_once = True
    file_prefix = "tg-file:"
    reads = frozenset({"own", "foreign"})
    # Bot API: sendMessage takes 4096 signs, an album 10 pictures, a picture 10 MB.
    limits = Limits(
        text=4096,
        direct_text=4096,
        photos=10,
        direct_photos=10,
        photo_bytes=10 * 1024 * 1024,
        counting=Counting.UTF16,
        direct_counting=Counting.UTF16,
        caption=speak.CAPTION,
    )

    def account_id(self, typed: str) -> str:
        return at.bot_number(typed)

    def place_id(self, typed: str) -> str:
        number, name = at.place_number(typed), at.user_name(typed)
        return at.author_id(number) if number < 0 else f"@{name}" if name else ""

    def authentic(self, request: Incoming, access: Access) -> bool:
        return heard.authentic(request, access)

    def answer_to(self, request: Incoming, access: Access) -> HttpAnswer:
        return heard.answer_to(request, access)

    def raw(self, request: Incoming) -> Raw:
        return heard.heard(request)

    def parse(self, raw: Raw) -> list[Event]:
        return parse.parse(raw)

    def fetch(self, access: Access, place: ReadPlace, now: datetime) -> Fetched:
        if place.kind == "own":
            if access.options.get("push") is True:
                return poll.look_at_pushes(access, place, now)
            return poll.poll(access, place, now)
        if place.kind == "foreign":
            return watch.watch(access, place)
        raise NotSupported("Telegram не даёт боту ни искать, ни читать написанное раньше: он слышит только новое")

    def visited(self, kind: str, address: str) -> bool:
        return False

    def publish(self, access: Access, speech: Speech, key: str) -> Published:
        """`key` is not used: Telegram would say the same text twice."""
        return speak.publish(access, speech, self.limits)

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None:
        return CannotTell(_NO_HISTORY)

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        return frozenset()

    def media(self, access: Access, reference: str) -> bytes:
        """The bytes of a file by the `tg-file:…` that stands in an attachment's `url` or `preview`."""
        return files.media(access, reference)

    def subscribe(self, access: Access, hook: str) -> None:
        setup.subscribe(access, hook)

    def confirmation_code(self, access: Access) -> str:
        return ""

    def rights(self, access: Access) -> list[Right]:
        return setup.rights(access)

    def voice(self, external_id: str) -> str:
        return at.author_id(int(at.bot_number(external_id) or 0))

    def authors(self, access: Access, ids: list[str]) -> list[Person]:
        return setup.authors(access, ids)

    def address_of(self, url: str, site: str = "") -> Address | None:
        return pasted.address_of(url, site)

    def address_beside(self, url: str, known: str, known_url: str) -> Address | None:
        return pasted.address_beside(url, known, known_url)
