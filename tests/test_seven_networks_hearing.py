from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Edit, Place, Speech
from otklik.networks.errors import NotSupported, Permanent, RetryAt
from otklik.networks.registry import NETWORKS
from tests.connectors import Reading, by_address
from tests.stages import Stage
from tests.story import NAMES

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def reading(stage: Stage) -> Reading:
    """The office's own place; what stood there before is heard already."""
    reading = reading_of(stage, "own", stage.external_id)
    reading.looks(2)
    reading.late += timedelta(seconds=2)  # X is asked for direct messages once in `dm_seconds`
    return reading


def reading_of(stage: Stage, kind: str, external_id: str) -> Reading:
    return Reading(NETWORKS[stage.network], stage.access(dm_seconds=1), kind, external_id)


def test_a_text_is_heard_once_with_its_address_author_and_link(stage: Stage, reading: Reading) -> None:
    address = stage.complain("Во дворе темно")
    heard = by_address(reading.looks(2))[address]
    assert heard.text.endswith("Во дворе темно")
    assert heard.thread == heard.parent or not heard.parent, "it answers no other comment"
    assert heard.thread == (stage.under or address)
    assert (heard.author.name in NAMES) == (stage.network != "vk"), "VKontakte tells names apart"
    assert (heard.own, heard.closed) == (False, "")
    if stage.network != "telegram":  # its links name no chat by its number
        leads_to = NETWORKS[stage.network].address_of(heard.url, f"{stage.sandbox.base}/{stage.kind}")
        assert leads_to is not None
        assert leads_to.message == address
    assert heard.posted_at is not None
    assert abs(heard.posted_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert reading.looks(2) == []
    below = stage.reply("И у нас", address)
    assert by_address(reading.looks(2))[below].parent == stage.parent_of_a_reply(address)
    # Names of strangers are left out; two networks tell names in payloads alone.
    network, author = NETWORKS[stage.network], heard.author.external_id
    ours = network.voice(stage.external_id)
    names = {one.external_id: one.name for one in network.authors(reading.access, [author, ours, "nonsense"])}
    assert set(names) <= {author, ours}
    assert stage.network in ("instagram", "max") or names[author] == "Анна Пробная"


@pytest.mark.parametrize("fault", ["http_before", "http_after", "drop_before", "drop_after"])
def test_nothing_is_lost_when_a_look_breaks(stage: Stage, reading: Reading, fault: str) -> None:
    address = stage.complain("Написано перед обрывом")
    stage.break_reading(fault)
    heard: dict[str, Any] = {}
    for _ in range(5):
        try:
            heard |= by_address(reading.events())
        except RetryAt:
            continue
    assert address in heard
    assert stage.sandbox.inspect("faults")["faults"] == []


def test_a_link_brings_the_text_alone(stage: Stage) -> None:
    above = stage.complain("Тема")
    wanted, _other = stage.reply("Вот это", above), stage.reply("А это нет", above)
    (shown,) = [item for item in stage.thread(above) if item["address"] == wanted]
    for typed in (wanted, f"{stage.sandbox.base}{shown['link']}"):
        link = reading_of(stage, "link", typed)
        if stage.network == "telegram":
            with pytest.raises(NotSupported):
                link.raws()
            return
        texts = link.texts()
        assert texts[-1].endswith("Вот это")
        assert not any("А это нет" in text for text in texts)
    stage.delete(wanted)
    with pytest.raises(Permanent):
        reading_of(stage, "link", wanted).raws()


def test_a_dialogue_is_heard_answered_and_looked_up(stage: Stage, reading: Reading) -> None:
    network, access = NETWORKS[stage.network], reading.access
    address = stage.whisper("Здравствуйте")
    heard = by_address(reading.looks(2))[address]
    assert (heard.place, heard.own, heard.closed) == (Place.DIRECT, False, "")
    assert (heard.author.name in NAMES) == (stage.network != "vk")
    speech = Speech("Ответили", address, heard.thread, direct=True, attempted_at=datetime.now(UTC))
    blind = stage.network == "telegram"
    assert isinstance(network.find(access, speech), CannotTell if blind else type(None))
    publication = network.publish(access, speech, "delivery-1")
    if not blind:
        assert network.find(access, speech) == publication
        assert network.replies(access, speech) == {publication.external_id}
    reading.late += timedelta(seconds=2)
    echoes = {echo: post.own for echo, post in by_address(reading.looks(2)).items() if echo != address}
    assert echoes in ({}, {publication.external_id: True})
    texts = stage.sandbox.inspect(f"{stage.kind}/texts")["items"]
    assert [item["address"] for item in texts if item["text"] == "Ответили"] == [publication.external_id]


def test_an_edit_and_a_removal_are_heard_where_they_are_told_or_looked_for(stage: Stage, reading: Reading) -> None:
    """Two networks let nobody see one or the other: on Instagram nobody edits, Telegram and X tell of no removal."""
    edited, removed = stage.complain("Темно"), stage.complain("Холодно")
    reading.looks(2)
    if stage.edits:
        stage.edit(edited, "Светло")
    stage.delete(removed)
    heard = reading.looks(22)
    last = {post.external_id: post for post in (e.post if isinstance(e, Edit) else e for e in heard)}
    assert not stage.edits or getattr(last[edited], "text", "").endswith("Светло")
    assert (removed in last) == (stage.network not in ("telegram", "x"))
