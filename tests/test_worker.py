"""The worker as a real process: it works, it stops clean, it shares, it survives its rows and its database."""

import logging
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from otklik.feedback.models import Survey
from otklik.flow.loop import turn_once
from otklik.flow.models import Chore, Worker
from otklik.flow.steps import FLOW, Lane, Step
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.networks.models import RawEvent, Source
from otklik.publishing.models import Attempt, Delivery, Sent
from otklik.routing.models import Suggestion
from otklik.triage.models import Verdict
from tests import warm
from tests.processes import CLI, Process, cut_all_lines, environment, leftovers, otklik, running, until_seen
from tests.region import Region, approved, assigned, hear, only_card, settle, solved
from tests.sandbox.town import Town
from tests.test_exactly_once import TEXT, texts
from tests.tiers import fewer

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
Start = Callable[..., Process]


@pytest.fixture
def start(town: Town, committed_region: Region, tmp_path: Path) -> Iterator[Start]:
    """`start(*words)` is a running `otklik work`; all have ended before the database is emptied."""
    with ExitStack() as stack:
        number = iter(range(100))

        def begin(*words: str, **more: str) -> Process:
            log_path = tmp_path / f"worker-{next(number)}.log"
            return stack.enter_context(running([*CLI, "work", *words], environment(town, **more), log_path))

        yield begin
    connections.close_all()


def hold_the_line(region: Region, seconds: int) -> None:
    """The community is read by a long poll that holds the line for so long."""
    region.own.options = {"wait": seconds}
    region.own.save(update_fields=["options"])


def polling(region: Region) -> bool:
    """Whether a process is inside a long poll: the place in the stream is known, and the row is leased."""
    source = Source.objects.get(pk=region.source.pk)
    return bool(source.cursor.get("ts")) and "backfill" not in source.cursor and bool(source.lease)


def suggested(count: int) -> Callable[[], bool]:
    return lambda: Incident.objects.count() == count and not Incident.objects.filter(due_at__isnull=False).exists()


def test_a_worker_takes_a_comment_to_a_card_by_long_poll(town: Town, committed_region: Region, start: Start) -> None:
    hold_the_line(committed_region, 20)
    worker = start()
    until_seen(lambda: polling(committed_region), "a long poll", worker)
    town.comment("Во дворе в Речном темно, не горит фонарь")
    until_seen(suggested(1), "a card", worker)
    assert only_card().suggestions.get().agency == committed_region.agency
    assert RawEvent.objects.filter(origin="poll").exists()
    assert Worker.objects.count() == 1
    assert worker.stop() == 0, worker.words
    assert Worker.objects.count() == 0
    assert leftovers() == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_in_a_long_poll_waits_for_nobody(town: Town, committed_region: Region, start: Start, how: int) -> None:
    hold_the_line(committed_region, 90)  # longer than the test waits for the end
    worker = start()
    until_seen(lambda: polling(committed_region), "a long poll", worker)
    assert worker.stop(how) == 0, worker.words
    assert leftovers() == []
    assert "Traceback" not in worker.words
    assert Source.objects.get().due_at is not None, "the next worker goes on at once"


def test_a_stop_lets_an_answer_end_and_says_it_once(town: Town, committed_region: Region, start: Start) -> None:
    hear(town)
    hold_the_line(committed_region, 20)
    Source.objects.update(due_at=clock.now())
    town.fault("slow", "wall.createComment", seconds=3)
    approved(committed_region, assigned(committed_region, only_card()))
    worker = start()
    until_seen(lambda: texts(town) == [TEXT], "the answer stands, and the network has not answered", worker)
    assert Attempt.objects.get().ended_at is None
    assert worker.stop() == 0, worker.words
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert leftovers() == []
    again = start()
    until_seen(lambda: Worker.objects.exists() and Survey.objects.exists(), "the next worker goes on", again)
    assert again.stop() == 0, again.words
    assert texts(town) == [TEXT]
    assert (Attempt.objects.count(), Sent.objects.count()) == (1, 1)


def test_several_workers_share_rows_and_do_nothing_twice(town: Town, committed_region: Region, start: Start) -> None:
    hold_the_line(committed_region, 5)
    workers = [start() for _ in range(3)]
    until_seen(lambda: Worker.objects.count() == 3, "three workers", *workers)
    pieces, answers = fewer(6) + 1, fewer(20)
    for piece in range(pieces):
        where = {"owner_id": town.wall, "post_id": town.post, "person_id": town.anna}
        town.sandbox.control("vk/batch", comments=[{**where, "text": f"Темно, дом {piece}-{n}"} for n in range(10)])
    until_seen(suggested(10 * pieces), "all cards", *workers)
    for number, incident in enumerate(Incident.objects.order_by("pk")[:answers]):
        approved(committed_region, assigned(committed_region, incident), solved(f"Фонарь {number} заменили."))
    until_seen(lambda: Survey.objects.count() == answers, "all answers", *workers)
    assert [worker.stop() for worker in workers] == [0, 0, 0]

    assert sorted(texts(town)) == sorted(f"Фонарь {number} заменили." for number in range(answers))
    assert (Attempt.objects.count(), Sent.objects.count()) == (answers, answers)
    assert Message.objects.filter(place="comment", own=False).count() == 10 * pieces
    assert IncidentMessage.objects.filter(main=True).values("message").distinct().count() == 10 * pieces
    opened = Counter(entry.data["message"] for entry in Entry.objects.filter(verb="incident.open"))
    assert (len(opened), set(opened.values())) == (10 * pieces, {1})
    assert (Incident.objects.count(), Verdict.objects.count(), Suggestion.objects.count()) == (10 * pieces,) * 3
    answered = Counter(Entry.objects.filter(verb="incident.answered").values_list("incident", flat=True))
    assert (len(answered), set(answered.values())) == (answers, {1})
    assert sorted(Incident.objects.values_list("number", flat=True)) == list(range(1, 10 * pieces + 1))
    assert whole()
    assert leftovers() == []


