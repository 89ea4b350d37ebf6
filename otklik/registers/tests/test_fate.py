"""What becomes of a promise, over every course that one can take."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from otklik.registers import fate
from otklik.registers.fate import Course, Verdict, fate_of, last_day_of_week, today_is

LIMIT = datetime(2026, 12, 4, 20, 59, 59, tzinfo=UTC)
BEFORE, AFTER = LIMIT - timedelta(days=1), LIMIT + timedelta(days=1)


def test_nothing_has_happened_yet() -> None:
    assert fate_of(Course(LIMIT)) == Verdict(fate.OPEN)


@pytest.mark.parametrize(
    ("at", "word"), [(BEFORE, fate.KEPT), (LIMIT, fate.KEPT), (LIMIT + timedelta(seconds=1), fate.LATE)]
)
def test_shown_to_be_solved_it_is_kept_until_the_last_second_of_the_day(at: datetime, word: str) -> None:
    assert fate_of(Course(LIMIT, ended_at=at, outcome="solved", showed=True)) == Verdict(word, at, "solved")


@pytest.mark.parametrize("at", [BEFORE, AFTER])
@pytest.mark.parametrize(
    ("outcome", "showed"), [("explained", True), ("unsolved", True), ("postponed", False), ("solved", False)]
)
def test_an_answer_is_not_a_deed(at: datetime, outcome: str, showed: bool) -> None:
    assert fate_of(Course(LIMIT, ended_at=at, outcome=outcome, showed=showed)).fate == fate.UNDONE


@pytest.mark.parametrize(("at", "word"), [(BEFORE, fate.MOVED), (LIMIT, fate.MOVED), (AFTER, fate.MOVED_LATE)])
def test_a_new_day_told_in_time_is_not_one_told_too_late(at: datetime, word: str) -> None:
    assert fate_of(Course(LIMIT, moved_at=at)) == Verdict(word, at)


@pytest.mark.parametrize(("at", "word"), [(BEFORE, fate.CANCELLED), (AFTER, fate.BROKEN)])
def test_closing_the_card_cancels_what_was_not_broken_by_then(at: datetime, word: str) -> None:
    assert fate_of(Course(LIMIT, closed_at=at, why="pointless")) == Verdict(word, at, why="pointless")


def test_what_happened_first_decides() -> None:
    moved, ended = BEFORE, BEFORE + timedelta(hours=1)
    assert fate_of(Course(LIMIT, moved_at=moved, ended_at=ended, outcome="solved", showed=True)).fate == fate.MOVED
    assert fate_of(Course(LIMIT, moved_at=ended, ended_at=moved, outcome="solved", showed=True)).fate == fate.KEPT


def test_every_course_ends_in_exactly_one_known_word_and_only_an_untouched_one_stays_open() -> None:
    moments = (None, BEFORE, LIMIT, AFTER)
    for moved, ended, closed, showed in product(moments, moments, moments, (True, False)):
        told = fate_of(Course(LIMIT, moved, ended, "solved", showed, closed))
        assert told.fate in fate.SETTLED or (moved, ended, closed) == (None, None, None)
        assert (told.fate == fate.OPEN) == (told.at is None)
        if told.fate == fate.KEPT:
            assert showed
            assert ended is not None
            assert ended <= LIMIT


def test_an_open_one_is_of_this_week_or_later_or_over() -> None:
    sunday = LIMIT + timedelta(days=2)
    assert today_is(LIMIT, BEFORE, sunday) == fate.WEEK
    assert today_is(sunday + timedelta(seconds=1), BEFORE, sunday) == fate.LATER
    assert (today_is(LIMIT, LIMIT, sunday), today_is(LIMIT, AFTER, sunday)) == (fate.WEEK, fate.OVERDUE)


def test_a_week_ends_on_its_sunday() -> None:
    days = [date(2026, 11, 30) + timedelta(days=number) for number in range(8)]
    assert [last_day_of_week(day) for day in days] == [date(2026, 12, 6)] * 7 + [date(2026, 12, 13)]
