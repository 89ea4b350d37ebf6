"""What a small history leaves in the tables. The shares are those of three hundred cards: wide, but not empty."""

from datetime import timedelta

import pytest
from django.db.models import F, Q

from otklik.answers.fitting import against
from otklik.answers.models import Answer
from otklik.demo.checker import check
from otklik.demo.describe import describe
from otklik.demo.history.addresses import UNPLANTED
from otklik.demo.history.load import MARK, HistoryThere, load_history
from otklik.demo.tests.conftest import CARDS, NOW
from otklik.feedback.models import Rating, Survey
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Counter, Heard, Incident, State
from otklik.journal.models import Entry
from otklik.networks.models import RawEvent
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Deadline, Norm, Suggestion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]


def test_the_checker_finds_nothing() -> None:
    assert check() == []


def test_there_are_as_many_cards_as_asked_for_with_numbers_in_a_row() -> None:
    assert list(Incident.objects.order_by("created_at").values_list("number", flat=True)) == list(range(1, CARDS + 1))
    assert Counter.objects.get(name="incident").value == CARDS


def test_cards_stand_in_every_state() -> None:
    assert set(Incident.objects.values_list("state", flat=True)) == set(State.values)


def test_the_newest_cards_wait_in_the_queue_with_a_suggestion() -> None:
    newest = Incident.objects.order_by("-number")[:3]
    assert {card.state for card in newest} == {State.NEW}
    assert Incident.objects.filter(state=State.NEW).count() >= 6
    assert all(Suggestion.objects.filter(incident=card).exists() for card in newest)


def test_shares_of_a_region_are_roughly_met() -> None:
    real = Incident.objects.exclude(state=State.NOISE)
    assert 0.06 < 1 - real.count() / CARDS < 0.2
    assert 0.01 < real.filter(returns__gt=0).count() / real.count() < 0.12
    assert Answer.objects.exclude(remark="").exists()
    marks = list(Rating.objects.filter(suggested=False).values_list("mark", flat=True))
    assert 0.6 < sum((mark or 0) >= 4 for mark in marks) / len(marks) < 0.97
    assert len(marks) < real.count() / 2
    said = Rating.objects.filter(suggested=False).exclude(solved="")
    assert 0.5 < said.filter(solved="yes").count() / said.count() < 0.97


def test_some_promises_are_kept_and_some_are_broken() -> None:
    promises = Deadline.objects.filter(clock=Norm.Clock.PROMISE)
    assert promises.filter(met_at__isnull=False, missed_at__isnull=True).exists()
    assert promises.filter(missed_at__isnull=False).exists()


def test_some_open_cards_are_overdue() -> None:
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


def test_the_machine_is_sometimes_right_and_sometimes_wrong() -> None:
    suggested = Incident.objects.filter(assignments__suggested=True).distinct().count()
    corrected = Incident.objects.filter(assignments__suggested=False).distinct().count()
    assert suggested > 20
    assert corrected > 20


def test_every_network_has_its_share_of_the_history_and_a_card_in_the_queue() -> None:
    shares = [Incident.objects.filter(network=network).count() for network in ("vk", "ok", "max", "instagram", "x")]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > CARDS / 2
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


def test_loading_again_changes_nothing() -> None:
    before = Entry.objects.count()
    load_history(NOW, count=CARDS)
    assert Entry.objects.count() == before


def test_cards_of_another_origin_are_not_mixed_with_a_history() -> None:
    Counter.objects.filter(name=MARK).delete()
    with pytest.raises(HistoryThere, match="чистой базы"):
        load_history(NOW, count=CARDS)


def test_the_figures_are_printed_and_end_with_the_checkers_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert describe() == 0
    told = capsys.readouterr().out
    assert f"инцидентов: {CARDS}" in told
    assert "нарушений нет" in told


def test_rows_made_after_the_history_get_ids_behind_it() -> None:
    last = Author.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert Author.objects.create(network="vk", external_id="id1").pk > last
    assert Entry.objects.count() == Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
