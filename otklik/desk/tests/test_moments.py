"""An approved answer that waits for its moment: nothing leaves before, and it is taken back or sent on meanwhile."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer, ApprovalPolicy
from otklik.answers.moments import Later
from otklik.desk.tests.pages import assert_answers, reread
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Role
from otklik.publishing import fate
from otklik.publishing.models import Attempt, Delivery
from otklik.publishing.prepare import prepare
from otklik.publishing.send import send
from otklik.routing.models import Deadline
from tests.make.people import grant, signed_in
from tests.make.town import LEASE, Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
ZONE = ZoneInfo(settings.TIME_ZONE)


def tomorrow() -> datetime:
    """At nine in the morning, by the region's clock."""
    day = timezone.localdate() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)


def queued(answer: Answer) -> Delivery:
    with book.turn():
        prepare(claim(Answer, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())
    return Delivery.objects.get(answer=answer)


def waiting(town: Town) -> tuple[Answer, Delivery]:
    """Approved for tomorrow and queued."""
    answer = town.submitted()
    Deadline.objects.all().delete()
    drafts.approve(answer, town.approver, timezone.now(), answer.version, later=Later(tomorrow()))
    return Answer.objects.select_related("incident").get(pk=answer.pk), queued(answer)


def press(town: Town, answer: Answer, **given: object) -> tuple[int, str]:
    told = {"version": answer.version, **given}
    reply = signed_in(town.approver).post(f"/answers/{answer.pk}/approval/", told, headers=FRAGMENT)
    return reply.status_code, reply.content.decode()


def test_the_page_takes_a_moment_by_the_regions_clock(town: Town) -> None:
    answer = town.submitted()
    Deadline.objects.all().delete()
    assert "Опубликовать позже" in signed_in(town.approver).get(f"/incidents/{answer.incident_id}/").content.decode()
    status, page = press(town, answer, publish_at=tomorrow().strftime("%Y-%m-%dT%H:%M"))
    assert status == 200
    assert "Снять время, опубликовать сейчас" in page
    assert (reread(answer).state, answer.publish_at) == (Answer.State.APPROVED, tomorrow())
    delivery = queued(answer)
    assert (delivery.hold, delivery.due_at) == (Delivery.Hold.MOMENT, tomorrow())
    card = assert_answers(
        signed_in(town.approver).get(f"/incidents/{answer.incident_id}/"), 200, "Ждёт назначенного времени"
    )
    assert "Ссылка на опубликованный ответ" not in card
    entry = Entry.objects.get(incident=answer.incident_id, verb="incident.approve")
    assert entry.data["publish_at"] == tomorrow().timestamp()
    told = signed_in(town.approver).get(f"/incidents/{answer.incident_id}/talk/").content.decode()
    assert f"Ответ согласован, уйдёт {tomorrow():%d.%m.%Y} 09:00" in told


def test_a_moment_that_will_not_do_lets_nothing_out(town: Town) -> None:
    answer = town.submitted()
    for given, said in (
        ("2020-01-01T09:00", "уже прошло"),
        ("2098-01-01T09:00", "не дальше чем на 14 дней"),
        *((wrong, "Это не время") for wrong in ("0001-01-01T00:00", "завтра", "\x00", "9" * 400)),
    ):
        status, page = press(town, answer, publish_at=given)
        assert (status, said in page) == (422, True), given
    assert reread(answer).state == Answer.State.APPROVAL


def test_after_the_cards_deadline_only_whoever_says_so(town: Town) -> None:
    answer, given = town.submitted(), tomorrow().strftime("%Y-%m-%dT%H:%M")
    Deadline.objects.filter(incident=answer.incident).update(limit_at=timezone.now() + timedelta(minutes=5))
    status, page = press(town, answer, publish_at=given)
    assert (status, "Срок ответа раньше этого времени" in page) == (422, True)
    assert press(town, answer, publish_at=given, late="yes")[0] == 200


def test_a_promise_is_not_made_after_its_day(town: Town) -> None:
    answer = town.submitted(text="Починим до завтра.")
    Deadline.objects.all().delete()
    Answer.objects.filter(pk=answer.pk).update(kind="interim", promised_on=timezone.localdate())
    answer.refresh_from_db()
    with pytest.raises(drafts.Unfit, match="обещанный день"):
        drafts.approve(answer, town.approver, timezone.now(), answer.version, later=Later(tomorrow()))


def test_nothing_leaves_before_its_moment_even_if_it_is_due(town: Town) -> None:
    _answer, delivery = waiting(town)
    assert claim(Delivery, tomorrow() - timedelta(seconds=1), LEASE, 10) == []
    Delivery.objects.update(due_at=timezone.now())
    send(claim(Delivery, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())
    assert (reread(delivery).state, delivery.due_at, delivery.lease) == (Delivery.State.QUEUED, tomorrow(), "")
    assert not Attempt.objects.exists()
    assert [one.pk for one in claim(Delivery, tomorrow() + timedelta(seconds=1), LEASE, 10)] == [delivery.pk]


def test_taking_the_approval_back_cancels_it_and_the_next_one_goes_at_once(town: Town) -> None:
    answer, delivery = waiting(town)
    fate.recall(answer, town.approver, timezone.now())
    assert (reread(delivery).state, delivery.due_at) == (Delivery.State.RECALLED, None)
    assert Incident.objects.get(pk=answer.incident_id).state == State.APPROVAL
    answer.refresh_from_db()
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    answer.refresh_from_db()
    again = queued(answer)
    assert (answer.publish_at, again.hold, again.state) == (None, Delivery.Hold.UNDO, Delivery.State.QUEUED)


def test_the_moment_is_lifted_and_it_goes_out_now(town: Town) -> None:
    answer, delivery = waiting(town)
    address = f"/answers/{answer.pk}/saying-now/"
    assert signed_in(town.executor).post(address, headers=FRAGMENT).status_code == 403
    assert signed_in(town.other).post(address, headers=FRAGMENT).status_code == 404
    assert signed_in(town.approver).post(address, headers=FRAGMENT).status_code == 200
    assert (reread(answer).publish_at, reread(delivery).hold) == (None, Delivery.Hold.NONE)
    assert delivery.due_at is not None
    assert delivery.due_at <= timezone.now()
    assert Entry.objects.filter(incident=answer.incident_id, verb="incident.say_now").count() == 1
    assert signed_in(town.approver).post(address, headers=FRAGMENT).status_code == 409


def test_the_first_of_two_chooses_no_moment(town: Town) -> None:
    ApprovalPolicy.objects.create(theme=town.pipe, steps=2)
    answer = town.submitted()
    assert (
        "Опубликовать позже" not in signed_in(town.approver).get(f"/incidents/{answer.incident_id}/").content.decode()
    )
    assert press(town, answer, publish_at=tomorrow().strftime("%Y-%m-%dT%H:%M"))[0] == 200
    assert (reread(answer).state, answer.publish_at) == (Answer.State.APPROVAL, None)


def test_what_waits_for_its_moment_is_listed_for_whoever_may_lift_it(town: Town) -> None:
    answer, _delivery = waiting(town)
    Answer.objects.filter(pk=answer.pk).update(text="<b>Воду</b> дали.")
    page = signed_in(town.approver).get("/approvals/later/").content.decode()
    assert f"/answers/{answer.pk}/saying-now/" in page
    assert "&lt;b&gt;Воду" in page
    assert 'href="/approvals/later/"' in signed_in(town.approver).get("/approvals/").content.decode()
    grant(town.other, Role.APPROVER, town.roads)
    assert "Ничего не назначено" in signed_in(town.other).get("/approvals/later/").content.decode()
    signed_in(town.approver).post(f"/answers/{answer.pk}/saying-now/")
    assert "Ничего не назначено" in signed_in(town.approver).get("/approvals/later/").content.decode()
