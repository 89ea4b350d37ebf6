"""What a small history leaves in the tables, and that the checker is not blind: it finds every kind of a broken row.

The shares are those of three hundred cards: wide, but not empty.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, Q

from otklik.answers.fitting import against
from otklik.answers.models import Answer
from otklik.demo.checker import check
from otklik.demo.describe import describe
from otklik.demo.history.addresses import UNPLANTED
from otklik.demo.history.load import MARK, HistoryThere, load_history
from otklik.demo.tests.conftest import LIVES, NOW
from otklik.feedback.models import Rating, Survey
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Counter, Heard, Incident, IncidentMessage, State
from otklik.journal.models import Entry
from otklik.networks.models import RawEvent
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Assignment, Deadline, Norm, Suggestion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history")]


def test_the_checker_finds_nothing_and_says_so_under_the_printed_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == []
    assert describe() == 0
    printed = capsys.readouterr().out
    assert f"инцидентов: {LIVES}" in printed
    assert "нарушений нет" in printed


def test_there_are_as_many_cards_as_asked_for_in_every_state_with_numbers_in_a_row() -> None:
    assert list(Incident.objects.order_by("created_at").values_list("number", flat=True)) == list(range(1, LIVES + 1))
    assert Counter.objects.get(name="incident").value == LIVES
    assert set(Incident.objects.values_list("state", flat=True)) == set(State.values)


def test_the_newest_cards_wait_in_the_queue_with_a_suggestion() -> None:
    newest = Incident.objects.order_by("-number")[:3]
    assert {card.state for card in newest} == {State.NEW}
    assert Incident.objects.filter(state=State.NEW).count() >= 6
    assert all(Suggestion.objects.filter(incident=card).exists() for card in newest)


def test_shares_of_a_region_are_roughly_met() -> None:
    real = Incident.objects.exclude(state=State.NOISE)
    assert 0.06 < 1 - real.count() / LIVES < 0.2
    assert 0.01 < real.filter(returns__gt=0).count() / real.count() < 0.12
    assert Answer.objects.exclude(remark="").exists()
    marks = list(Rating.objects.filter(suggested=False).values_list("mark", flat=True))
    assert 0.6 < sum((mark or 0) >= 4 for mark in marks) / len(marks) < 0.97
    assert len(marks) < real.count() / 2
    judged = Rating.objects.filter(suggested=False).exclude(solved="")
    assert 0.5 < judged.filter(solved="yes").count() / judged.count() < 0.97
    quick = real.filter(first_answered_at__lte=F("started_at") + timedelta(hours=6))
    assert quick.count() > 0.5 * real.filter(first_answered_at__isnull=False).count()
    for suggested in (True, False):  # the machine is sometimes right and sometimes wrong
        assert Incident.objects.filter(assignments__suggested=suggested).distinct().count() > 20


def test_some_promises_are_kept_some_are_broken_and_some_open_cards_are_overdue() -> None:
    promises = Deadline.objects.filter(clock=Norm.Clock.PROMISE)
    assert promises.filter(met_at__isnull=False, missed_at__isnull=True).exists()
    assert promises.filter(missed_at__isnull=False).exists()
    late = Deadline.objects.filter(met_at=None, cancelled_at=None, limit_at__lt=NOW)
    assert late.exists()
    assert not late.filter(missed_at=None, limit_at__lt=NOW - timedelta(minutes=1)).exists()


def test_nothing_was_written_in_the_future() -> None:
    assert not Entry.objects.filter(at__gt=NOW).exists()
    assert not Message.objects.filter(Q(posted_at__gt=NOW) | Q(captured_at__gt=NOW)).exists()
    assert not Sent.objects.filter(at__gt=NOW).exists()


def test_no_step_finds_work_that_is_not_truly_due() -> None:
    for model in (Message, Author, Incident, Heard, Answer, Delivery, Sent, RawEvent):
        assert not model._default_manager.filter(due_at__isnull=False).exists(), model
    assert not Survey.objects.filter(due_at__lte=NOW).exists()
    assert not Deadline.objects.filter(due_at__lte=NOW - timedelta(minutes=1)).exists()
    assert Deadline.objects.filter(due_at__isnull=False).exists()
    assert Survey.objects.filter(due_at__isnull=False).exists()


def test_every_network_has_its_share_of_the_history_and_a_card_in_the_queue() -> None:
    shares = [Incident.objects.filter(network=network).count() for network in ("vk", "ok", "max", "instagram", "x")]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > LIVES / 2
    waiting = Incident.objects.filter(state=State.NEW)
    assert set(waiting.values_list("network", flat=True)) == set(NETWORKS)


def test_every_text_stands_in_a_place_that_we_read_and_is_none_that_would_be_refused() -> None:
    assert not Message.objects.filter(source=None).exists()
    assert not Thread.objects.filter(source=None).exists()
    sent = Sent.objects.select_related("delivery__message", "delivery__account")
    assert {one.delivery.account.network for one in sent if one.delivery.account} >= {"vk", "ok", "telegram", "max"}
    for one in sent:
        network, account = NETWORKS[one.delivery.message.network], one.delivery.account
        assert account is not None
        assert account.network == network.kind
        assert against(one.delivery.text, network.kind, direct=False) == []


def test_some_answers_are_said_in_parts_and_one_waits_after_its_first() -> None:
    long = Delivery.objects.filter(parts__gt=1)
    assert long.filter(part=F("parts"), state=Delivery.State.SENT).exists()
    (held,) = long.filter(hold=Delivery.Hold.PERSON)
    assert (held.part, held.cause, held.answer.incident.state) == (2, Delivery.Cause.CLOSED, State.PUBLISHING)
    assert Delivery.objects.get(answer=held.answer, part=1).sent.external_id


def test_no_text_pretends_to_stand_in_a_network_before_it_is_planted() -> None:
    assert not Message.objects.exclude(external_id__startswith=UNPLANTED).exists()
    for model in (Message, Thread, Sent):
        assert not model._default_manager.exclude(url="").exists(), model


def test_loading_again_changes_nothing_and_cards_of_another_origin_are_not_mixed_with_a_history() -> None:
    before = Entry.objects.count()
    load_history(NOW, count=LIVES)
    assert Entry.objects.count() == before
    Counter.objects.filter(name=MARK).delete()
    with pytest.raises(HistoryThere, match="чистой базы"):
        load_history(NOW, count=LIVES)


def test_rows_made_after_the_history_get_ids_behind_it() -> None:
    last = Author.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert Author.objects.create(network="vk", external_id="id1").pk > last
    assert Entry.objects.count() == Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]


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
    "no main message": (lambda: IncidentMessage.objects.filter(incident=_done()).update(main=False), "0 main messages"),
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
