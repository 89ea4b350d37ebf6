from datetime import timedelta

import pytest

from otklik.feedback.models import Rating
from otklik.flow.loop import turn_once
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import State
from otklik.lib import clock
from otklik.publishing.models import Delivery, Sent
from tests.region import PREPARE, SEND, People, approved, assigned, only_card
from tests.stages import Stage
from tests.story import ANSWER, COMPLAINT, NAMES, Way, answer_due, bring_to_an_end, card_of, speak

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
LATE = 0.3  # seconds


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
    incident, said = card_of(address), main_message(card_of(address))
    assert only_card() == incident, "the edit and our own words open no card"
    assert (said.external_id, said.own, said.author.name in NAMES) == (address, False, True)
    assert said.text.endswith(COMPLAINT), "an earlier text that comes late changes nothing"
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
