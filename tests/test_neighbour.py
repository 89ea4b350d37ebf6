"""A neighbour system reads new cards over HTTP, assigns one, answers it, and learns that the answer stands.

It knows the interface from its description alone.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from otklik.api.tests.program import token_for
from otklik.journal.models import Look
from otklik.lib.tests.test_pictures import picture
from otklik.people.models import User
from tests.region import Region, hear, settle
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PHOTO = picture("JPEG", (640, 480))
ANSWER = "Анна, фонарь заменили сегодня в 14:00."


@dataclass
class Neighbour:
    """Where it stands in the list of cards it remembers itself; a key for repeating goes with every change."""

    http: httpx.Client
    keys: Any
    cursor: str = ""

    def news(self) -> list[dict[str, Any]]:
        """Every card that has changed since it asked the last time."""
        cards: list[dict[str, Any]] = []
        more = True
        while more:
            asked = {"limit": "1"} | ({"cursor": self.cursor} if self.cursor else {})
            page = self.http.get("cards", params=asked).raise_for_status().json()
            cards += page["items"]
            self.cursor, more = page["cursor"], page["more"]
        return cards

    def tell(self, path: str, **body: Any) -> dict[str, Any]:
        """A change. The first answer is lost on the way, so it asks again with the same key."""
        return self._twice(path, json=body)

    def send(self, path: str, file: bytes, **fields: Any) -> dict[str, Any]:
        """The same of a file, by a form."""
        return self._twice(path, data=fields, files={"file": ("1.jpg", file, "image/jpeg")})

    def _twice(self, path: str, **options: Any) -> dict[str, Any]:
        headers = {"Idempotency-Key": f"sed-{next(self.keys)}"}
        lost = self.http.post(path, headers=headers, **options)
        again = self.http.post(path, headers=headers, **options)
        assert again.headers.get("Idempotency-Replayed") == "true", lost.text
        body: dict[str, Any] = again.raise_for_status().json()
        return body


@contextmanager
def program_of(owner: User, server: LiveServer) -> Iterator[Neighbour]:
    _token, secret = token_for(owner)
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=f"{server.url}/api/v1/", headers=headers, trust_env=False, timeout=20) as http:
        yield Neighbour(http, count(1))


def test_a_neighbour_reads_a_card_and_answers_it(town: Town, committed_region: Region, live_server: LiveServer) -> None:
    region = committed_region
    owners = (region.operator, region.executor, region.approver)
    with ExitStack() as stack:
        office, lights, reader = (stack.enter_context(program_of(owner, live_server)) for owner in owners)
        reads_and_answers(town, region, office, lights, reader)
    assert set(Look.objects.values_list("user", flat=True)) == {owner.pk for owner in owners}


def reads_and_answers(town: Town, region: Region, office: Neighbour, lights: Neighbour, reader: Neighbour) -> None:
    assert office.news() == []
    comment = hear(town, "Во дворе на Красной, 12 в Речном третий день темно, не горит фонарь!")

    (card,) = office.news()
    assert card["state"] == "new"
    assert card["suggested"] == {"theme": region.theme.pk, "place": region.place.pk, "agency": region.agency.pk}
    assert lights.news() == [], "it is nobody's yet"
    assignment = {"version": card["version"], **card["suggested"]}
    assert office.tell(f"cards/{card['id']}/assignment", **assignment)["state"] == "assigned"

    (mine,) = lights.news()
    whole = lights.http.get(f"cards/{mine['id']}").raise_for_status().json()
    assert "не горит фонарь" in whole["messages"][0]["text"]
    draft = lights.tell(
        f"cards/{mine['id']}/answers",
        version=0,
        text=ANSWER,
        outcome="solved",
        ground="phone",
        ground_words="Позвонили жителю",
    )
    hung = lights.send(f"answers/{draft['answer']}/photos", PHOTO, version=draft["answer_version"], stage="after")
    lights.tell(f"answers/{draft['answer']}/submission", version=hung["answer_version"])
    answer = reader.http.get(f"answers/{draft['answer']}").raise_for_status().json()
    (photo,) = answer["photos"]
    seen = reader.http.get(f"answers/{answer['id']}/photos/{photo['id']}").raise_for_status()
    assert (seen.headers["Content-Type"], photo["stage"]) == ("image/jpeg", "after")
    reader.tell(
        f"answers/{answer['id']}/approval", version=answer["version"], message_version=answer["message_version"]
    )
    settle()

    (our_answer,) = [item for item in town.thread() if item["from_group"]]
    assert (our_answer["text"], our_answer["parent"], len(our_answer["attachments"])) == (ANSWER, comment, 1)
    (after,) = office.news()
    assert (after["state"], after["outcome"]) == ("rating", "solved")
    assert f"?reply={our_answer['id']}" in lights.http.get(f"answers/{draft['answer']}").json()["published"][0]