def test_a_row_that_ends_its_process_three_times_is_set_aside_alone(town: Town, committed_region: Region) -> None:
    names = [f"row-{number}" for number in range(63)]
    names.insert(20, "guilty")
    Chore.objects.bulk_create(Chore(name=name, due_at=clock.now()) for name in names)
    codes = []
    for _ in range(6):
        died = warm.run([sys.executable, "-m", "tests.killer_step", "die"], environment(town))
        codes.append(died.returncode)
        if died.returncode == 0:
            break
        # Nobody waits for a lease in a test.
        Chore.objects.exclude(lease="").update(leased_until=clock.now() - timedelta(seconds=1))
    assert codes == [9, 9, 9, 0]
    assert Chore.objects.filter(due_at__isnull=True, set_aside_at__isnull=True).count() == 63
    guilty = Chore.objects.get(name="guilty")
    assert guilty.set_aside_at is not None
    assert "three times" in guilty.error
    assert guilty.lease == ""
    connections.close_all()


def test_a_step_longer_than_its_lease_is_not_taken_over(town: Town, committed_region: Region, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    command = [sys.executable, "-m", "tests.killer_step", "sleep", str(notes)]
    with ExitStack() as stack:
        logs = [tmp_path / f"{number}.log" for number in range(2)]
        workers = [stack.enter_context(running(command, environment(town), log)) for log in logs]
        until_seen(lambda: Worker.objects.count() == 2, "two workers", *workers)
        chores = Chore.objects.filter(due_at__isnull=False)
        until_seen(lambda: not chores.all().exists(), "the planted chores are over", *workers)
        Chore.objects.create(name="long", due_at=clock.now())
        until_seen(lambda: Chore.objects.get(name="long").due_at is None, "the long work", *workers)
        assert [worker.stop() for worker in workers] == [0, 0]
    lines = [line.rsplit(" ", 1)[0] for line in notes.read_text().splitlines()]
    assert (lines.count("began long"), lines.count("ended long")) == (1, 1)
    assert "another worker has the row" not in workers[0].words + workers[1].words
    assert leftovers() == []
    connections.close_all()


def test_a_worker_for_a_step_runs_that_one_alone_if_it_is_known(
    town: Town, committed_region: Region, start: Start
) -> None:
    town.comment("Темно во дворе в Речном")
    Source.objects.update(due_at=clock.now())
    for name in ("fetch", "take-in"):
        turn_once(next(step for step in FLOW if step.name == name))
    worker = start("--only", "judge")
    until_seen(lambda: Incident.objects.exists(), "a card", worker)
    assert worker.stop() == 0, worker.words
    assert not Suggestion.objects.exists()
    assert only_card().due_at is not None, "the next step's row waits for its worker"
    assert "runs: judge" in worker.words
    done = otklik(environment(town), "work", "--only", "juge")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "«juge»" in done.stderr
    assert all(step.name in done.stderr for step in FLOW)


def test_a_database_that_goes_away_is_waited_for(town: Town, committed_region: Region, start: Start) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away: only a server does")
    hold_the_line(committed_region, 3)
    worker = start()
    until_seen(lambda: polling(committed_region), "a long poll", worker)
    assert cut_all_lines() >= 3
    town.comment("Темно во дворе в Речном")
    until_seen(suggested(1), "a card all the same", worker)
    approved(committed_region, assigned(committed_region, only_card()))
    until_seen(lambda: Survey.objects.exists(), "an answer", worker)
    assert cut_all_lines() >= 3
    assert worker.stop() == 0, worker.words
    assert texts(town) == [TEXT]
    assert leftovers() == []
    assert only_card().state == State.RATING


@pytest.mark.parametrize(
    "words", ["a NUL \x00 inside", "half a letter \ud800", "долго " * 5000], ids=["NUL", "half", "long"]
)
def test_whatever_an_error_says_the_row_is_put_off_and_the_lane_lives(
    committed_region: Region, caplog: pytest.LogCaptureFixture, words: str
) -> None:
    # Half a letter in a test's report cannot be sent from one process of the suite to the other.
    caplog.set_level(logging.CRITICAL + 1, logger="otklik.flow.loop")

    def fail(rows: list[Any], now: Any) -> None:
        raise ValueError(words)

    Chore.objects.create(name="row", due_at=clock.now())
    assert turn_once(Step("fail", Chore, fail, Lane.THINK)) == 1
    row = Chore.objects.get()
    assert (row.lease, row.failures) == ("", 1)
    assert row.error.startswith("ValueError: ")
    settle()
