"""An approved answer that waits for its moment: nothing leaves before, and it is taken back or sent on meanwhile."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer, ApprovalPolicy
from otklik.answers.moments import Later
from otklik.desk.tests.pages import assert_shows, journal_verbs, page_at, press, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Role
from otklik.publishing import fate
from otklik.publishing.models import Attempt, Delivery
from otklik.publishing.send import send
from otklik.routing.models import Deadline
from tests.make.people import grant
from tests.make.town import LEASE, Town

ZONE = ZoneInfo(settings.TIME_ZONE)


def tomorrow() -> datetime:
    """At nine in the morning, by the region's clock."""
    day = timezone.localdate() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)


def typed() -> str:
    return tomorrow().strftime("%Y-%m-%dT%H:%M")


def queued(town: Town) -> Delivery:
    town.let_out()
    return Delivery.objects.latest("pk")


def waiting(town: Town) -> tuple[Answer, Delivery]:
    """Approved for tomorrow and queued."""
    answer = town.submitted()
    Deadline.objects.all().delete()
    drafts.approve(answer, town.approver, timezone.now(), answer.version, later=Later(tomorrow()))
    return Answer.objects.select_related("incident").get(pk=answer.pk), queued(town)


def approve(town: Town, answer: Answer, **fields: object) -> tuple[int, str]:
    reply = press(town.approver, f"/answers/{answer.pk}/approval/", version=answer.version, **fields)
    return reply.status_code, reply.content.decode()


def test_the_page_takes_a_moment_by_the_regions_clock(town: Town) -> None:
    answer = town.submitted()
    address = f"/incidents/{answer.incident_id}/"
    Deadline.objects.all().delete()
    assert "Опубликовать позже" in page_at(town.approver, address)
    status, page = approve(town, answer, publish_at=typed())
    assert (status, "Снять время, опубликовать сейчас" in page) == (200, True)
    assert (reread(answer).state, answer.publish_at) == (Answer.State.APPROVED, tomorrow())
    delivery = queued(town)
    assert (delivery.hold, delivery.due_at) == (Delivery.Hold.MOMENT, tomorrow())
    assert_shows(page_at(town.approver, address), "Ждёт назначенного времени", hides=["Ссылка на опубликованный ответ"])
    entry = Entry.objects.get(incident=answer.incident_id, verb="incident.approve")
    assert entry.data["publish_at"] == tomorrow().timestamp()
    assert f"Ответ согласован, уйдёт {tomorrow():%d.%m.%Y} 09:00" in page_at(town.approver, f"{address}talk/")


def test_a_moment_that_will_not_do_or_comes_too_late_lets_nothing_out(town: Town) -> None:
    answer, promise = town.submitted(), town.submitted(text="Починим до завтра.")
    Deadline.objects.filter(incident=answer.incident).update(limit_at=timezone.now() + timedelta(minutes=5))
    status, page = approve(town, answer, publish_at=typed())
    assert (status, "Срок ответа раньше этого времени" in page) == (422, True)
    assert approve(town, answer, publish_at=typed(), late="yes")[0] == 200
    Deadline.objects.all().delete()
    Answer.objects.filter(pk=promise.pk).update(kind="interim", promised_on=timezone.localdate())
    with pytest.raises(drafts.Unfit, match="обещанный день"):
        drafts.approve(reread(promise), town.approver, timezone.now(), promise.version, later=Later(tomorrow()))
    answer = town.submitted()
    for moment, error in (
        ("2020-01-01T09:00", "уже прошло"),
        ("2098-01-01T09:00", "не дальше чем на 14 дней"),
        *((wrong, "Это не время") for wrong in ("0001-01-01T00:00", "завтра", "\x00", "9" * 400)),
    ):
        status, page = approve(town, answer, publish_at=moment)
        assert (status, error in page) == (422, True), moment
    assert reread(answer).state == Answer.State.APPROVAL
    ApprovalPolicy.objects.create(theme=town.pipe, steps=2)
    answer = town.submitted()
    assert "Опубликовать позже" not in page_at(town.approver, f"/incidents/{answer.incident_id}/")
    assert approve(town, answer, publish_at=typed())[0] == 200
    assert (reread(answer).state, answer.publish_at) == (Answer.State.APPROVAL, None)


def test_nothing_leaves_before_its_moment_till_it_is_taken_back_or_the_moment_lifted(town: Town) -> None:
    answer, delivery = waiting(town)
    assert claim(Delivery, tomorrow() - timedelta(seconds=1), LEASE, 10) == []
    Delivery.objects.update(due_at=timezone.now())
    send(claim(Delivery, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())
    assert (reread(delivery).state, delivery.due_at, delivery.lease) == (Delivery.State.QUEUED, tomorrow(), "")
    assert not Attempt.objects.exists()
    assert [one.pk for one in claim(Delivery, tomorrow() + timedelta(seconds=1), LEASE, 10)] == [delivery.pk]
    fate.recall(answer, town.approver, timezone.now())
    assert (reread(delivery).state, delivery.due_at) == (Delivery.State.RECALLED, None)
    assert Incident.objects.get(pk=answer.incident_id).state == State.APPROVAL
    drafts.approve(reread(answer), town.approver, timezone.now(), answer.version)
    again = queued(town)
    assert (reread(answer).publish_at, again.hold, again.state) == (None, Delivery.Hold.UNDO, Delivery.State.QUEUED)
    answer, delivery = waiting(town)
    address, nothing = f"/answers/{answer.pk}/saying-now/", "Ничего не назначено"
    Answer.objects.filter(pk=answer.pk).update(text="<b>Воду</b> дали.")
    assert_shows(page_at(town.approver, "/approvals/later/"), address, "&lt;b&gt;Воду")
    assert 'href="/approvals/later/"' in page_at(town.approver, "/approvals/")
    grant(town.other, Role.APPROVER, town.roads)
    assert nothing in page_at(town.other, "/approvals/later/")
    assert press(town.approver, address).status_code == 200
    assert (reread(answer).publish_at, reread(delivery).hold) == (None, Delivery.Hold.NONE)
    assert delivery.due_at is not None
    assert delivery.due_at <= timezone.now()
    assert journal_verbs(incident=answer.incident_id).count("incident.say_now") == 1
    assert nothing in page_at(town.approver, "/approvals/later/")
    assert press(town.approver, address).status_code == 409
