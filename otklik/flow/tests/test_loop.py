from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from otklik.flow import chores as module
from otklik.flow.chores import chore, chores, plant
from otklik.flow.loop import Held, run, turn_once
from otklik.flow.models import Chore
from otklik.flow.steps import Lane, Step
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.lib.due import LeaseLost, claim, finish, finish_all, pause_after, put_off, release, renew, retry
from otklik.networks.errors import RetryAt

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def rows(count: int, due_at: datetime = LONG_AGO) -> list[Chore]:
    return Chore.objects.bulk_create(Chore(name=f"row-{number}", due_at=due_at) for number in range(count))


def rows_later(count: int) -> list[Chore]:
    return Chore.objects.bulk_create(
        Chore(name=f"later-{number}", due_at=LONG_AGO + (1 + number) * MINUTE) for number in range(count)
    )


def step(work: Any, batch: int = 64, patience: int = 6, together: bool = True) -> Step:
    return Step("test", Chore, work, Lane.THINK, together, batch=batch, patience=patience)


def settle(claimed: list[Chore], _now: datetime) -> None:
    for row in claimed:
        finish(row)


def test_a_row_is_claimed_once_until_its_lease_runs_out() -> None:
    rows(3)
    now = clock.now()
    assert [len(claim(Chore, now, MINUTE, 2)) for _ in range(3)] == [2, 1, 0]
    assert len(claim(Chore, now + 2 * MINUTE, MINUTE, 5)) == 1, "rows with an unfinished claim come one by one"


def test_a_row_that_is_not_due_is_left_alone_and_a_renewed_lease_holds_on() -> None:
    (row,) = rows(1, due_at=clock.now() + MINUTE)
    now = clock.now()
    assert claim(Chore, now, MINUTE, 5) == []
    Chore.objects.filter(pk=row.pk).update(due_at=now)
    renew(Chore, claim(Chore, now, MINUTE, 5), now + 10 * MINUTE)
    assert claim(Chore, now + 5 * MINUTE, MINUTE, 5) == []


def test_whoever_lost_the_lease_cannot_finish() -> None:
    rows(1)
    now = clock.now()
    (mine,) = claim(Chore, now, MINUTE, 5)
    (theirs,) = claim(Chore, now + 2 * MINUTE, MINUTE, 5)
    with pytest.raises(LeaseLost):
        finish(mine)
    finish(theirs)
    with pytest.raises(LeaseLost):
        put_off(mine, now, "too late")


def test_a_row_that_ends_its_process_three_times_waits_for_a_person_who_gives_it_one_more_round() -> None:
    rows(1)
    now = clock.now()
    assert [len(claim(Chore, now + crash * 2 * MINUTE, MINUTE, 5)) for crash in range(4)] == [1, 1, 1, 0]
    row, later = Chore.objects.get(), now + 10 * MINUTE
    assert row.set_aside_at is not None
    assert "three times" in row.error
    assert retry(row, later)
    assert not retry(row, later + MINUTE), "the second person finds it back in the queue"
    (again,) = claim(Chore, later, MINUTE, 5)
    assert (again.due_at, again.claims, again.failures, again.error) == (later, 1, 0, "")


def test_one_killer_among_64_is_found_and_the_others_are_worked() -> None:
    """The process that dies on the killer is played by a claim that nobody ends."""
    rows(64)
    now, worked = clock.now(), 0
    assert len(claim(Chore, now, MINUTE, 64)) == 64  # dies with all of them
    for turn in range(1, 300):
        now += 2 * MINUTE
        claimed = claim(Chore, now, MINUTE, 64)
        if not claimed:
            break
        assert len(claimed) == 1, f"turn {turn}: doubtful rows must come alone"
        if claimed[0].name != "row-40":
            finish(claimed[0])
            worked += 1
    assert worked == 63
    assert [row.name for row in Chore.objects.filter(set_aside_at__isnull=False)] == ["row-40"]


def test_a_failed_batch_is_halved_until_only_the_guilty_row_waits() -> None:
    rows(64)

    def picky(claimed: list[Chore], now: datetime) -> None:
        for row in claimed:
            finish(row)
            if row.name == "row-13":
                raise ValueError("13 is bad luck")

    assert turn_once(step(picky)) == 64
    waiting = Chore.objects.filter(due_at__isnull=False)
    assert [row.name for row in waiting] == ["row-13"]
    assert waiting[0].failures == 1
    assert waiting[0].error == "ValueError: 13 is bad luck"
    assert waiting[0].claims == 0, "an orderly failure is not a crash"


