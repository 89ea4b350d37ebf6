"""Two people agree where a policy asks for two: two different ones, to one text, and neither wrote it last."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from otklik.alerts.chase import approvers
from otklik.answers import drafts, review, sending
from otklik.answers.models import Answer, ApprovalPolicy, ApprovalStep
from otklik.desk.tests.pages import assert_answers, at_most, reread
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Role, User
from otklik.publishing import fate
from otklik.publishing.models import Delivery
from tests.make.people import grant, signed_in
from tests.make.town import Town, make_town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}


def of_two(town: Town, **more: str) -> Answer:
    """An answer that was sent while two had to agree."""
    ApprovalPolicy.objects.get_or_create(theme=town.pipe, steps=2)
    return town.submitted(**more)


def press(answer: Answer, user: User, verb: str = "approval", **given: object) -> int:
    told = {"version": answer.version, **given}
    return signed_in(user).post(f"/answers/{answer.pk}/{verb}/", told, headers=FRAGMENT).status_code


def waits_for(user: User) -> list[int]:
    return [row.answer.pk for row in signed_in(user).get("/approvals/").context["rows"]]


def test_the_first_of_two_agrees_and_the_second_lets_it_out(town: Town) -> None:
    answer = of_two(town)
    assert "первое согласие из двух" in signed_in(town.approver).get("/approvals/").content.decode()
    assert press(answer, town.approver) == 200
    assert (reread(answer).state, answer.incident.state) == (Answer.State.APPROVAL, State.APPROVAL)
    assert not Delivery.objects.exists()
    assert waits_for(town.approver) == []
    assert_answers(
        signed_in(town.second_approver).get("/approvals/"), 200, "второе согласие, первое:", "<bdi>Соколова</bdi>"
    )
    assert press(answer, town.second_approver) == 200
    assert (reread(answer).state, answer.decided_by) == (Answer.State.APPROVED, town.second_approver)
    verbs = Entry.objects.filter(incident=answer.incident_id).values_list("verb", "actor")
    first, second = f"user:{town.approver.pk}", f"user:{town.second_approver.pk}"
    assert list(verbs)[-2:] == [("incident.agree", first), ("incident.approve", second)]


def test_nobody_agrees_twice(town: Town) -> None:
    answer = of_two(town)
    assert [press(answer, town.approver) for _time in range(2)] == [200, 422]
    card = signed_in(town.approver).get(f"/incidents/{answer.incident_id}/").content.decode()
    assert "Вы уже согласовали этот ответ" in card
    assert "Первое согласие есть, нужно второе:" in card
    with pytest.raises(drafts.Unfit, match="второе согласие даёт кто-то другой"):
        drafts.approve(answer, town.approver, timezone.now(), answer.version)
    assert reread(answer).state == Answer.State.APPROVAL


def test_whoever_wrote_it_last_is_neither_of_the_two_administrators_included(town: Town) -> None:
    answer = of_two(town)
    for user in (town.executor, town.admin, town.approver):
        Answer.objects.filter(pk=answer.pk).update(changed_by=user)
        answer.refresh_from_db()
        with pytest.raises(drafts.Unfit, match="Свой ответ"):
            sending.agree(answer, user, timezone.now(), answer.version)
    Answer.objects.filter(pk=answer.pk).update(changed_by=town.admin)
    assert press(answer, town.admin) == 403
    assert not ApprovalStep.objects.exists()


def test_a_corrected_text_leaves_no_consent_and_waits_for_two_others(town: Town) -> None:
    answer = of_two(town)
    press(answer, town.approver)
    assert press(answer, town.second_approver, "correction", text="Воду дали 25 ноября в 14:00.") == 200
    assert (reread(answer).state, answer.version) == (Answer.State.APPROVAL, 2)
    assert answer.text == "Воду дали 25 ноября в 14:00."
    assert press(answer, town.second_approver) == 403
    assert press(answer, town.approver) == 200
    assert reread(answer).state == Answer.State.APPROVAL
    grant(town.stranger, Role.APPROVER, town.water)
    assert press(answer, town.stranger) == 200
    assert reread(answer).state == Answer.State.APPROVED


def test_where_one_is_asked_for_a_correction_waits_for_another(town: Town) -> None:
    ApprovalPolicy.objects.create(agency=town.water, steps=1)
    answer = town.submitted()
    assert "Исправленное согласует кто-то другой" in signed_in(town.approver).get("/approvals/").content.decode()
    assert press(answer, town.approver, "correction", text="Воду дали 25 ноября.") == 200
    assert reread(answer).state == Answer.State.APPROVAL
    with pytest.raises(drafts.Unfit, match="Свой ответ"):
        review.correct_and_approve(answer, "Воду дали.", town.approver, timezone.now(), answer.version)
    assert press(answer, town.second_approver) == 200
    assert (reread(answer).state, answer.corrected_by) == (Answer.State.APPROVED, town.approver)


def test_a_changed_comment_leaves_no_consent(town: Town) -> None:
    answer = of_two(town)
    press(answer, town.approver, seen=answer.reply_to.revision)
    Message.objects.filter(pk=answer.reply_to_id).update(
        text="Воду дали. А лифт?", edited_at=timezone.now(), revision=answer.reply_to.revision + 1
    )
    assert waits_for(town.approver) == [answer.pk]
    assert press(answer, town.second_approver, seen=1) == 422
    assert press(answer, town.second_approver, seen=2) == 200
    assert reread(answer).state == Answer.State.APPROVAL
    assert press(answer, town.approver, seen=2) == 200
    assert reread(answer).state == Answer.State.APPROVED


def test_an_older_version_is_agreed_to_by_nobody(town: Town) -> None:
    answer = of_two(town)
    Answer.objects.filter(pk=answer.pk).update(version=2)
    assert press(answer, town.approver) == 409
    assert not ApprovalStep.objects.exists()


def test_sent_anew_it_has_no_consent_though_the_text_is_the_same(town: Town) -> None:
    answer = of_two(town)
    press(answer, town.approver)
    drafts.withdraw(answer, town.executor, timezone.now())
    answer.refresh_from_db()
    drafts.submit(answer, town.executor, timezone.now() + timedelta(seconds=1))
    assert waits_for(town.approver) == [answer.pk]
    with pytest.raises(drafts.Unfit, match="два согласия"):
        drafts.approve(Answer.objects.get(pk=answer.pk), town.second_approver, timezone.now(), answer.version)


def test_the_first_consent_can_be_taken_back_and_the_second_leaves_the_first(town: Town) -> None:
    answer = of_two(town)
    client = signed_in(town.approver)
    batch = client.post(f"/answers/{answer.pk}/approval/", {"version": 1}, headers=FRAGMENT).context["undo"]
    assert client.post("/undo/", {"batch": batch}).status_code < 400
    assert not ApprovalStep.objects.exists()
    press(answer, town.approver)
    press(answer, town.second_approver)
    fate.recall(Answer.objects.select_related("incident").get(pk=answer.pk), town.second_approver, timezone.now())
    assert waits_for(town.second_approver) == [answer.pk]
    assert waits_for(town.approver) == []


def test_what_was_asked_for_is_settled_when_it_is_sent(town: Town) -> None:
    answer = of_two(town)
    ApprovalPolicy.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert press(answer, town.approver) == 200
    assert reread(answer).state == Answer.State.APPROVAL
    usual = town.submitted()
    ApprovalPolicy.objects.update(until=None)
    assert press(usual, town.approver) == 200
    assert reread(usual).state == Answer.State.APPROVED


def test_after_the_first_consent_the_next_one_is_reminded(town: Town) -> None:
    answer = of_two(town)
    assert approvers(answer.incident, answer) == [town.approver.pk, town.second_approver.pk]
    press(answer, town.approver)
    assert approvers(answer.incident, answer) == [town.second_approver.pk]


def test_the_page_asks_no_more_for_two(town: Town) -> None:
    for _ in range(4):
        of_two(town)
    client = signed_in(town.second_approver)
    press(Answer.objects.earliest("pk"), town.approver)
    client.get("/approvals/")
    with at_most(10):
        assert len(client.get("/approvals/").context["rows"]) == 4


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_two_and_one_at_once_with_himself_is_one() -> None:
    town = make_town()
    answer = of_two(town)
    for users, state in (
        ((town.approver, town.approver), Answer.State.APPROVAL),
        ((town.second_approver, town.second_approver), Answer.State.APPROVED),
    ):
        together = Barrier(2)

        def decide(user: User, together: Barrier = together) -> int:
            together.wait()
            try:
                return press(answer, user)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            told = sorted(pool.map(decide, users))
        assert told[0] == 200
        assert told[1] in (409, 422)
        assert Answer.objects.get(pk=answer.pk).state == state
    assert Incident.objects.get(pk=answer.incident_id).state == State.PUBLISHING
