"""Folding cards into figures: what counts, what does not, and that the parts of a chart add up."""

import random
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from otklik.reports import fold
from otklik.reports.arithmetic import Share
from otklik.reports.columns import NEVER, code
from otklik.reports.fold import DAY, Judged, Yardstick, lines, series, tally
from otklik.reports.periods import own
from otklik.reports.slices import of

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 25, 9, tzinfo=UTC)
NOW = int(NOON.timestamp())
PERIOD = own("2026-11-01", "2026-11-25", NOON, MOSCOW)
HOUR = 3600
QUICK = 4 * HOUR
STICK = Yardstick(NOW, QUICK)


Told = dict[str, Any]


def row(pk: int = 1, ago: int = 10 * DAY, took: int | None = None, state: str = "in_work", **more: Any) -> Told:
    usual: Told = {"working": NEVER, "kind": "solvable", "outcome": "", "network": "vk", "theme": 1, "mark": 0}
    usual |= {"reopened": 0, "returns": 0, "asked": NEVER, "hard": NEVER}
    usual |= {"pk": pk, "started": NOW - ago, "took": NEVER if took is None else took, "state": state}
    return usual | more


def cards(*rows: Told) -> Judged:
    def value(said: Any) -> int:
        return code(said) if isinstance(said, str) else int(said)

    names = row()
    return Judged(of({name: np.array([value(one[name]) for one in rows], np.int64) for name in names}), STICK)


def line(*rows: Told) -> fold.Line:
    return fold.line(cards(*rows))


def test_noise_is_counted_and_then_left_out_of_everything() -> None:
    told = tally(
        cards(row(1, took=HOUR, state="done"), row(2, state="noise"), row(3, took=HOUR, state="noise", mark=5))
    )
    assert (told.received, told.noise, told.line.count) == (3, 2, 1)
    assert told.line.answered == 1
    assert told.line.good == Share(0, 0)


def test_an_open_card_speaks_against_a_limit_only_when_it_has_waited_longer() -> None:
    told = line(row(1, took=HOUR), row(2, ago=2 * HOUR), row(3, ago=5 * HOUR), row(4, ago=2 * DAY))
    assert told.quick == Share(1, 3)
    assert told.within_day == Share(1, 2)
    assert told.waiting == 3


def test_exactly_at_the_limit_is_in_time() -> None:
    told = line(row(1, took=QUICK), row(2, took=QUICK + 1), row(3, took=DAY))
    assert told.quick == Share(1, 3)
    assert told.within_day == Share(3, 3)


def test_a_card_closed_without_an_answer_waits_for_nothing() -> None:
    told = line(row(1, took=HOUR), row(2, state="done"))
    assert (told.count, told.answered, told.waiting) == (2, 1, 0)
    assert told.within_day == Share(1, 1)


def test_brush_offs_are_counted_among_solvable_cards_that_ended() -> None:
    told = tally(
        cards(
            row(1, outcome="explained"),
            row(2, outcome="solved"),
            row(3, outcome="explained", kind="informational"),
            row(4),
        )
    )
    assert told.brush_off == Share(1, 2)
    assert dict(told.outcomes) == {"explained": 2, "solved": 1}


def test_marks_of_four_and_five_are_good() -> None:
    marks = {1: 5, 2: 4, 3: 3}
    told = tally(cards(*(row(pk, took=HOUR, asked=HOUR, mark=marks.get(pk, 0)) for pk in range(1, 6))))
    assert told.line.good == Share(2, 3)
    assert told.asked == 5


def test_reopened_and_returned_are_cards_not_times() -> None:
    told = tally(cards(row(1, took=HOUR, reopened=3), row(2, took=HOUR), row(3, returns=2)))
    assert told.reopened == Share(1, 2)
    assert told.returned == Share(1, 3)


def test_working_time_is_told_apart_from_time_by_the_wall() -> None:
    told = tally(cards(*(row(pk, took=pk * DAY, working=pk * HOUR) for pk in (3, 1, 2))))
    assert (told.line.median, told.working_median, told.working_ninth) == (2 * DAY, 2 * HOUR, 3 * HOUR)


def test_an_answer_stamped_before_its_question_does_not_break_the_figures() -> None:
    told = line(row(1, took=-50), row(2, took=HOUR))
    assert told.quick == Share(2, 2)
    assert (told.median, told.ninth) == (-50, HOUR)


def test_nothing_gives_no_shares_and_no_medians() -> None:
    told = tally(cards())
    assert told.received == 0
    assert told.line.median is None
    assert told.line.good.value is None


def test_cards_without_a_key_are_left_out_of_a_breakdown() -> None:
    some = cards(row(1, theme=7), row(2, theme=0), row(3, theme=7))
    assert {key: one.count for key, one in lines(some, some.cards["theme"]).items()} == {7: 2}


@pytest.mark.parametrize("seed", range(20))
def test_the_parts_of_all_bars_add_up_to_what_came(seed: int) -> None:
    rng = random.Random(seed)
    some = cards(
        *(
            row(
                pk,
                ago=rng.randint(0, NOW - int(PERIOD.since.timestamp())),
                took=rng.choice((None, rng.randint(0, 5 * DAY))),
                state=rng.choice(("new", "noise", "done", "rating")),
            )
            for pk in range(300)
        )
    )
    bars = series(some, PERIOD)
    told = tally(some)
    assert len(bars) == PERIOD.days
    parts = [sum(getattr(bar, name) for bar in bars) for name in ("quick", "within_day", "later")]
    assert sum(parts) == told.line.answered
    assert parts[0] == told.line.quick.part
    assert sum(bar.noise for bar in bars) == told.noise
    assert sum(parts) + sum(bar.waiting + bar.closed + bar.noise for bar in bars) == told.received


@pytest.mark.parametrize("seed", range(20))
def test_a_breakdown_says_of_each_part_what_the_part_says_of_itself(seed: int) -> None:
    rng = random.Random(seed)
    some = cards(
        *(
            row(
                pk,
                took=rng.choice((None, rng.randint(-9, 2 * DAY))),
                theme=rng.randint(0, 4),
                state=rng.choice(("new", "done")),
                mark=rng.randint(0, 5),
            )
            for pk in range(200)
        )
    )
    found = lines(some, some.cards["theme"])
    assert found == {key: fold.line(Judged(part, STICK)) for key, part in some.cards.by("theme").items()}
    assert sum(one.count for one in found.values()) == int((some.cards["theme"] > 0).sum())
