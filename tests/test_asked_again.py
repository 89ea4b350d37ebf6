"""An answer is said only under the text that it was approved for: it is read once more before the first byte leaves."""

from datetime import timedelta

import pytest

from otklik.answers import drafts
from otklik.incidents.models import State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.networks.models import Source
from otklik.publishing.asked import TRIES
from otklik.publishing.fate import say_again
from otklik.publishing.models import Delivery, Sent
from tests.region import People, listen, only_card
from tests.stages import Stage
from tests.story import ANSWER, COMPLAINT, Way, answer_due, speak

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
OTHER = "Спасибо, фонарь уже горит, вопрос снят"
SHOWS_NO_TEXT = "telegram"


@pytest.fixture
def address(people: People, asking: Way) -> str:
    """Of a complaint whose answer is approved; from here on nothing is heard by itself."""
    address = answer_due(people, asking)
    Source.objects.update(due_at=None)
    return address


def test_what_stands_as_it_stood_is_answered_with_a_proof_of_it(stage: Stage, people: People, address: str) -> None:
    delivery = speak()
    assert delivery.state == Delivery.State.SENT
    assert len(stage.answers(address, ANSWER)) == 1
    of = Delivery.AskedOf.KEPT if stage.network == SHOWS_NO_TEXT else Delivery.AskedOf.NETWORK
    assert delivery.asked_of == of
    proof, approved_for = delivery.asked or {}, delivery.answer.asked or {}
    assert COMPLAINT in proof["text"]
    assert approved_for["version"] == delivery.answer.version
    assert {name: approved_for[name] for name in proof} == proof


def test_an_edit_that_nobody_heard_sends_it_back_to_the_approver(stage: Stage, people: People, address: str) -> None:
    if not stage.edits:
        pytest.skip("nobody can edit a comment there")
    if stage.network == SHOWS_NO_TEXT:
        pytest.skip("a bot is shown no old message; its edits are heard as they come")
    stage.edit(address, OTHER)
    delivery = speak(3)
    assert stage.answers(address, ANSWER) == []
    incident = only_card()
    answer = incident.answers.get()
    assert (delivery.state, delivery.cause) == (Delivery.State.RECALLED, Delivery.Cause.CHANGED)
    assert (incident.state, answer.state) == (State.APPROVAL, "approval")
    approved_for = answer.asked or {}
    assert approved_for["changed"] == ["text"]
    assert COMPLAINT in approved_for["text"]
    assert OTHER in answer.reply_to.text
    drafts.approve(answer, people.approver, clock.now(), answer.version, answer.reply_to.revision)
    assert speak().state == Delivery.State.SENT
    assert len(stage.answers(address, ANSWER)) == 1


def test_under_a_comment_that_its_author_deleted_nothing_is_said(stage: Stage, people: People, address: str) -> None:
    stage.delete(address)
    delivery = speak(3)
    assert stage.answers(address, ANSWER) == []
    incident = only_card()
    assert (delivery.state, delivery.cause) == (Delivery.State.REFUSED, Delivery.Cause.GONE)
    assert incident.state == State.IN_WORK
    assert Entry.objects.filter(incident=incident.pk, verb="incident.gone").count() == 1
    assert "удал" in incident.answers.get().remark
    assert not Sent.objects.exists()


@pytest.mark.parametrize("stage", [SHOWS_NO_TEXT], indirect=True)
def test_an_edit_that_was_heard_meanwhile_is_enough(stage: Stage, people: People, address: str) -> None:
    """Wherever edits are told, a network that shows no single text is covered by what was heard."""
    stage.edit(address, OTHER)
    Source.objects.update(due_at=clock.now())
    Delivery.objects.update(due_at=None)
    listen()
    assert OTHER in only_card().answers.get().reply_to.text
    speak(3)
    assert stage.answers(address, ANSWER) == []
    assert only_card().state == State.APPROVAL


@pytest.mark.parametrize("stage", ["vk"], indirect=True)
def test_a_read_that_fails_puts_off_and_in_the_end_asks_a_person(stage: Stage, people: People, address: str) -> None:
    stage.fault("error", "wall.getById", code=10, count=TRIES)
    delivery = speak(2)
    assert (delivery.state, delivery.rereads) == (Delivery.State.QUEUED, 2)
    assert delivery.due_at is not None
    assert delivery.due_at > clock.now() + timedelta(seconds=3), "it is tried again, and not at once"
    delivery = speak(TRIES - 2)
    assert (delivery.hold, delivery.cause) == (Delivery.Hold.PERSON, Delivery.Cause.UNREAD)
    assert delivery.due_at is None
    assert stage.answers(address, ANSWER) == []
    say_again(delivery, people.operator, clock.now())
    assert speak().state == Delivery.State.SENT
    assert len(stage.answers(address, ANSWER)) == 1
