"""Without an approver: only whom a policy trusts, only on its themes, and never where a person has to look."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from otklik.answers import drafts, sending, steps
from otklik.answers.models import Answer, ApprovalPolicy
from otklik.desk.tests.pages import page_at, reread
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import User
from otklik.publishing import astray, fate
from otklik.publishing.models import Attempt, Delivery
from otklik.publishing.prepare import prepare
from tests.make.people import agency, signed_in
from tests.make.town import LEASE, Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
TEXT = "Анна, здравствуйте! Воду дали 25 ноября в 14:00, трубу заменил Водоканал."
GIVEN = {
    "text": TEXT,
    "kind": "final",
    "outcome": "solved",
    "proof": "phone",
    "proof_words": "Позвонили автору",
    "version": "0",
    "alone": "yes",
}


@pytest.fixture
def trust(town: Town) -> ApprovalPolicy:
    return ApprovalPolicy.objects.create(theme=town.pipe, person=town.executor, steps=0)


def written(town: Town) -> Answer:
    """A draft of the trusted one on a card of his."""
    return town.drafted(TEXT)


def page_of(user: User, card: Incident) -> str:
    return page_at(user, f"/incidents/{card.pk}/")


def sent(town: Town, **changed: str) -> Answer:
    card = town.assigned()
    given = {**GIVEN, **changed}
    answer = signed_in(town.executor).post(f"/incidents/{card.pk}/submission/", given, headers=FRAGMENT)
    assert answer.status_code == 200, answer.content.decode()
    return Answer.objects.select_related("incident", "reply_to").get(incident=card)


def queued(answer: Answer) -> Delivery:
    with book.turn():
        prepare(claim(Answer, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())
    return Delivery.objects.get(answer=answer)


def test_the_page_says_it_and_the_answer_goes_out_at_once(town: Town, trust: ApprovalPolicy) -> None:
    assert "Уйдёт сразу, без согласования." in page_of(town.executor, town.assigned())
    answer = sent(town)
    assert (answer.state, answer.incident.state, answer.steps) == (Answer.State.APPROVED, State.PUBLISHING, 0)
    assert (answer.decided_by, answer.policy) == (town.executor, trust)
    asked = answer.asked or {}
    assert (asked["text"], asked["version"]) == (answer.reply_to.text, answer.version)
    entry = Entry.objects.get(incident=answer.incident_id, verb="incident.send_alone")
    assert (entry.data["asked"], entry.data["policy"]) == (asked["mark"], trust.pk)
    assert queued(answer).text == TEXT
    assert "без согласования:" in page_of(town.executor, answer.incident)
    told = page_at(town.executor, f"/incidents/{answer.incident_id}/talk/")
    assert "Ответ отправлен без согласования" in told


@pytest.mark.parametrize("who", ["other theme", "other person", "ended", "two on the theme"])
def test_whom_no_policy_trusts_goes_by_an_approver(town: Town, who: str, trust: ApprovalPolicy) -> None:
    changes: dict[str, dict[str, Any]] = {
        "other theme": {"theme": town.hole},
        "other person": {"person": town.other},
        "ended": {"until": timezone.localdate() - timedelta(days=1)},
        "two on the theme": {"theme": None, "group": town.pipe.group},
    }
    changed = changes[who]
    ApprovalPolicy.objects.filter(pk=trust.pk).update(**changed)
    if who == "two on the theme":
        ApprovalPolicy.objects.create(theme=town.pipe, steps=2)
    assert "без согласования" not in page_of(town.executor, town.assigned())
    answer = sent(town)
    assert (answer.state, answer.steps) == (Answer.State.APPROVAL, 2 if who == "two on the theme" else 1)
    with pytest.raises(drafts.Unfit, match="Порядок согласования"):
        sending.send_alone(written(town), town.executor, timezone.now())


def test_a_page_that_promised_an_approver_keeps_its_word(town: Town, trust: ApprovalPolicy) -> None:
    assert sent(town, alone="").state == Answer.State.APPROVAL


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"text": "Марина, здравствуйте! Воду дали 25 ноября в 14:00, трубу заменил Водоканал."}, "stop"),
        ({"outcome": "explained", "why": "not_found", "why_words": "Проверили на месте, вода есть"}, "words_alone"),
        ({"seen": "77"}, "comment"),
    ],
)
def test_a_person_looks_all_the_same(town: Town, trust: ApprovalPolicy, changed: dict[str, str], why: str) -> None:
    answer = sent(town, **changed)
    assert (answer.state, answer.steps) == (Answer.State.APPROVAL, 1)
    assert Entry.objects.get(incident=answer.incident_id, verb="incident.submit").data["held"] == why
    assert not Delivery.objects.exists()


def test_a_comment_that_was_edited_since_the_draft_needs_a_person(town: Town, trust: ApprovalPolicy) -> None:
    answer = written(town)
    Message.objects.filter(pk=answer.reply_to_id).update(edited_at=timezone.now(), revision=2, text="А лифт?")
    assert sending.way_of(answer, town.executor, timezone.now()) == sending.Way(alone=False, held="comment")
    with pytest.raises(drafts.Unfit):
        sending.send_alone(answer, town.executor, timezone.now())


def test_another_ones_words_are_not_let_out_by_the_trusted(town: Town, trust: ApprovalPolicy) -> None:
    answer = written(town)
    Answer.objects.filter(pk=answer.pk).update(changed_by=town.operator)
    answer.refresh_from_db()
    assert not sending.way_of(answer, town.executor, timezone.now()).alone


def test_its_writer_takes_it_back_while_it_has_not_left(town: Town, trust: ApprovalPolicy) -> None:
    answer = sent(town)
    delivery = queued(answer)
    assert signed_in(town.admin).post(f"/answers/{answer.pk}/taking-back/", headers=FRAGMENT).status_code == 409
    assert signed_in(town.approver).post(f"/answers/{answer.pk}/taking-back/", headers=FRAGMENT).status_code == 403
    assert "Взять назад" in page_of(town.executor, answer.incident)
    assert signed_in(town.executor).post(f"/answers/{answer.pk}/taking-back/", headers=FRAGMENT).status_code == 200
    answer.refresh_from_db()
    delivery.refresh_from_db()
    assert (answer.state, answer.incident.state) == (Answer.State.DRAFT, State.IN_WORK)
    assert delivery.state == Delivery.State.RECALLED


def test_what_has_left_is_not_taken_back(town: Town, trust: ApprovalPolicy) -> None:
    answer = sent(town)
    delivery = queued(answer)
    Attempt.objects.create(delivery=delivery, key=delivery.key, started_at=timezone.now())
    with pytest.raises(NotAllowed):
        fate.take_back(answer, town.executor, timezone.now())


def test_an_approved_answer_is_not_its_writers_to_take_back(town: Town) -> None:
    delivery = town.approved()
    with pytest.raises(NotAllowed):
        fate.take_back(delivery.answer, town.executor, timezone.now())


def test_within_ten_seconds_one_press_takes_it_back(town: Town, trust: ApprovalPolicy) -> None:
    client, card = signed_in(town.executor), town.assigned()
    batch = client.post(f"/incidents/{card.pk}/submission/", GIVEN, headers=FRAGMENT).context["undo"]
    answer = Answer.objects.get(incident=card)
    queued(answer)
    assert client.post("/undo/", {"batch": batch}).status_code < 400
    assert (reread(answer).state, answer.incident.state) == (Answer.State.DRAFT, State.IN_WORK)
    assert Delivery.objects.get().state == Delivery.State.RECALLED


def test_an_approver_can_stop_it_and_then_it_needs_him(town: Town, trust: ApprovalPolicy) -> None:
    answer = sent(town)
    queued(answer)
    assert signed_in(town.approver).post(f"/answers/{answer.pk}/recall/", headers=FRAGMENT).status_code == 200
    assert reread(answer).state == Answer.State.APPROVAL
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    assert reread(answer).decided_by == town.approver


def test_a_comment_that_changes_afterwards_brings_it_to_an_approver(town: Town, trust: ApprovalPolicy) -> None:
    answer = sent(town)
    with book.turn():
        astray.overtaken(queued(answer), ["text"], timezone.now())
    assert (reread(answer).state, answer.incident.state) == (Answer.State.APPROVAL, State.APPROVAL)


def test_the_page_and_the_house_find_the_same_policy(town: Town) -> None:
    """The page asks in the database, the house in `policies.py`."""
    inner = agency("Насосы", "inner", town.water)
    card = town.assigned(agency=inner)
    today, drawn = timezone.localdate(), Random(25)
    for number in range(120):
        if number % 12 == 0:
            ApprovalPolicy.objects.all().delete()
        theme, group = drawn.choice([(None, None), (None, town.pipe.group), (town.pipe, None), (town.hole, None)])
        ApprovalPolicy.objects.create(
            theme=theme,
            group=group,
            agency=drawn.choice([None, town.water, inner, town.roads]),
            person=drawn.choice([None, town.executor, town.other]),
            steps=drawn.choice([0, 1, 2]),
            since=drawn.choice([None, today - timedelta(days=3), today, today + timedelta(days=1)]),
            until=drawn.choice([None, None, today, today - timedelta(days=1)]),
        )
        answer = Answer(incident=card, agency=inner, author=town.executor)
        held = steps.policy_for(answer, timezone.now())
        asked = Incident.objects.annotate(told=steps.steps_for(town.executor, timezone.now())).get(pk=card.pk)
        assert asked.told == (held.steps if held else None), number
