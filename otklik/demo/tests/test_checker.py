"""Every kind of a broken row is found: a checker that finds nothing could also be blind."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from otklik.demo.checker import check
from otklik.feedback.models import Survey
from otklik.incidents.models import Counter, Incident, IncidentMessage, State
from otklik.journal.models import Entry
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Assignment, Deadline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]


def _done() -> Incident:
    card = Incident.objects.filter(state=State.DONE, first_answered_at__isnull=False, reopened=0, returns=0).first()
    assert card is not None
    return card


def _change(**columns: object) -> Callable[[], object]:
    return lambda: Incident.objects.filter(pk=_done().pk).update(**columns)


def _restart_clock() -> None:
    Deadline.objects.filter(incident=_done(), clock="first_answer").update(
        starts_at=F("starts_at") + timedelta(hours=1)
    )


def _lose_sent() -> None:
    sent = Sent.objects.filter(delivery__answer__incident=_done()).first()
    assert sent is not None
    Survey.objects.filter(sent=sent).delete()
    sent.delete()


def _second_voice() -> None:
    Delivery.objects.filter(answer__incident=_done()).update(state=Delivery.State.QUEUED)


BREAKS: dict[str, tuple[Callable[[], object], str]] = {
    "a state the journal did not lead to": (_change(state=State.IN_WORK), "its journal ends with done"),
    "a stamp that was moved": (_change(assigned_at=None), "assigned_at is None"),
    "an answer before the question": (_change(first_answered_at=F("started_at") - timedelta(days=1)), "before it was"),
    "working seconds of another calendar": (_change(first_answer_working_seconds=7), "the calendar says"),
    "a return nobody made": (_change(returns=3), "returns is 3"),
    "a reopening nobody made": (_change(reopened=1), "reopened is 1"),
    "an end without a reason": (_change(close_reason=""), "no reason"),
    "a hole in the numbers": (_change(number=999_999), "numbers: they have holes"),
    "a counter that went wrong": (
        lambda: Counter.objects.filter(name="incident").update(value=1),
        "the counter says 1",
    ),
    "an old revision": (_change(revision=1), "revision 1"),
    "a clock that was restarted": (_restart_clock, "the clock was restarted"),
    "a clock that runs on an ended card": (
        lambda: Deadline.objects.filter(incident=_done()).update(met_at=None, cancelled_at=None),
        "it runs on an ended card",
    ),
    "an answer that stands nowhere": (_lose_sent, "says it was sent, and nothing stands"),
    "an answer nobody knows of": (_second_voice, "its delivery does not know"),
    "no main message": (
        lambda: IncidentMessage.objects.filter(incident=_done()).update(main=False),
        "0 main messages",
    ),
    "an assignment of another agency": (
        lambda: Assignment.objects.filter(incident=_done()).update(ended_at=F("at")),
        "running assignment",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_row_is_found(name: str) -> None:
    spoil, sentence = BREAKS[name]
    spoil()
    assert any(sentence in fault for fault in check()), check()[:5]


def test_a_changed_journal_is_found() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the trigger is taken away by SQLite's own words")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'")
        for (trigger,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {trigger}")
    middle = Entry.objects.order_by("pk")[100]
    Entry.objects.filter(pk=middle.pk).update(actor="user:999999")
    assert any(f"broken at entry {middle.pk}" in fault for fault in check())
