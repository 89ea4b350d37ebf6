"""An account of the town's bot in MAX, and a place that is read again and again with it."""

import json
from datetime import UTC, datetime, timedelta

from otklik.lib.http import Door
from otklik.networks.base import Access, Event, Fetched, Json, Post, Raw, ReadPlace, Speech
from otklik.networks.max.network import Max
from tests.sandbox.max_town import MaxTown

MAX = Max()
SECRET = "hook-secret-for-tests"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def account(town: MaxTown, *, other: bool = False, options: dict[str, Json] | None = None) -> Access:
    """The account of the town's own bot, or of the guest's."""
    return Access(
        external_id=str(town.other_bot if other else town.bot),
        base=town.base,
        door=Door(bases=frozenset({town.sandbox.base})),
        turn=lambda kind: None,
        tokens={"bot": town.other_token if other else town.token},
        secret=SECRET,
        options={"wait": 0, "site": town.base, **(options or {})},
    )


class Reading:
    """A place read again and again, with the cursor kept as JSON between, as the database keeps it.

    `late` is added to our clock.
    """

    def __init__(self, access: Access, kind: str, external_id: str) -> None:
        self.access, self.kind, self.external_id = access, kind, external_id
        self.cursor, self.called = "{}", ""
        self.late = timedelta(0)
        self.all: list[Event] = []

    def raws(self) -> tuple[Raw, ...]:
        place = ReadPlace(self.kind, self.external_id, json.loads(self.cursor))
        found: Fetched = MAX.fetch(self.access, place, datetime.now(UTC) + self.late)
        self.cursor, self.called = json.dumps(found.cursor), found.place
        return found.raws

    def events(self) -> list[Event]:
        found = [event for raw in self.raws() for event in MAX.parse(raw)]
        self.all += found
        return found

    def texts(self) -> list[str]:
        return [event.text for event in self.events() if isinstance(event, Post)]

    def until_quiet(self, looks: int = 3) -> list[Event]:
        """What some looks in a row bring."""
        return [event for _ in range(looks) for event in self.events()]


def own(town: MaxTown, *, push: bool = False, **options: Json) -> Reading:
    """The stream of the town's bot; where it is pushed, the option names its channel, since MAX lists none."""
    named: dict[str, Json] = {"channels": [str(town.channel)]} if push else {}
    return Reading(account(town, options={"push": push, **named, **options}), "own", str(town.bot))


def reply_to(town: MaxTown, address: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, address, town.post, attempted_at=datetime.now(UTC))
