from datetime import UTC, date, datetime, timedelta
from itertools import product

from otklik.feedback.registers import fate
from otklik.feedback.registers.fate import Course, Verdict, fate_of, last_day_of_week, today_is

LIMIT = datetime(2026, 12, 4, 20, 59, 59, tzinfo=UTC)
BEFORE, AFTER = LIMIT - timedelta(days=1), LIMIT + timedelta(days=1)


def test_a_promise_is_kept_until_the_last_second_of_its_day_by_a_deed_or_moved_or_cancelled() -> None:
    assert fate_of(Course(LIMIT)) == Verdict(fate.OPEN), "nothing has happened yet"
    for at, word in ((BEFORE, fate.KEPT), (LIMIT, fate.KEPT), (LIMIT + timedelta(seconds=1), fate.LATE)):
        assert fate_of(Course(LIMIT, ended_at=at, outcome="solved", showed=True)) == Verdict(word, at, "solved")
    answers = (("explained", True), ("unsolved", True), ("postponed", False), ("solved", False))
    for at, (outcome, showed) in product((BEFORE, AFTER), answers):
        answered = Course(LIMIT, ended_at=at, outcome=outcome, showed=showed)
        assert fate_of(answered).fate == fate.UNDONE, (at, outcome)
    for at, word in ((BEFORE, fate.MOVED), (LIMIT, fate.MOVED), (AFTER, fate.MOVED_LATE)):
        assert fate_of(Course(LIMIT, moved_at=at)) == Verdict(word, at)
    for at, word in ((BEFORE, fate.CANCELLED), (AFTER, fate.BROKEN)):
        assert fate_of(Course(LIMIT, closed_at=at, why="pointless")) == Verdict(word, at, why="pointless")


def test_what_happened_first_decides_and_every_course_ends_in_exactly_one_known_word() -> None:
    soon = BEFORE + timedelta(hours=1)
    assert fate_of(Course(LIMIT, moved_at=BEFORE, ended_at=soon, outcome="solved", showed=True)).fate == fate.MOVED
    assert fate_of(Course(LIMIT, moved_at=soon, ended_at=BEFORE, outcome="solved", showed=True)).fate == fate.KEPT
    moments = (None, BEFORE, LIMIT, AFTER)
    for moved, ended, closed, showed in product(moments, moments, moments, (True, False)):
        verdict = fate_of(Course(LIMIT, moved, ended, "solved", showed, closed))
        assert verdict.fate in fate.SETTLED or (moved, ended, closed) == (None, None, None)
        assert (verdict.fate == fate.OPEN) == (verdict.at is None)
        if verdict.fate == fate.KEPT:
            assert showed
            assert ended is not None
            assert ended <= LIMIT


def test_an_open_one_is_of_this_week_which_ends_on_its_sunday_or_later_or_over() -> None:
    sunday = LIMIT + timedelta(days=2)
    assert today_is(LIMIT, BEFORE, sunday) == fate.WEEK
    assert today_is(sunday + timedelta(seconds=1), BEFORE, sunday) == fate.LATER
    assert (today_is(LIMIT, LIMIT, sunday), today_is(LIMIT, AFTER, sunday)) == (fate.WEEK, fate.OVERDUE)
    days = [date(2026, 11, 30) + timedelta(days=number) for number in range(8)]
    assert [last_day_of_week(day) for day in days] == [date(2026, 12, 6)] * 7 + [date(2026, 12, 13)]