def test_a_batch_is_in_nobodys_place_whatever_was_done_before_it() -> None:
    rows(1)
    book.in_place_of(1, 2)
    turn_once(step(lambda _rows, now: book.write(at=now, actor="user:1", verb="test", subject="x:1")))
    assert Entry.objects.get(verb="test").data == {}


def test_a_row_that_keeps_failing_waits_longer_and_then_for_a_person() -> None:
    rows(1)

    def bad(claimed: list[Chore], now: datetime) -> None:
        raise ValueError("always; token=CANARY99")

    for _ in range(3):
        Chore.objects.update(due_at=LONG_AGO)
        turn_once(step(bad, patience=3))
    row = Chore.objects.get()
    assert row.set_aside_at is not None
    assert "CANARY99" not in row.error
    assert [pause_after(n).total_seconds() for n in (0, 1, 5, 50)] == [2, 4, 64, 3600]


def test_a_network_that_says_when_is_believed() -> None:
    rows(1)

    def later(claimed: list[Chore], now: datetime) -> None:
        raise RetryAt("too many calls", timedelta(minutes=7))

    before = clock.now()
    turn_once(step(later))
    due_at = Chore.objects.get().due_at
    assert due_at is not None
    assert timedelta(minutes=6) < due_at - before < timedelta(minutes=8)


def test_what_a_failed_row_wrote_is_rolled_back_with_it() -> None:
    rows(2)

    def half(claimed: list[Chore], now: datetime) -> None:
        for row in claimed:
            book.write(at=now, actor="machine:test", verb="test.work", subject=f"chore:{row.pk}")
            finish(row)
            if row.name == "row-1":
                raise ValueError("no")

    turn_once(step(half))
    assert Entry.objects.count() == 1
    assert whole()


