import random
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from otklik.reports import fold
from otklik.reports.arithmetic import Share
from otklik.reports.columns import NEVER, code
from otklik.reports.fold import lines, series, tally
from otklik.reports.periods import own
from otklik.reports.sets import DAY, Cohort, Yardstick
from otklik.reports.slices import of

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 25, 9, tzinfo=UTC)
NOW = int(NOON.timestamp())
PERIOD = own("2026-11-01", "2026-11-25", NOON, MOSCOW)
HOUR = 3600
QUICK = 4 * HOUR
STICK = Yardstick(NOW, QUICK)


Row = dict[str, Any]


def row(pk: int = 1, ago: int = 10 * DAY, took: int | None = None, state: str = "in_work", **more: Any) -> Row:
    usual: Row = {"working": NEVER, "kind": "solvable", "outcome": "", "network": "vk", "theme": 1, "mark": 0}
    usual |= {"reopened": 0, "second": 0, "returns": 0, "asked": NEVER, "hard": NEVER}
    usual |= {"pk": pk, "started": NOW - ago, "took": NEVER if took is None else took, "state": state}
    return usual | more


def cards(*rows: Row) -> Cohort:
    def value(cell: Any) -> int:
        return code(cell) if isinstance(cell, str) else int(cell)

    names = row()
    return Cohort(of({name: np.array([value(one[name]) for one in rows], np.int64) for name in names}), STICK)


def line(*rows: Row) -> fold.Line:
    return fold.line(cards(*rows))


def test_noise_is_left_out_of_everything_and_working_time_told_apart_from_time_by_the_wall() -> None:
    noise = (row(2, state="noise"), row(3, took=HOUR, state="noise", mark=5))
    counts = tally(cards(row(1, took=HOUR, state="done"), *noise))
    assert (counts.received, counts.noise, counts.line.count, counts.line.answered) == (3, 2, 1, 1)
    assert counts.line.good == Share(0, 0)
    counts = tally(cards(*(row(pk, took=pk * DAY, working=pk * HOUR) for pk in (3, 1, 2))))
    assert (counts.line.median, counts.working.middle, counts.working.ninth) == (2 * DAY, 2 * HOUR, 3 * HOUR)


def test_a_limit_is_kept_up_to_its_second_and_an_open_card_speaks_only_when_it_has_waited_longer() -> None:
    waiting = line(row(1, took=HOUR), row(2, ago=2 * HOUR), row(3, ago=5 * HOUR), row(4, ago=2 * DAY))
    assert (waiting.quick, waiting.within_day, waiting.waiting) == (Share(1, 3), Share(1, 2), 3)
    answered = line(row(1, took=QUICK), row(2, took=QUICK + 1), row(3, took=DAY))
    assert (answered.quick, answered.within_day) == (Share(1, 3), Share(3, 3))
    closed = line(row(1, took=HOUR), row(2, state="done"))
    assert (closed.count, closed.answered, closed.waiting, closed.within_day) == (2, 1, 0, Share(1, 1))


def test_reopened_returned_brushed_off_and_good_are_shares_of_cards_and_not_of_times() -> None:
    ended = (row(1, outcome="explained"), row(2, outcome="solved"), row(3, outcome="explained", kind="informational"))
    counts = tally(cards(*ended, row(4)))
    assert (counts.shares["brushed_off"], dict(counts.outcomes)) == (Share(1, 2), {"explained": 2, "solved": 1})
    marks = (5, 4, 3, 0, 0)
    counts = tally(cards(*(row(pk, took=HOUR, asked=HOUR, mark=mark) for pk, mark in enumerate(marks))))
    assert (counts.line.good, counts.asked) == (Share(2, 3), 5)
    counts = tally(cards(row(1, took=HOUR, reopened=3), row(2, took=HOUR), row(3, returns=2)))
    assert (counts.shares["reopened"], counts.shares["returned"]) == (Share(1, 2), Share(1, 3))


def test_an_answer_before_its_question_and_no_cards_at_all_break_nothing() -> None:
    early = line(row(1, took=-50), row(2, took=HOUR))
    assert (early.quick, early.median, early.ninth) == (Share(2, 2), -50, HOUR)
    nothing = tally(cards())
    assert (nothing.received, nothing.line.median, nothing.line.good.value) == (0, None, None)


@pytest.mark.parametrize("seed", range(20))
def test_the_bars_add_up_to_what_came_and_a_breakdown_says_of_each_part_what_it_says_of_itself(seed: int) -> None:
    rng = random.Random(seed)
    some = cards(
        *(
            row(
                pk,
                ago=rng.randint(0, NOW - int(PERIOD.since.timestamp())),
                took=rng.choice((None, rng.randint(-9, 5 * DAY))),
                theme=rng.randint(0, 4),
                state=rng.choice(("new", "noise", "done", "rating")),
                mark=rng.randint(0, 5),
            )
            for pk in range(300)
        )
    )
    bars = series(some, PERIOD)
    counts = tally(some)
    assert len(bars) == PERIOD.days
    quick, within_day, later, waiting, closed, noise = (
        sum(getattr(bar, name) for bar in bars)
        for name in ("quick", "within_day", "later", "waiting", "closed", "noise")
    )
    assert (quick, noise) == (counts.line.quick.part, counts.noise)
    assert quick + within_day + later == counts.line.answered
    assert quick + within_day + later + waiting + closed + noise == counts.received
    parts = lines(some, some.cards["theme"])
    assert parts == {key: fold.line(Cohort(part, STICK)) for key, part in some.cards.by("theme").items()}
    themed = (some.cards["theme"] > 0) & ~some.cards.is_("state", "noise")
    assert sum(one.count for one in parts.values()) == int(themed.sum())
