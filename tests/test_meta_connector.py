"""What Facebook and Instagram have in common, against the emulator: what is never told is found by asking, and no walk
through many comments loses one."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from otklik.networks.base import Deletion, Post, Speech
from otklik.networks.errors import NotSupported, Permanent, RetryAt
from otklik.networks.models import RawEvent
from otklik.networks.registry import NETWORKS
from tests.connectors import SECRET, Reading, address_of, by_address, gone, only
from tests.make import inbox
from tests.sandbox.meta_town import MetaTown
from tests.stages import META, Stage

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture(params=list(META))
def stage(request: pytest.FixtureRequest, meta_town: MetaTown) -> Stage:
    """Both in each tier: their unit tests hold no reading."""
    return META[request.param](meta_town)


@pytest.fixture
def reading(stage: Stage) -> Reading:
    """Our own place; what stood there before is heard already."""
    own_reading = reading_of(stage, "own", stage.external_id)
    own_reading.looks(2)
    return own_reading


def reading_of(stage: Stage, kind: str, external_id: str) -> Reading:
    return Reading(NETWORKS[stage.network], stage.access(), kind, external_id)


def write_many(stage: Stage, number: int, **where: str) -> list[str]:
    """Comments under our post unless another place is named; their texts."""
    where = where or {"under": stage.under}
    texts = [{"person": stage.anna, "text": f"слово {n}", **where} for n in range(number)]
    stage.sandbox.control("meta/texts/batch", texts=texts)
    return [str(text["text"]) for text in texts]


def test_a_quiet_place_costs_a_call_and_edits_and_deletions_are_found_by_asking(stage: Stage, reading: Reading) -> None:
    stage.complain("Темно")
    stage.whisper("Здравствуйте")
    reading.looks(2)
    turns: list[str] = []
    reading.access = replace(reading.access, turn=turns.append)
    assert reading.fetched().raws == ()
    assert turns == ["page"]
    first, second, third = (stage.complain(f"Темно {n}") for n in range(3))
    below = stage.reply("И у нас", third)
    reading.raws()
    stage.edit(first, "Светло")
    stage.delete(second)
    stage.delete(below)
    heard = reading.looks(22)
    assert [post.text for post in only(heard, Post)] == ["Светло"]
    assert sorted(gone(heard)) == sorted([second, below])
    removed = stage.complain("Было")
    reading.raws()
    stage.delete(removed)
    fresh = stage.complain("Стало")
    heard = reading.looks(22)
    assert {address_of(event): type(event) for event in heard} == {removed: Deletion, fresh: Post}


def test_a_busy_post_is_read_whole_with_its_long_threads(stage: Stage, reading: Reading) -> None:
    top = stage.complain("Тема")
    reading.raws()
    written = write_many(stage, 320) + write_many(stage, 130, under=top)
    heard = only(reading.looks(3), Post)
    assert sorted(post.text for post in heard) == sorted(written)
    assert [post.parent for post in heard].count(top) == 130
    stage.reply("ещё одно", top)
    assert "ещё одно" in [post.text for post in only(reading.looks(22), Post)]


@pytest.mark.parametrize(
    ("fault", "code", "method"),
    [
        *(("error", code, "GET comments") for code in (2, 4)),
        *(("http_before", 502, method) for method in ("GET comments", "GET replies", "GET")),
        ("drop_before", 0, "GET comments"),
    ],
)
def test_nothing_is_lost_when_a_call_fails(stage: Stage, reading: Reading, fault: str, code: int, method: str) -> None:
    top = stage.complain("Тема")
    reading.raws()
    written = set(write_many(stage, 130, under=top) + write_many(stage, 120))
    stage.fault(fault, method, code=code)
    texts: set[str] = set()
    for _ in range(4):
        try:
            texts |= set(reading.texts())
        except RetryAt:
            continue
    assert texts == written


def test_a_link_or_a_dialogue_is_read_alone(stage: Stage) -> None:
    stage.complain("Тема")
    assert reading_of(stage, "link", stage.whisper("Здравствуйте")).texts() == ["Здравствуйте"]
    assert "Здравствуйте" in reading_of(stage, "dialogue", stage.external_id).texts()
    (post,) = reading_of(stage, "link", stage.under).posts()
    assert (post.external_id, post.own) == (stage.under, True)
    with pytest.raises(NotSupported):
        reading_of(stage, "search", "яма").raws()


def test_after_24_hours_nobody_is_written_to(stage: Stage) -> None:
    stage.sandbox.control("clock", offset=-90_000)
    address = stage.whisper("Здравствуйте")
    stage.sandbox.control("clock")
    speech = Speech("Ответ", address, address.rpartition(":")[0], direct=True)
    with pytest.raises(Permanent, match="24"):
        NETWORKS[stage.network].publish(stage.access(), speech, "k")


def test_our_reply_to_a_reply_is_told_from_its_neighbours(stage: Stage) -> None:
    network, access = NETWORKS[stage.network], stage.access()
    top = stage.complain("Вода?")
    below = stage.reply("И у нас", top)

    def speech(asked: str, **more: Any) -> Speech:
        thread = "hand:somewhere" if network.kind == "instagram" else stage.under  # known from a link alone
        return Speech("Бригада выехала.", asked, thread, attempted_at=datetime.now(UTC), **more)

    network.publish(access, speech(top), "k1")
    again = speech(below, seen=network.replies(access, speech(below)))
    assert network.find(access, again) is None
    publication = network.publish(access, again, "k2")
    assert network.find(access, again) == publication
    (shown,) = [item for item in stage.thread(stage.under) if item["address"] == publication.external_id]
    heard = by_address(reading_of(stage, "own", stage.external_id).looks(2))[publication.external_id]
    assert (heard.own, heard.parent) == (True, shown["parent"])


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("network", META)
def test_the_products_hook_answers_the_handshake_and_refuses_a_forgery(network: str, client: Client) -> None:
    address = f"/hooks/{network}/{inbox.account(network, hook_secret=SECRET).hook_key}/"
    asked = {"hub.mode": "subscribe", "hub.verify_token": SECRET, "hub.challenge": "123"}
    shaken = client.get(address, asked)
    assert (shaken.status_code, shaken.content, shaken.headers["Content-Type"]) == (200, b"123", "text/plain")
    assert client.get(address, {**asked, "hub.verify_token": "other"}).status_code == 403
    assert client.get(address, {**asked, "hub.challenge": "<b>"}).status_code == 400
    body, forged = '{"object": "page", "entry": []}', {"X-Hub-Signature-256": "sha256=0"}
    assert client.post(address, body, content_type="application/json", headers=forged).status_code == 403
    assert not RawEvent.objects.exists()
