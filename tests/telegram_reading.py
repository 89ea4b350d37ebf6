"""How the tests use the Telegram connector: an account of a town, a place that is read again and again."""

import json
from datetime import UTC, datetime
from typing import TypeVar

from otklik.lib.http import Door
from otklik.networks.base import Access, Event, Fetched, Json, Post, Raw, ReadPlace, Speech
from otklik.networks.errors import RetryAt
from otklik.networks.telegram.network import Telegram
from tests.sandbox.telegram_town import Bot, Town

Kind = TypeVar("Kind")
TELEGRAM = Telegram()
SECRET = "hook-secret_for-tests"


def account(
    city: Town, bot: Bot | None = None, *, options: dict[str, Json] | None = None, number: int = 0, token: str = ""
) -> Access:
    """The account of the town's own bot, or of another."""
    bot = bot or (Bot(number, token) if number else city.bot)
    return Access(
        external_id=str(bot.number),
        base=city.base,
        door=Door(bases=frozenset({city.sandbox.base})),
        turn=lambda kind: None,
        tokens={"bot": bot.token},
        secret=SECRET,
        options={"wait": 0, "site": city.base, **(options or {})},
    )


class Reading:
    """A place read again and again, with the cursor kept as JSON between, as the database keeps it."""

    def __init__(self, access: Access, kind: str, external_id: str) -> None:
        self.access, self.kind, self.external_id = access, kind, external_id
        self.cursor = "{}"

    def raws(self) -> tuple[Raw, ...]:
        place = ReadPlace(self.kind, self.external_id, json.loads(self.cursor))
        found: Fetched = TELEGRAM.fetch(self.access, place, datetime.now(UTC))
        self.cursor = json.dumps(found.cursor)
        return found.raws

    def events(self) -> list[Event]:
        return [event for raw in self.raws() for event in TELEGRAM.parse(raw)]

    def posts(self) -> list[Post]:
        return only(self.events(), Post)

    def texts(self) -> list[str]:
        return [post.text for post in self.posts()]

    def until(self, text: str, tries: int = 5) -> list[str]:
        """What is heard until this text comes, whatever breaks between."""
        heard: list[str] = []
        for _ in range(tries):
            try:
                heard += self.texts()
            except RetryAt:
                continue
            if text in heard:
                break
        return heard


def only(events: list[Event], kind: type[Kind]) -> list[Kind]:
    return [event for event in events if isinstance(event, kind)]


def own(city: Town) -> Reading:
    return Reading(account(city), "own", str(city.bot.number))


def reply_to(city: Town, comment: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, comment, city.post, attempted_at=datetime.now(UTC))
