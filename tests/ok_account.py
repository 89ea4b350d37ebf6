"""Accounts of the town in Odnoklassniki and readings of its places, for tests of the connector against the emulator."""

import json
from datetime import UTC, datetime
from zlib import crc32

from otklik.lib.http import Door
from otklik.networks.base import Access, Event, Fetched, Json, Post, Raw, ReadPlace, Speech
from otklik.networks.ok.network import OK
from otklik.networks.ok.stream import SWEEP
from tests.sandbox.ok_town import OkTown

NETWORK = OK()
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"


def account(city: OkTown, *, guest: bool = False, options: dict[str, Json] | None = None) -> Access:
    """The account of the town's own group, or of the neighbours."""
    tokens = {"application_key": city.application_key, "secret_key": city.secret_key}
    tokens |= {"access": city.other_access} if guest else {"access": city.access, "group": city.bot}
    return Access(
        external_id=city.other if guest else city.group,
        base=city.base,
        door=Door(bases=frozenset({city.sandbox.base})),
        turn=lambda kind: None,
        tokens=tokens,
        options={"site": city.base, **(options or {})},
    )


class Reading:
    """A place read again and again, with the cursor kept as JSON between, as the database keeps it."""

    def __init__(self, access: Access, kind: str, external_id: str) -> None:
        self.access, self.kind, self.external_id = access, kind, external_id
        self.cursor, self.called = "{}", ""
        self.keys: set[str] = set()

    def raws(self) -> list[Raw]:
        """What is new by its key, as the database keeps only that."""
        place = ReadPlace(self.kind, self.external_id, json.loads(self.cursor))
        found: Fetched = NETWORK.fetch(self.access, place, datetime.now(UTC))
        self.cursor, self.called = json.dumps(found.cursor), found.place
        fresh = [raw for raw in found.raws if raw.key not in self.keys]
        self.keys |= {raw.key for raw in fresh}
        return fresh

    def far_from_sweep(self, topic: str) -> None:
        """Every SWEEP-th look reads a topic whatever its count says; the turn depends on the topic's number.

        A test that counts calls begins right behind such a look.
        """
        cursor = json.loads(self.cursor)
        cursor.get("comments", cursor)["round"] = (1 - crc32(topic.encode())) % SWEEP
        self.cursor = json.dumps(cursor)

    def events(self) -> list[Event]:
        return [event for raw in self.raws() for event in NETWORK.parse(raw)]

    def texts(self) -> list[str]:
        return [event.text for event in self.events() if isinstance(event, Post)]


def own(city: OkTown, **options: Json) -> Reading:
    return Reading(account(city, options=options), "own", city.group)


def foreign(city: OkTown) -> Reading:
    return Reading(account(city, guest=True), "foreign", f"group:{city.group}")


def reply_to(city: OkTown, address: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, address, address.partition("?")[0], attempted_at=datetime.now(UTC))


def calls(city: OkTown) -> list[str]:
    """The methods that were called since the last look."""
    lines = city.sandbox.record.read_text(encoding="utf-8").splitlines() if city.sandbox.record.exists() else []
    city.sandbox.record.unlink(missing_ok=True)
    return [json.loads(line)["method"] for line in lines]


def without(city: OkTown, kind: str) -> dict[str, str]:
    return {name: token for name, token in account(city).tokens.items() if name != kind}
