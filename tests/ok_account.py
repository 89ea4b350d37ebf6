"""Accounts of the town in Odnoklassniki and readings of its places, for tests of the connector against the emulator."""

import json
from datetime import UTC, datetime
from zlib import crc32

from otklik.networks.base import Access, Json, Speech
from otklik.networks.ok.network import OK
from otklik.networks.ok.stream import SWEEP
from tests import connectors
from tests.connectors import access
from tests.sandbox.ok_town import OkTown

NETWORK = OK()


def account(city: OkTown, *, guest: bool = False, options: dict[str, Json] | None = None) -> Access:
    """The account of the town's own group, or of the neighbours."""
    keys = {"application_key": city.application_key, "secret_key": city.secret_key}
    keys |= {"access": city.other_access} if guest else {"access": city.access, "group": city.bot}
    return access(city.sandbox, "ok", city.other if guest else city.group, keys, options)


class Reading(connectors.Reading):
    def __init__(self, access: Access, kind: str, external_id: object) -> None:
        super().__init__(NETWORK, access, kind, external_id)

    def far_from_sweep(self, topic: str) -> None:
        """Every SWEEP-th look reads a topic whatever its count says; the turn depends on the topic's number.

        A test that counts calls begins right behind such a look.
        """
        cursor = json.loads(self.cursor)
        cursor.get("comments", cursor)["round"] = (1 - crc32(topic.encode())) % SWEEP
        self.cursor = json.dumps(cursor)


def own(city: OkTown, **options: Json) -> Reading:
    return Reading(account(city, options=options), "own", city.group)


def reply_to(city: OkTown, address: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, address, address.partition("?")[0], attempted_at=datetime.now(UTC))


def calls(city: OkTown) -> list[str]:
    """The methods that were called since the last look."""
    lines = city.sandbox.record.read_text(encoding="utf-8").splitlines() if city.sandbox.record.exists() else []
    city.sandbox.record.unlink(missing_ok=True)
    return [json.loads(line)["method"] for line in lines]
