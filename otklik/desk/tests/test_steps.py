"""How many have to agree to an answer: two different people where a policy asks for two, to one text, and neither wrote
it last; nobody where a policy trusts its writer, only on its themes, and never where a person has to look."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from otklik.answers import drafts, review, sending, steps
from otklik.answers.models import Answer, ApprovalPolicy, ApprovalStep
from otklik.desk.tests.pages import FRAGMENT, assert_shows, at_most, page_at, reread
from otklik.desk.tests.test_approvals import waiting_for
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.notify.alerts.chase import approvers
from otklik.notify.alerts.people import Staff
from otklik.people.models import Role, User
from otklik.publishing import astray, fate
from otklik.publishing.models import Attempt, Delivery
from otklik.publishing.prepare import prepare
from tests.make.people import agency, grant, signed_in
from tests.make.town import LEASE, Town, make_town

pytestmark = pytest.mark.django_db
DRAFT, APPROVAL, APPROVED = Answer.State.DRAFT, Answer.State.APPROVAL, Answer.State.APPROVED


def of_two(town: Town, **more: str) -> Answer:
    """An answer that was sent while two had to agree."""
    ApprovalPolicy.objects.get_or_create(theme=town.pipe, steps=2)
    return town.submitted(**more)


def press(answer: Answer, user: User, verb: str = "approval", **fields: object) -> int:
    form = {"version": answer.version, **fields}
    return signed_in(user).post(f"/answers/{answer.pk}/{verb}/", form, headers=FRAGMENT).status_code


def test_the_first_of_two_agrees_and_the_second_lets_it_out(town: Town) -> None:
    answer, first, second = of_two(town), town.approver, town.second_approver
    assert "первое согласие из двух" in page_at(first, "/approvals/")
    assert approvers(answer.incident, answer, Staff()) == [first.pk, second.pk]
    assert press(answer, first, version=2) == 409, "an older version is agreed to by nobody"
    assert not ApprovalStep.objects.exists()
    assert press(answer, first) == 200
    assert (reread(answer).state, answer.incident.state) == (APPROVAL, State.APPROVAL)
    assert not Delivery.objects.exists()
    assert approvers(answer.incident, answer, Staff()) == [second.pk], "the next one is reminded"
    # Nobody agrees twice.
    assert press(answer, first) == 422
    words = ("Вы уже согласовали этот ответ", "Первое согласие есть, нужно второе:")
    assert_shows(page_at(first, f"/incidents/{answer.incident_id}/"), *words)
    with pytest.raises(drafts.Unfit, match="второе согласие даёт кто-то другой"):
        drafts.approve(answer, first, timezone.now(), answer.version)
    assert (reread(answer).state, waiting_for(first)) == (APPROVAL, [])
    assert_shows(page_at(second, "/approvals/"), "второе согласие, первое:", "<bdi>Соколова</bdi>")
    assert press(answer, second) == 200
    assert (reread(answer).state, answer.decided_by) == (APPROVED, second)
    verbs = Entry.objects.filter(incident=answer.incident_id).values_list("verb", "actor")
    assert list(verbs)[-2:] == [("incident.agree", f"user:{first.pk}"), ("incident.approve", f"user:{second.pk}")]


def test_whoever_wrote_it_last_is_neither_of_the_two_administrators_included(town: Town) -> None:
    answer = of_two(town)
    for user in (town.executor, town.approver, town.admin):
        Answer.objects.filter(pk=answer.pk).update(changed_by=user)
        with pytest.raises(drafts.Unfit, match="Свой ответ"):
            sending.agree(reread(answer), user, timezone.now(), answer.version)
    assert press(answer, town.admin) == 403
    assert not ApprovalStep.objects.exists()


def test_a_corrected_text_a_changed_comment_and_sending_anew_leave_no_consent(town: Town) -> None:
    answer, text = of_two(town), "Воду дали 25 ноября в 14:00."
    press(answer, town.approver)
    assert press(answer, town.second_approver, "correction", text=text) == 200
    assert (reread(answer).state, answer.version, answer.text) == (APPROVAL, 2, text)
    assert press(answer, town.second_approver) == 403
    assert press(answer, town.approver) == 200
    assert reread(answer).state == APPROVAL
    grant(town.stranger, Role.APPROVER, town.water)
    assert press(answer, town.stranger) == 200
    assert reread(answer).state == APPROVED
    answer = of_two(town)
    press(answer, town.approver, seen=answer.reply_to.revision)
    changed = {"text": "Воду дали. А лифт?", "edited_at": timezone.now(), "revision": answer.reply_to.revision + 1}
    Message.objects.filter(pk=answer.reply_to_id).update(**changed)
    assert waiting_for(town.approver) == [answer.pk]
    assert press(answer, town.second_approver, seen=1) == 422
    for user, state in ((town.second_approver, APPROVAL), (town.approver, APPROVED)):
        assert (press(answer, user, seen=2), reread(answer).state) == (200, state)
    answer = of_two(town)
    press(answer, town.approver)
    drafts.withdraw(answer, town.executor, timezone.now())
    drafts.submit(reread(answer), town.executor, timezone.now() + timedelta(seconds=1))
    assert waiting_for(town.approver) == [answer.pk]
    with pytest.raises(drafts.Unfit, match="два согласия"):
        drafts.approve(Answer.objects.get(pk=answer.pk), town.second_approver, timezone.now(), answer.version)


def test_where_one_is_asked_for_a_correction_waits_for_another(town: Town) -> None:
    ApprovalPolicy.objects.create(agency=town.water, steps=1)
    answer = town.submitted()
    assert "Исправленное согласует кто-то другой" in page_at(town.approver, "/approvals/")
    assert press(answer, town.approver, "correction", text="Воду дали 25 ноября.") == 200
    assert reread(answer).state == APPROVAL
    with pytest.raises(drafts.Unfit, match="Свой ответ"):
        review.correct_and_approve(answer, "Воду дали.", town.approver, timezone.now(), answer.version)
    assert press(answer, town.second_approver) == 200
    assert (reread(answer).state, answer.corrected_by) == (APPROVED, town.approver)


def test_the_first_consent_can_be_taken_back_and_what_was_asked_for_is_settled_when_it_is_sent(town: Town) -> None:
    answer, client = of_two(town), signed_in(town.approver)
    batch = client.post(f"/answers/{answer.pk}/approval/", {"version": 1}, headers=FRAGMENT).context["undo"]
    assert client.post("/undo/", {"batch": batch}).status_code < 400
    assert not ApprovalStep.objects.exists()
    press(answer, town.approver)
    press(answer, town.second_approver)
    fate.recall(Answer.objects.select_related("incident").get(pk=answer.pk), town.second_approver, timezone.now())
    assert (waiting_for(town.second_approver), waiting_for(town.approver)) == ([answer.pk], [])
    answer = of_two(town)
    ApprovalPolicy.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert (press(answer, town.approver), reread(answer).state) == (200, APPROVAL)
    usual = town.submitted()
    ApprovalPolicy.objects.update(until=None)
    assert (press(usual, town.approver), reread(usual).state) == (200, APPROVED)


def test_the_page_asks_no_more_for_two(town: Town) -> None:
    first, *_others = [of_two(town) for _ in range(4)]
    client = signed_in(town.second_approver)
    press(first, town.approver)
    client.get("/approvals/")
    with at_most(10):
        assert len(client.get("/approvals/").context["rows"]) == 4


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_two_and_one_at_once_with_himself_is_one() -> None:
    town = make_town()
    answer = of_two(town)
    for user, state in ((town.approver, APPROVAL), (town.second_approver, APPROVED)):
        together = Barrier(2)

        def decide(user: User, together: Barrier = together) -> int:
            together.wait()
            try:
                return press(answer, user)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(decide, (user, user)))
        assert statuses[0] == 200
        assert statuses[1] in (409, 422)
        assert Answer.objects.get(pk=answer.pk).state == state
    assert Incident.objects.get(pk=answer.incident_id).state == State.PUBLISHING


# Without an approver.
TEXT = "Анна, здравствуйте! Воду дали 25 ноября в 14:00, трубу заменил Водоканал."
ANSWER_FORM = {
    "text": TEXT,
    "kind": "final",
    "outcome": "solved",
    "proof": "phone",
    "proof_words": "Позвонили жителю",
    "version": "0",
    "alone": "yes",
}


@pytest.fixture
def trust(town: Town) -> ApprovalPolicy:
    return ApprovalPolicy.objects.create(theme=town.pipe, person=town.executor, steps=0)


def page_of(user: User, card: Incident, part: str = "") -> str:
    return page_at(user, f"/incidents/{card.pk}/{part}")


def sent(town: Town, **changed: str) -> Answer:
    """By the trusted one, on a card of his."""
    card = town.assigned()
    answer = signed_in(town.executor).post(f"/incidents/{card.pk}/submission/", ANSWER_FORM | changed, headers=FRAGMENT)
    assert answer.status_code == 200, answer.content.decode()
    return Answer.objects.select_related("incident", "reply_to").get(incident=card)


def queued(answer: Answer) -> Delivery:
    with book.turn():
        prepare(claim(Answer, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())
    return Delivery.objects.get(answer=answer)


def test_the_page_says_it_and_the_answer_goes_out_at_once(town: Town, trust: ApprovalPolicy) -> None:
    assert "Уйдёт сразу, без согласования." in page_of(town.executor, town.assigned())
    answer = sent(town)
    assert (answer.state, answer.incident.state, answer.steps) == (APPROVED, State.PUBLISHING, 0)
    assert (answer.decided_by, answer.policy) == (town.executor, trust)
    asked = answer.asked or {}
    assert (asked["text"], asked["version"]) == (answer.reply_to.text, answer.version)
    entry = Entry.objects.get(incident=answer.incident_id, verb="incident.send_alone")
    assert (entry.data["asked"], entry.data["policy"]) == (asked["mark"], trust.pk)
    assert queued(answer).text == TEXT
    assert "без согласования:" in page_of(town.executor, answer.incident)
    assert "Ответ отправлен без согласования" in page_of(town.executor, answer.incident, "talk/")
    # A page that promised an approver keeps its word.
    assert sent(town, alone="").state == APPROVAL


def test_whom_no_policy_trusts_goes_by_an_approver(town: Town, trust: ApprovalPolicy) -> None:
    whole, ours = {"theme": None, "group": town.pipe.group}, {"theme": town.pipe, "person": town.executor}
    for changed in (
        {"theme": town.hole},
        {"person": town.other},
        {"until": timezone.localdate() - timedelta(days=1)},
        whole,
    ):
        ApprovalPolicy.objects.filter(pk=trust.pk).update(**{**ours, "until": None, **changed})
        if changed == whole:
            ApprovalPolicy.objects.create(theme=town.pipe, steps=2)
        assert "без согласования" not in page_of(town.executor, town.assigned())
        answer = sent(town)
        assert (answer.state, answer.steps) == (APPROVAL, 2 if changed == whole else 1)
        with pytest.raises(drafts.Unfit, match="Порядок согласования"):
            sending.send_alone(town.drafted(TEXT), town.executor, timezone.now())


def test_a_person_looks_all_the_same(town: Town, trust: ApprovalPolicy) -> None:
    for changed, why in (
        ({"text": TEXT.replace("Анна", "Марина")}, "stop"),
        ({"outcome": "explained", "why": "not_found", "why_words": "Проверили на месте, вода есть"}, "words_alone"),
        ({"seen": "77"}, "comment"),
    ):
        answer = sent(town, **changed)
        assert (answer.state, answer.steps) == (APPROVAL, 1)
        assert Entry.objects.get(incident=answer.incident_id, verb="incident.submit").data["held"] == why
    assert not Delivery.objects.exists()
    # A comment that was edited since the draft needs a person.
    answer, now = town.drafted(TEXT), timezone.now()
    Message.objects.filter(pk=answer.reply_to_id).update(edited_at=now, revision=2, text="А лифт?")
    assert sending.way_of(answer, town.executor, now) == sending.Way(alone=False, held="comment")
    with pytest.raises(drafts.Unfit):
        sending.send_alone(answer, town.executor, now)
    # Another one's words are not let out by the trusted.
    answer = town.drafted(TEXT)
    Answer.objects.filter(pk=answer.pk).update(changed_by=town.operator)
    assert not sending.way_of(reread(answer), town.executor, now).alone


def test_its_writer_takes_it_back_by_one_press_while_it_has_not_left(town: Town, trust: ApprovalPolicy) -> None:
    client, card = signed_in(town.executor), town.assigned()
    batch = client.post(f"/incidents/{card.pk}/submission/", ANSWER_FORM, headers=FRAGMENT).context["undo"]
    answer = Answer.objects.get(incident=card)
    queued(answer)
    assert client.post("/undo/", {"batch": batch}).status_code < 400
    assert (reread(answer).state, answer.incident.state) == (DRAFT, State.IN_WORK)
    assert Delivery.objects.get().state == Delivery.State.RECALLED
    answer = sent(town)
    delivery = queued(answer)
    assert press(answer, town.admin, "taking-back") == 409
    assert press(answer, town.approver, "taking-back") == 403
    assert "Взять назад" in page_of(town.executor, answer.incident)
    assert press(answer, town.executor, "taking-back") == 200
    assert (reread(answer).state, answer.incident.state) == (DRAFT, State.IN_WORK)
    assert reread(delivery).state == Delivery.State.RECALLED
    # What has left is not taken back.
    answer = sent(town)
    delivery = queued(answer)
    Attempt.objects.create(delivery=delivery, key=delivery.key, started_at=timezone.now())
    with pytest.raises(NotAllowed):
        fate.take_back(answer, town.executor, timezone.now())
    delivery = town.approved()
    with pytest.raises(NotAllowed):
        fate.take_back(delivery.answer, town.executor, timezone.now())


def test_an_approver_can_stop_it_and_then_decides_as_after_an_edit(town: Town, trust: ApprovalPolicy) -> None:
    answer, other = sent(town), sent(town)
    queued(answer)
    assert press(answer, town.approver, "recall") == 200
    assert reread(answer).state == APPROVAL
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    assert reread(answer).decided_by == town.approver
    with book.turn():
        astray.overtaken(queued(other), ["text"], timezone.now())
    assert (reread(other).state, other.incident.state) == (APPROVAL, State.APPROVAL)


def test_the_page_and_the_house_find_the_same_policy(town: Town) -> None:
    """The page asks in the database, the house in `policies.py`."""
    inner = agency("Насосы", "inner", town.water)
    card = town.assigned(agency=inner)
    today, drawn = timezone.localdate(), Random(25)
    days = [None, today - timedelta(days=3), today, today + timedelta(days=1)]
    abouts = [(None, None), (None, town.pipe.group), (town.pipe, None), (town.hole, None)]
    for number in range(120):
        if number % 12 == 0:
            ApprovalPolicy.objects.all().delete()
        theme, group = drawn.choice(abouts)
        ApprovalPolicy.objects.create(
            theme=theme,
            group=group,
            agency=drawn.choice([None, town.water, inner, town.roads]),
            person=drawn.choice([None, town.executor, town.other]),
            steps=drawn.choice([0, 1, 2]),
            since=drawn.choice(days),
            until=drawn.choice([None, None, today, today - timedelta(days=1)]),
        )
        held = steps.policy_for(Answer(incident=card, agency=inner, author=town.executor), timezone.now())
        asked = Incident.objects.annotate(steps_now=steps.steps_for(town.executor, timezone.now())).get(pk=card.pk)
        assert asked.steps_now == (held.steps if held else None), number
