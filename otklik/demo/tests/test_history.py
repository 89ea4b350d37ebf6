"""What a small history leaves in the tables, and that the checker is not blind: it finds every kind of a broken row.

The shares are those of three hundred cards: wide, but not empty.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, Model, Q

from otklik.answers.checking import faults_of
from otklik.answers.fitting import against
from otklik.answers.models import Answer
from otklik.answers.style.values import Level
from otklik.demo.checker import check
from otklik.demo.describe import describe
from otklik.demo.history.addresses import UNPLANTED
from otklik.demo.history.load import MARK, HistoryThere, load_history
from otklik.demo.tests.conftest import LIVES, NOW
from otklik.feedback.models import Rating, Survey
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Counter, Heard, Incident, IncidentMessage, State
from otklik.journal.models import Entry, Seal
from otklik.lib.days import end_of
from otklik.networks.models import RawEvent
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Assignment, Deadline, Norm, Suggestion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("history"), pytest.mark.whole("postgresql")]


def test_the_checker_finds_nothing_and_says_so_under_the_printed_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == []
    assert describe() == 0
    printed = capsys.readouterr().out
    assert f"инцидентов: {LIVES}" in printed
    assert "нарушений нет" in printed


def test_there_are_as_many_cards_as_asked_for_in_every_state_and_shares_of_a_region_are_roughly_met() -> None:
    assert list(Incident.objects.order_by("created_at").values_list("number", flat=True)) == list(range(1, LIVES + 1))
    assert Counter.objects.get(name="incident").value == LIVES
    assert set(Incident.objects.values_list("state", flat=True)) == set(State.values)
    newest = Incident.objects.order_by("-number")[:3]
    assert {card.state for card in newest} == {State.NEW}
    assert Incident.objects.filter(state=State.NEW).count() >= 6
    assert all(Suggestion.objects.filter(incident=card).exists() for card in newest)
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


def test_promises_are_kept_and_broken_open_cards_overdue_and_nothing_is_of_the_future() -> None:
    promises = Deadline.objects.filter(clock=Norm.Clock.PROMISE)
    assert promises.filter(met_at__isnull=False, missed_at__isnull=True).exists()
    assert promises.filter(missed_at__isnull=False).exists()
    days = {pk: day for pk, day in Answer.objects.values_list("pk", "promised_on") if day}
    ends_and_limits = [(end_of(days[int(one.words.removeprefix("answer:"))]), one.limit_at) for one in promises]
    assert [end for end, limit in ends_and_limits if end != limit] == [], "a promise lasts until the region's midnight"
    late = Deadline.objects.filter(met_at=None, cancelled_at=None, limit_at__lt=NOW)
    assert late.exists()
    assert not late.filter(missed_at=None, limit_at__lt=NOW - timedelta(minutes=1)).exists()
    assert not Entry.objects.filter(at__gt=NOW).exists()
    assert not Message.objects.filter(Q(posted_at__gt=NOW) | Q(captured_at__gt=NOW)).exists()
    assert not Sent.objects.filter(at__gt=NOW).exists()
    for model in (Message, Author, Incident, Heard, Answer, Delivery, Sent, RawEvent):
        assert not model._default_manager.filter(due_at__isnull=False).exists(), model
    assert not Survey.objects.filter(due_at__lte=NOW).exists()
    assert not Deadline.objects.filter(due_at__lte=NOW - timedelta(minutes=1)).exists()
    assert Deadline.objects.filter(due_at__isnull=False).exists()
    assert Survey.objects.filter(due_at__isnull=False).exists()


def test_every_network_has_its_share_every_text_its_place_and_some_answers_are_said_in_parts() -> None:
    shares = [Incident.objects.filter(network=network).count() for network in ("vk", "ok", "max", "instagram", "x")]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > LIVES / 2
    waiting = Incident.objects.filter(state=State.NEW)
    assert set(waiting.values_list("network", flat=True)) == set(NETWORKS)
    assert not Message.objects.exclude(external_id__startswith=UNPLANTED).exists()
    for model in (Message, Thread, Sent):
        assert not model._default_manager.exclude(url="").exists(), model
    assert not Message.objects.filter(source=None).exists()
    assert not Thread.objects.filter(source=None).exists()
    sent = Sent.objects.select_related("delivery__message", "delivery__account")
    assert {one.delivery.account.network for one in sent if one.delivery.account} >= {"vk", "ok", "telegram", "max"}
    for one in sent:
        network, account = NETWORKS[one.delivery.message.network], one.delivery.account
        assert account is not None
        assert account.network == network.kind
        assert against(one.delivery.text, network.kind, direct=False) == []
    long = Delivery.objects.filter(parts__gt=1)
    assert long.filter(part=F("parts"), state=Delivery.State.SENT).exists()
    (held,) = long.filter(hold=Delivery.Hold.PERSON)
    assert (held.part, held.cause, held.answer.incident.state) == (2, Delivery.Cause.CLOSED, State.PUBLISHING)
    assert Delivery.objects.get(answer=held.answer, part=1).sent.external_id


def test_what_reached_an_approver_passes_the_check_of_words_or_goes_out_with_his_reason() -> None:
    answers = Answer.objects.filter(state__in=[Answer.State.APPROVAL, Answer.State.APPROVED])
    let_out = 0
    for answer in answers.select_related("incident", "reply_to__author").prefetch_related("flaws"):
        stops = {fault.rule for fault in faults_of(answer, NOW) if fault.level == Level.STOP}
        assert stops == {flaw.rule for flaw in answer.flaws.all() if flaw.reason}, (answer.pk, answer.text)
        assert not stops or answer.state == Answer.State.APPROVED
        let_out += bool(stops)
    assert 0 < let_out < answers.count() / 10
    overrides = [
        entry.data["despite"] for entry in Entry.objects.filter(verb="incident.approve") if "despite" in entry.data
    ]
    assert len(overrides) == let_out


def test_loading_again_changes_nothing_and_rows_made_later_get_ids_behind_it() -> None:
    before, last = Entry.objects.count(), Author.objects.order_by("-pk").values_list("pk", flat=True)[0]
    load_history(NOW, count=LIVES)
    assert Entry.objects.count() == before == Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert Author.objects.create(network="vk", external_id="id1").pk > last
    Counter.objects.filter(name=MARK).delete()
    with pytest.raises(HistoryThere, match="чистой базы"):
        load_history(NOW, count=LIVES)


def _change(model: type[Model] = Incident, card: str = "incident", **columns: object) -> Callable[[Incident], object]:
    """Some columns of a card, or of the rows that hang on it by that name."""
    hanging = "pk" if model is Incident else card
    return lambda broken: model._default_manager.filter(**{hanging: broken.pk}).update(**columns)


def _lose_sent(card: Incident) -> None:
    sent = Sent.objects.filter(delivery__answer__incident=card)
    Survey.objects.filter(sent__in=sent).delete()
    assert sent.delete()[0]


HOUR = timedelta(hours=1)
BREAKS: dict[str, tuple[Callable[[Incident], object], str]] = {
    "a state the journal did not lead to": (_change(state=State.IN_WORK), "its journal ends with done"),
    "a stamp that was moved": (_change(assigned_at=None), "assigned_at is None"),
    "an answer before the question": (_change(first_answered_at=F("started_at") - timedelta(days=1)), "before it was"),
    "working seconds of another calendar": (_change(first_answer_working_seconds=7), "the calendar says"),
    "a return nobody made": (_change(returns=3), "returns is 3"),
    "a reopening nobody made": (_change(reopened=1), "reopened is 1"),
    "an end without a reason": (_change(close_reason=""), "no reason"),
    "a hole in the numbers": (_change(number=999_999), "numbers: they have holes"),
    "a counter that went wrong": (
        lambda _card: Counter.objects.filter(name="incident").update(value=1),
        "the counter says 1",
    ),
    "an old revision": (_change(revision=1), "revision 1"),
    "a clock that was restarted": (_change(Deadline, starts_at=F("starts_at") + HOUR), "the clock was restarted"),
    "a clock that runs on an ended card": (_change(Deadline, met_at=None, cancelled_at=None), "runs on an ended card"),
    "an answer that stands nowhere": (_lose_sent, "says it was sent, and nothing stands"),
    "an answer nobody knows of": (
        _change(Delivery, "answer__incident", state=Delivery.State.QUEUED),
        "its delivery does not know",
    ),
    "no main message": (_change(IncidentMessage, main=False), "0 main messages"),
    "an assignment of another agency": (_change(Assignment, ended_at=F("at")), "running assignment"),
}


def test_every_kind_of_a_broken_row_is_found() -> None:
    """Each on a card of its own, so that none is found in place of another."""
    done = Incident.objects.filter(state=State.DONE, first_answered_at__isnull=False, reopened=0, returns=0)
    cards = list(done.filter(answers__deliveries__sent__isnull=False).order_by("pk").distinct()[: len(BREAKS)])
    for card, (spoil, _sentence) in zip(cards, BREAKS.values(), strict=True):
        spoil(card)
    faults = check()
    for card, (name, (_spoil, sentence)) in zip(cards, BREAKS.items(), strict=True):
        card_faults = [fault for fault in faults if sentence in fault]
        assert any(fault.startswith((f"№ {card.number}:", "numbers", "delivery", "sent")) for fault in card_faults), (
            name
        )


def test_a_changed_journal_is_found() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the trigger is taken away by SQLite's own words")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'")
        for (trigger,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {trigger}")
    middle = Entry.objects.order_by("pk")[100]
    Entry.objects.filter(pk=middle.pk).update(actor="user:999999")
    batch = Seal.objects.filter(last__gte=middle.pk).order_by("after")[0]
    assert any(f"broken at entry {batch.after + 1}" in fault for fault in check())
