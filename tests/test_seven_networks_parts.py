"""An answer that is too long for its network, in each of them: all its parts stand there, once and in their order."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from otklik.answers.parts import joined
from otklik.flow.loop import turn_once
from otklik.incidents.models import State
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.publishing.fate import published_by_hand
from otklik.publishing.models import Delivery, Sent
from tests.region import PREPARE, SEND, People, approved, assigned, only_card, settle, solved
from tests.stages import Stage
from tests.story import Way

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
SENTENCE = "Мастер заменил лампу и проверил линию, "


def answered(people: People, way: Way, text: str, photos: int = 0) -> str:
    """The complaint's address; its answer is in parts, and the first may leave."""
    address = way.complaint()
    approved(people, assigned(people, only_card()), solved(text), photos=photos)
    turn_once(PREPARE)
    return address


def long_for(stage: Stage) -> str:
    most = NETWORKS[stage.network].limits.text
    return "Анна, фонарь горит. " + SENTENCE * (most // len(SENTENCE) + 1) + "спасибо."


def standing(stage: Stage, address: str) -> list[str]:
    """Our texts of the thread, oldest first; X puts the names of those it answers in front."""
    parts = list(Delivery.objects.order_by("part").values_list("text", flat=True))
    there = [item["text"] for item in stage.thread(address) if not item["deleted"]]
    return [text for text in there if text in parts]


def go_on(looks: int = 12) -> None:
    """Until nothing more happens by itself."""
    for _ in range(looks):
        Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
        settle()


def parts() -> list[Delivery]:
    return list(Delivery.objects.select_related("message").order_by("part"))


def test_all_of_a_long_answer_stands_there_in_its_order(stage: Stage, people: People, asking: Way) -> None:
    text = long_for(stage)
    address = answered(people, asking, text)
    settle()
    told = [one.text for one in parts()]
    assert len(told) == 2
    assert joined(told).split() == text.split()
    assert standing(stage, address) == told
    assert only_card().state == State.RATING
    assert len(set(Sent.objects.values_list("external_id", flat=True))) == 2


def test_a_line_that_breaks_behind_a_part_says_it_once_and_the_next_after_it(
    stage: Stage, people: People, asking: Way
) -> None:
    address = answered(people, asking, long_for(stage))
    stage.fault("drop_after", stage.speaks)
    turn_once(SEND)
    first, second = parts()
    assert (first.state, second.hold) == (Delivery.State.UNKNOWN, Delivery.Hold.TURN)
    go_on()
    first.refresh_from_db()
    if stage.network == "telegram":
        assert first.hold == Delivery.Hold.PERSON, "no bot may look: a person does"
        assert standing(stage, address) == [first.text]
        (there,) = stage.answers(address, first.text)
        published_by_hand(first, f"{stage.sandbox.base}{there['link']}", people.approver, clock.now())
        settle()
    assert standing(stage, address) == [first.text, second.text]
    assert {one.state for one in parts()} == {Delivery.State.SENT}


@pytest.mark.parametrize("stage", ["telegram"], indirect=True)
def test_words_too_long_for_a_caption_and_photos_are_two_steps(
    stage: Stage, people: People, asking: Way, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    address = answered(people, asking, "Анна, фонарь горит. " + SENTENCE * 30, photos=2)
    assert [(one.part, one.photos, bool(one.text)) for one in parts()] == [(1, False, True), (2, True, False)]
    settle()
    assert {one.state for one in parts()} == {Delivery.State.SENT}
    assert only_card().state == State.RATING
    said = [item for item in stage.thread(address) if item["official"] and item["parent"]]
    assert said[0]["text"] == parts()[0].text.strip()
    assert not any(item["text"] for item in said[1:])
    assert len(said) > 1
