from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from otklik.answers.parts import joined
from otklik.feedback.models import Rating
from otklik.flow.loop import turn_once
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import State
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery, Sent
from tests.region import PREPARE, SEND, People, approved, assigned, only_card, settle, solved
from tests.stages import Stage
from tests.story import ANSWER, COMPLAINT, NAMES, Way, answer_due, bring_to_an_end, card_of, speak

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
LATE = 0.3  # seconds
SENTENCE = "Мастер заменил лампу и проверил линию, "


def out_of_order(stage: Stage, way: Way) -> None:
    """The next event about a text is overtaken by what follows it; who asks gets a page turned round."""
    if stage.event and (way.server is not None or stage.network == "vk"):
        stage.fault("reorder", stage.event, seconds=LATE)
    else:
        stage.fault("reorder", stage.reads, count=3)


def test_an_edit_and_an_answer_that_overtake_a_complaint_change_nothing(stage: Stage, people: People, way: Way) -> None:
    out_of_order(stage, way)
    address = stage.complain("Темно!" if stage.edits else COMPLAINT)
    if stage.edits:
        stage.edit(address, COMPLAINT)
    stage.answer_aside("Передали в Горсвет.", address)
    way.hear(lambda: Message.objects.filter(text__endswith=COMPLAINT).exists(), "the complaint as it stands now")
    way.rest()
    incident, message = card_of(address), main_message(card_of(address))
    assert only_card() == incident, "the edit and our own words open no card"
    assert (message.external_id, message.own, message.author.name in NAMES) == (address, False, True)
    assert message.text.endswith(COMPLAINT), "an earlier text that comes late changes nothing"
    approved(people, assigned(people, incident))
    assert speak().state == Delivery.State.SENT
    (answer,) = stage.answers(address, ANSWER)
    assert answer["parent"] in (address, stage.under)


def test_a_removal_that_overtakes_the_complaint_is_not_forgotten(stage: Stage, people: People, way: Way) -> None:
    out_of_order(stage, way)
    address = stage.complain(COMPLAINT)
    stage.delete(address)
    later = stage.complain(f"{COMPLAINT} Пишу снова.")
    way.hear(lambda: Message.objects.filter(external_id=later).exists(), "the later complaint")
    seen = Message.objects.filter(external_id=address)
    if stage.removals and (way.server is not None or stage.network in ("vk", "max")):
        way.hear(lambda: seen.exists(), "the removed complaint")
    way.rest()
    assert not stage.removals or not seen.filter(deleted_at=None).exists(), "whoever opens the card must see it"
    assert main_message(card_of(later)).external_id == later


def test_thanks_that_come_before_we_know_we_answered_belong_to_the_card(stage: Stage, people: People, way: Way) -> None:
    address = answer_due(people, way)
    stage.fault("drop_after", stage.speaks)
    turn_once(PREPARE)
    turn_once(SEND)
    assert Delivery.objects.get().state == Delivery.State.UNKNOWN
    Delivery.objects.update(due_at=clock.now() + timedelta(hours=1))  # nobody looks yet
    (answer,) = stage.answers(address, ANSWER)
    thanks = stage.reply("Спасибо, починили!", answer["address"])
    way.hear(lambda: Message.objects.filter(external_id=thanks).exists(), "the author's thanks are heard")
    assert card_of(thanks) == only_card() == card_of(address)
    bring_to_an_end(stage, people, address)
    assert Sent.objects.get().external_id
    assert only_card().state == State.RATING
    way.hear(lambda: Rating.objects.exists(), "the thanks are read as a mark")
    assert len(stage.answers(address, ANSWER)) == 1
    assert Message.objects.get(external_id=thanks).author == main_message(only_card()).author


@pytest.mark.parametrize("off", [-600, 600], ids=["behind", "ahead"])
def test_a_clock_ten_minutes_off_loses_and_repeats_nothing(stage: Stage, people: People, asking: Way, off: int) -> None:
    stage.sandbox.control("clock", offset=off)
    address = answer_due(people, asking)
    stage.fault("drop_after", stage.speaks)
    assert bring_to_an_end(stage, people, address).state == Delivery.State.SENT
    (our_answer,) = stage.answers(address, ANSWER)
    assert Sent.objects.get().external_id == our_answer["address"]
    stage.sandbox.control("clock", offset=off + 5)
    stage.reply("Спасибо, починили!", our_answer["address"])
    asking.hear(lambda: Rating.objects.exists(), "the author's thanks are heard")
    assert only_card().state == State.RATING


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
    part_texts = [one.text for one in parts()]
    assert len(part_texts) == 2
    assert joined(part_texts).split() == text.split()
    there = [item["text"] for item in stage.thread(address) if not item["deleted"]]
    assert [text for text in there if text in part_texts] == part_texts
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
    our_answers = [item for item in stage.thread(address) if item["official"] and item["parent"]]
    assert our_answers[0]["text"] == parts()[0].text.strip()
    assert not any(item["text"] for item in our_answers[1:])
    assert len(our_answers) > 1
