from pathlib import Path
from typing import Any

import pytest

from otklik.answers.parts import joined
from otklik.flow.loop import turn_once
from otklik.incidents.models import State
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery, Sent
from tests.region import PREPARE, People, approved, assigned, only_card, settle, solved
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


def parts() -> list[Delivery]:
    return list(Delivery.objects.select_related("message").order_by("part"))


def test_all_of_a_long_answer_stands_there_in_its_order(stage: Stage, people: People, asking: Way) -> None:
    enough = NETWORKS[stage.network].limits.text // len(SENTENCE) + 1
    text = "Анна, фонарь горит. " + SENTENCE * enough + "спасибо."
    address = answered(people, asking, text)
    settle()
    told = [one.text for one in parts()]
    assert len(told) == 2
    assert joined(told).split() == text.split()
    there = [item["text"] for item in stage.thread(address) if not item["deleted"]]
    assert [text for text in there if text in told] == told
    assert only_card().state == State.RATING
    assert len(set(Sent.objects.values_list("external_id", flat=True))) == 2


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
