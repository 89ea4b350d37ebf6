"""The town's account on X as the connector sees it, and places read as the product reads them."""

import json
from datetime import UTC, datetime, timedelta

from otklik.lib.http import Door
from otklik.networks.base import Access, Edit, Event, Fetched, Json, Post, Raw, ReadPlace, Speech
from otklik.networks.x.network import X
from tests.sandbox.x_town import SECRET, XTown

NETWORK = X()


class Rests:
    """What the connector asked to let rest."""

    def __init__(self) -> None:
        self.told: list[tuple[str, timedelta]] = []

    def __call__(self, kind: str, time: timedelta) -> None:
        self.told.append((kind, time))


def account(town: XTown, *, guest: Json = False, **options: Json) -> Access:
    tokens = {"bearer": town.bearer, "user": town.guest_user if guest else town.user, "consumer_secret": SECRET}
    return Access(
        external_id=town.guest if guest else town.me,
        base=town.base,
        door=Door(bases=frozenset({town.sandbox.base})),
        turn=lambda kind: None,
        tokens=tokens,
        options={"site": town.base, "dm_seconds": 1, **options},
        rest=Rests(),
    )


class Reading:
    """A place read again and again, with the cursor kept as JSON between, as the database keeps it."""

    def __init__(self, access: Access, kind: str, external_id: str) -> None:
        self.access, self.kind, self.external_id = access, kind, external_id
        self.cursor, self.called = "{}", ""
        self.later = timedelta(0)
        self.known: set[tuple[type, str, str]] = set()

    def fetched(self) -> Fetched:
        place = ReadPlace(self.kind, self.external_id, json.loads(self.cursor))
        self.later += timedelta(seconds=2)  # direct messages may be asked for once in `dm_seconds`
        found = NETWORK.fetch(self.access, place, datetime.now(UTC) + self.later)
        self.cursor, self.called = json.dumps(found.cursor), found.place
        return found

    def raws(self) -> tuple[Raw, ...]:
        return self.fetched().raws

    def events(self) -> list[Event]:
        """What is new: a text may be listed again, and the product knows it by its address."""
        told = {_mark(event): event for raw in self.raws() for event in NETWORK.parse(raw)}
        fresh = [event for mark, event in told.items() if mark not in self.known]
        self.known |= set(told)
        return fresh

    def texts(self) -> list[str]:
        return sorted(event.text for event in self.events() if isinstance(event, Post))


def address(event: Event) -> str:
    return event.post.external_id if isinstance(event, Edit) else event.external_id


def old_keys(town: XTown) -> str:
    """The user's key as four old ones in a line."""
    told = town.token("oauth1", place=town.me)
    return ":".join(told[name] for name in ("consumer_key", "consumer_secret", "token", "secret"))


def own(town: XTown, **options: Json) -> Reading:
    return Reading(account(town, **options), "own", town.me)


def reply_to(asked: str, text: str = "Починят завтра.", thread: str = "") -> Speech:
    return Speech(text, asked, thread or asked, attempted_at=datetime.now(UTC))


def one(events: list[Event]) -> Post:
    (found,) = events
    assert isinstance(found, Post)
    return found


def _mark(event: Event) -> tuple[type, str, str]:
    post = event.post if isinstance(event, Edit) else event
    return type(event), post.external_id, post.text if isinstance(post, Post) else ""
