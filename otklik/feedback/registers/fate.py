"""What became of a promise. Pure: moments in, one word out.

Closed is not fixed, and an answer is not a deed: a promise is kept when, by the end of the day that was told, an answer
said «Решено» and showed it. Rules: rules.md of the design, section 10 («deadline of the answer ≠ promise of the fix»).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

KEPT, LATE, UNDONE = "kept", "late", "undone"
MOVED, MOVED_LATE, BROKEN, CANCELLED = "moved", "moved_late", "broken", "cancelled"
SETTLED = (KEPT, LATE, UNDONE, MOVED, MOVED_LATE, BROKEN, CANCELLED)
OPEN = ""
WEEK, LATER, OVERDUE = "week", "later", "overdue"
"""What an open one is today: its day is within this week, after it, or over."""


@dataclass(frozen=True, slots=True)
class Course:
    """What happened after a promise was given, every moment aware and None for what did not happen.

    `limit_at` is the last second of the day. `moved_at`: the next day was told. `ended_at`: a final answer was
    published, with its `outcome` (a code of Outcome) and whether it `showed` that the thing is done. `closed_at`: the
    card ended without an answer to it, for the reason `why`.
    """

    limit_at: datetime
    moved_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    showed: bool = False
    closed_at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fate` is one of SETTLED, or OPEN; `at` when it was settled. `why` goes with what was cancelled or broken so."""

    fate: str
    at: datetime | None = None
    outcome: str = ""
    why: str = ""


def fate_of(course: Course) -> Verdict:
    """The first thing that happened decides; what came after it belongs to another promise, or to none."""
    moved, ended, closed = course.moved_at, course.ended_at, course.closed_at
    if ended is not None and (moved is None or ended <= moved):
        return Verdict(_ended(course, ended), ended, course.outcome)
    if moved is not None:
        return Verdict(MOVED if moved <= course.limit_at else MOVED_LATE, moved)
    if closed is not None:
        # Whoever closes a card after the day has broken the promise already.
        return Verdict(CANCELLED if closed <= course.limit_at else BROKEN, closed, why=course.why)
    return Verdict(OPEN)


def _ended(course: Course, at: datetime) -> str:
    if course.outcome != "solved" or not course.showed:
        return UNDONE
    return KEPT if at <= course.limit_at else LATE


def today_is(limit_at: datetime, now: datetime, sunday: datetime) -> str:
    """What an open promise is at this moment; `sunday` is the last second of this local week."""
    if limit_at < now:
        return OVERDUE
    return WEEK if limit_at <= sunday else LATER


def last_day_of_week(today: date) -> date:
    """The Sunday of that day's week."""
    return today + timedelta(days=6 - today.weekday())
