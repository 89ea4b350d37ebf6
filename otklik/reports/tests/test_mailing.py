import smtplib
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.core import mail
from openpyxl import load_workbook
from pytest_django import Settings

from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import Agency, Grant, Role, User
from otklik.reports.models import Schedule, Sending
from otklik.reports.plan import When, add, plan, remove
from otklik.reports.post import post
from otklik.reports.spans import Cycle
from otklik.reports.tests.region import MOSCOW, NOW, Region
from tests.make import people

pytestmark = pytest.mark.django_db
LEASE = timedelta(minutes=5)
EIGHT = When(Cycle.DAILY, 8, 0)


@pytest.fixture(autouse=True)
def goes(settings: Settings) -> None:
    settings.MAIL_GOES = True
    settings.ADDRESS = "https://otklik.example"


def reader(name: str, agency: Agency | None = None, **more: object) -> User:
    return people.person(name, "head", agency, None, **{"email": f"{name}@example.org", **more})


def planned(at: datetime) -> int:
    rows = claim(Schedule, at, LEASE, 10)
    with book.turn():
        plan(rows, at)
    return len(rows)


def posted(at: datetime) -> int:
    count = 0
    while rows := claim(Sending, at, LEASE, 1):
        post(rows, at)
        count += 1
    return count


def scheduled(*readers: User, when: When = EIGHT, ending: str = "xlsx") -> Schedule:
    return add(when, ending, readers, readers[0], NOW - timedelta(hours=1))


def came(number: int) -> object:
    """What the workbook of this letter says came in."""
    ((_name, content, _mime),) = mail.outbox[number].attachments
    assert isinstance(content, bytes)
    sheet = load_workbook(BytesIO(content))["Главное"]
    return next(row[1].value for row in sheet.iter_rows() if row[0].value == "Пришло")


def test_each_gets_the_report_of_his_own_reach_and_language_about_the_period_that_was_due(region: Region) -> None:
    region.busy()
    for _ in range(2):
        region.card(agency=region.other)
    scheduled(reader("head"), reader("part", region.other))
    assert planned(NOW) == 1
    assert posted(NOW) == 2
    assert [letter.to for letter in mail.outbox] == [["head@example.org"], ["part@example.org"]]
    assert [came(number) for number in range(2)] == ["14", "2"]
    letter = mail.outbox[0]
    assert letter.subject == "Отклик: Суточный лист, 14 июня 2026 г., воскресенье"
    assert "https://otklik.example/reports/" in letter.body
    assert letter.attachments[0][0] == "otklik-2026-06-14.xlsx"
    mail.outbox.clear()
    scheduled(reader("english", language="en"))
    planned(NOW)
    posted(NOW + timedelta(hours=20))
    (english,) = mail.outbox
    assert "June 14" in english.subject
    assert english.attachments[0][0] == "otklik-2026-06-14.xlsx"


def test_nothing_is_sent_twice_whatever_is_started_again_nor_after_a_stop_of_days() -> None:
    head = reader("head")
    row = scheduled(head)
    planned(NOW)
    posted(NOW)
    Schedule.objects.update(due_at=NOW)  # as after a restart from a copy of the database
    planned(NOW)
    assert posted(NOW) == 0
    assert len(mail.outbox) == 1
    row.refresh_from_db()
    assert row.due_at == NOW + timedelta(days=1)
    assert planned(NOW + timedelta(days=1)) == 1
    assert posted(NOW + timedelta(days=1)) == 1
    sent = Sending.objects.order_by("pk").values_list("period", "state")
    assert list(sent) == [("2026-06-14", "sent"), ("2026-06-15", "sent")]
    assert planned(NOW + timedelta(days=5, hours=3)) == 1  # the last one goes and no older
    assert [sending.period for sending in Sending.objects.order_by("pk")][2:] == ["2026-06-19"]
    assert Schedule.objects.get().due_at == NOW + timedelta(days=6)


def test_whoever_may_no_longer_read_figures_or_has_no_address_gets_nothing_and_that_is_written() -> None:
    gone, moved = reader("gone"), reader("moved")
    scheduled(gone, moved)
    scheduled(reader("head", email=""))
    planned(NOW)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    Grant.objects.filter(user=moved).update(role=Role.EXECUTOR)
    posted(NOW)
    assert mail.outbox == []
    why = ["Этому человеку отчёты больше не открыты"] * 2 + ["Адреса почты нет"]
    assert list(Sending.objects.order_by("pk").values_list("state", "why")) == [("lost", words) for words in why]


def fails(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(_self: object, _letters: object) -> int:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send)


def test_a_server_that_is_silent_is_asked_again_and_no_try_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    scheduled(reader("head"))
    planned(NOW)
    with monkeypatch.context() as broken:
        fails(broken, ConnectionRefusedError())
        for number in range(3):
            posted(NOW + timedelta(minutes=6 * number))
    assert Sending.objects.get().tries == 0
    assert posted(NOW + timedelta(minutes=30)) == 1
    assert (len(mail.outbox), Sending.objects.get().state) == (1, "sent")


def test_a_talk_that_breaks_off_costs_one_more_letter_at_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    scheduled(reader("head"))
    planned(NOW)
    with monkeypatch.context() as broken:
        fails(broken, smtplib.SMTPServerDisconnected())
        for number in range(5):
            posted(NOW + timedelta(minutes=6 * number))
    sending = Sending.objects.get()
    assert (sending.state, sending.tries) == ("lost", 2)
    posted(NOW + timedelta(days=1))
    assert mail.outbox == []


def test_a_weekly_and_a_monthly_one_come_on_their_days_and_both_verbs_are_in_the_journal() -> None:
    head = reader("head")
    row = scheduled(head)
    assert remove(row, head, NOW) is True
    assert remove(Schedule(pk=row.pk, hour=8, cycle="daily", ending="xlsx"), head, NOW) is False
    verbs = list(Entry.objects.order_by("pk").values_list("verb", "subject"))
    assert verbs == [("schedule.add", f"schedule:{row.pk}"), ("schedule.remove", f"schedule:{row.pk}")]
    week = scheduled(head, when=When(Cycle.WEEKLY, 9, 0))
    month = scheduled(head, when=When(Cycle.MONTHLY, 0, 1))
    assert week.due_at == datetime(2026, 6, 15, 9, tzinfo=MOSCOW)
    assert month.due_at == datetime(2026, 7, 1, tzinfo=MOSCOW)
    planned(week.due_at)
    planned(month.due_at)
    periods = sorted(Sending.objects.values_list("period", flat=True))
    assert periods == ["2026-06", "2026-W24", "2026-W26"]  # on the first of July the week comes again
