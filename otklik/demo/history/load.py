"""Loads the history: draws it, card by card in the order of their numbers, and writes it."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from otklik.answers import checking
from otklik.answers.models import Answer
from otklik.demo.history.arrivals import arrivals
from otklik.demo.history.cast import gather
from otklik.demo.history.ledger import Ledger
from otklik.demo.history.opening import Crowd, open_card
from otklik.demo.history.rows import Rows, catch_up
from otklik.demo.history.story import live
from otklik.demo.history.tale import Stage
from otklik.demo.history.threads import NETWORKS, Square
from otklik.incidents.models import Counter, Findable, Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.journal.seals import seal_all
from otklik.lib.database import PromiseBroken
from otklik.lib.insert import insert
from otklik.publishing.models import Epoch

PIECE = 400
CHECKED = 120
"""How many of the newest answers are read for what a citizen would mind: enough to see it at work, in a second."""
MARK = "demo-history"
"""The counter that says that the history was loaded whole, and how many cards it has."""

WANTED: tuple[tuple[State, int], ...] = (
    (State.ASSIGNED, 16), (State.IN_WORK, 22), (State.APPROVAL, 16), (State.CLARIFYING, 5), (State.POSTPONED, 6),
    (State.PUBLISHING, 2),
)  # fmt: skip
"""How many of the last days' cards are left in each state, of sixteen thousand."""
NEW, LATELY, LONG_AGO, WHOLE = 56, 118, 300, 16_000


class HistoryThere(PromiseBroken):
    """There are cards already; the sentence is for whoever starts the demonstration."""


def load_history(
    now: datetime,
    count: int = WHOLE,
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """`count` cards ending now, all of it in one transaction: a load that was broken off leaves nothing behind.

    The same seed, moment and reference data give the same history. Does nothing when the history is there; raises
    HistoryThere when there are cards of another origin.
    """
    with book.turn():
        if Counter.objects.filter(name=MARK).exists():
            return
        if Incident.objects.exists():
            raise HistoryThere(
                "В базе уже есть карточки, а истории демонстрации нет. Начните с чистой базы: make demo FRESH=1."
            )
        with _no_collector():
            _load(now, count, Random(seed), progress)
    seal_all(now)


@contextmanager
def _no_collector() -> Iterator[None]:
    """The collector would walk all entries kept so far again and again: it is called for young objects only."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _load(now: datetime, count: int, rng: Random, progress: Callable[[int, int], None]) -> None:
    cast, rows, ledger = gather(now), Rows(), Ledger()
    epoch = Epoch.objects.order_by("-pk").first() or rows.add(Epoch(began_at=now, words="first"))
    stage = Stage(cast, rows, ledger, Square(cast, rows), epoch.pk)
    crowd = Crowd(stage)
    moments = arrivals(rng, count, now, cast.zone)
    halts = dict(_halts(rng, count))
    for number, posted_at in enumerate(moments, start=1):
        live(open_card(crowd, rng, number, posted_at, halts.get(number, "")))
        if number % PIECE == 0:
            rows.flush()
            gc.collect(0)
            progress(number, 2 * count)
    rows.flush()
    ledger.write(rng, lambda done, total: progress(count + count * done // total, 2 * count))
    catch_up()
    last = Entry.objects.filter(incident=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    Incident.objects.update(revision=Coalesce(Subquery(last), 0))
    highest = Incident.objects.aggregate(last=Max("number"))["last"] or 0
    Counter.objects.update_or_create(name="incident", defaults={"value": highest})
    Counter.objects.create(name=MARK, value=count)
    _check_words()
    _index_words(now)


def _check_words() -> None:
    """What the check of words finds in the last answers that were sent for approval, as it is kept by that verb."""
    sent = Answer.objects.filter(copy_of__isnull=True, submitted_at__isnull=False).order_by("-pk")
    for answer in sent.select_related("incident", "reply_to__author")[:CHECKED]:
        at = answer.submitted_at or answer.created_at
        checking.note(answer, checking.faults_of(answer, at), at)


def _index_words(now: datetime) -> None:
    """The worker takes in the words of all cards, the newest first."""
    cards = Incident.objects.order_by("-pk").values_list("pk", flat=True)
    insert(
        Findable,
        [Findable(incident_id=pk, due_at=now + timedelta(microseconds=at)) for at, pk in enumerate(cards.iterator())],
    )


def _halts(rng: Random, count: int) -> Iterator[tuple[int, State]]:
    """Number of a card → the state it is left in.

    The very newest wait in the queue, and so do some of the hours before; beside those the others stand in work. A
    fifth of these is days old, and its clocks have run out.
    """
    share = count / WHOLE
    new = max(2 * len(NETWORKS), round(NEW * share))
    day = range(max(1, count - max(50, round(LATELY * share))), count - new // 2 + 1)
    days = range(max(1, day.start - max(20, round(LONG_AGO * share))), day.start)
    waiting = set(rng.sample(range(max(1, count - 2 * new), day.stop), new - new // 2))
    others = [state for state, wanted in WANTED for _ in range(max(1, round(wanted * share)))]
    rng.shuffle(others)
    # One of each has had days to get there: what came this morning may not have come so far yet.
    states = [state for state, _ in WANTED] + others
    late = max(len(WANTED), len(states) // 5)
    numbers = rng.sample(days, late)
    numbers += rng.sample([number for number in day if number not in waiting], len(states) - late)
    yield from zip(numbers, states, strict=True)
    yield from ((number, State.NEW) for number in (*sorted(waiting), *range(day.stop, count + 1)))