def test_a_database_that_is_away_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own line, with its transaction
    rows(2)

    def away(claimed: list[Chore], now: datetime) -> None:
        raise OperationalError("disk is full")

    claimed = claim(Chore, clock.now(), MINUTE, 2)
    with pytest.raises(OperationalError):
        run(step(away), claimed)
    assert list(Chore.objects.values_list("failures", "claims")) == [(0, 0), (0, 0)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("unheard", ["UPDATE", "SELECT"], ids=["the claim", "what was claimed"])
def test_rows_of_a_claim_whose_answer_was_lost_are_given_back(unheard: str) -> None:
    rows(2)
    seen: list[str] = []

    def breaks(execute: Callable[..., object], sql: str, *rest: object) -> object:
        answer = execute(sql, *rest)
        seen.append(sql.split()[0])
        if seen.count("UPDATE") == 1 and seen[-1] == unheard:
            raise OperationalError("the line is broken")
        return answer

    with connection.execute_wrapper(breaks), pytest.raises(OperationalError):
        claim(Chore, clock.now(), MINUTE, 2)
    assert len(claim(Chore, clock.now(), MINUTE, 2)) == 2, "at once, together, and not as rows in doubt"


def test_rows_given_back_at_a_stop_do_not_count_as_crashed() -> None:
    rows(2)
    held = Held()
    claimed = claim(Chore, clock.now(), MINUTE, 2)
    key = held.take(step(settle), claimed)
    for _, batch in held.batches():
        release(batch)
    held.drop(key)
    assert len(claim(Chore, clock.now(), MINUTE, 2)) == 2


def test_a_row_is_worked_as_it_stands_and_not_as_it_was_claimed() -> None:
    rows(2)
    worked: list[tuple[str, datetime | None]] = []

    def see(claimed: list[Chore], now: datetime) -> None:
        worked.extend((row.name, row.last_run_at) for row in claimed)
        settle(claimed, now)

    claimed = claim(Chore, clock.now(), MINUTE, 5)
    Chore.objects.filter(name="row-1").update(last_run_at=LONG_AGO)  # an edit came in between
    Chore.objects.filter(name="row-0").update(lease="somebody-else")
    run(step(see), claimed)
    assert worked == [("row-1", LONG_AGO)], "as it stands now, and only what is still ours"


def test_of_what_is_read_anew_before_the_work_only_the_queues_columns_are_read_at_the_claim(
    django_assert_num_queries: Any,
) -> None:
    rows(1)
    now = clock.now()
    (row,) = claim(Chore, now, MINUTE, 5, bare=True)
    assert "name" in row.get_deferred_fields()
    with django_assert_num_queries(2):
        renew(Chore, [row], now + MINUTE)
        put_off(row, now + MINUTE, "not now")
    row = Chore.objects.get()
    assert (row.due_at, row.failures, row.error, row.lease) == (now + MINUTE, 1, "not now", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("together", [True, False])
def test_a_step_that_is_not_together_reads_outside_of_a_transaction_and_keeps_what_it_has_committed(
    together: bool,
) -> None:
    rows(4)
    inside: set[bool] = set()

    def picky(claimed: list[Chore], now: datetime) -> None:
        inside.add(connection.in_atomic_block)
        for row in claimed:
            if row.name == "row-2":
                raise ValueError("2 is bad luck")
            with book.turn():
                book.write(at=now, actor="system", verb="test", subject=f"x:{row.name[-1]}")
                finish(row)

    assert turn_once(step(picky, together=together)) == 4
    assert inside == {together}
    assert [row.name for row in Chore.objects.filter(due_at__isnull=False)] == ["row-2"]
    written = Entry.objects.filter(verb="test").order_by("pk").values_list("subject", flat=True)
    assert list(written) == ["x:0", "x:1", "x:3"], "each once, whether or not the first try was rolled back"


def test_what_is_enqueued_while_a_row_is_worked_is_not_lost() -> None:
    rows(1)
    (row,) = claim(Chore, clock.now(), MINUTE, 5)
    again = clock.now()
    Chore.objects.update(due_at=again)
    finish(row)
    assert Chore.objects.get().due_at == again, "the row comes once more, for what was new"
    (row,) = claim(Chore, clock.now(), MINUTE, 5)
    finish(row)
    assert Chore.objects.get().due_at is None


def test_many_rows_are_finished_by_one_statement_and_what_was_enqueued_meanwhile_comes_again() -> None:
    rows(2)
    rows_later(3)
    claimed, again = claim(Chore, clock.now(), MINUTE, 10), clock.now()
    Chore.objects.filter(name__in=("row-1", "later-1")).update(due_at=again)
    Chore.objects.filter(name="later-0").update(due_at=LONG_AGO)  # when another row of the batch was due
    with CaptureQueriesContext(connection) as asked:
        finish_all(claimed)
    assert len(asked) == 1
    finish_all([])
    due = {row.name: row.due_at for row in Chore.objects.filter(lease="", leased_until=None, claims=0)}
    assert due == {"row-0": None, "row-1": again, "later-0": LONG_AGO, "later-1": again, "later-2": None}


def test_rows_that_are_finished_at_a_later_time_come_again_then() -> None:
    rows(3)
    claimed, later = claim(Chore, clock.now(), MINUTE, 10), clock.now() + MINUTE
    Chore.objects.update(failures=2, error="it was locked")
    finish_all(claimed, later)
    assert {(row.due_at, row.failures, row.error) for row in Chore.objects.all()} == {(later, 0, "")}


@pytest.mark.django_db(transaction=True)
def test_whoever_lost_one_of_many_rows_finishes_none_in_his_transaction() -> None:
    rows(3)
    mine, lost = claim(Chore, clock.now(), MINUTE, 10), "somebody-else"
    Chore.objects.filter(name="row-1").update(lease=lost)
    with pytest.raises(LeaseLost), transaction.atomic():
        finish_all(mine)
    assert Chore.objects.filter(due_at=LONG_AGO).exclude(lease="").count() == 3
    with pytest.raises(LeaseLost):
        finish_all(mine)
    assert [row.lease for row in Chore.objects.filter(due_at=LONG_AGO)] == [lost], "the others are finished"


def test_a_chore_that_a_worker_who_does_not_know_it_was_done_with_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(module.CHORES)
    monkeypatch.setattr(module, "CHORES", known)
    done: list[datetime] = []
    chore("sweep", timedelta(hours=1))(done.append)
    now = clock.now()
    plant(now)
    sweep = Chore.objects.filter(name="sweep")
    swept = known.pop("sweep")
    with book.turn():
        chores([one for one in claim(Chore, now, timedelta(minutes=1), 99) if one.name == "sweep"], now)
    assert (sweep.get().due_at, done) == (None, [])
    known["sweep"] = swept
    plant(now)
    assert sweep.get().due_at == now
    plant(now + timedelta(minutes=1))
    assert sweep.get().due_at == now
