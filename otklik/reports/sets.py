"""Named sets of cards, and how many cards are in each. Pure.

A page shows the number of such a set and leads to its cards; a share is two of them. Whatever counts cards counts them
by these, so that no two figures of one name differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from otklik.feedback.opinion import SATISFIED_FROM
from otklik.reports import repeats
from otklik.reports.arithmetic import Share
from otklik.reports.columns import NEVER, Column
from otklik.reports.slices import Mask, Slice
from otklik.reports.stages import been_through

DAY = 24 * 3600
NOT_YET, LATE, IN_TIME = range(3)
"""Of the second answers of a card whose clock was met or has run out: none, not all in time, all in time."""
PROMISE = "promise"
NO_PROMISE, UNKEPT, KEPT = range(3)
"""Of the promises of a card whose day has come and that were not cancelled: none, not all kept, all kept. Whoever asks
lays this column beside the cards (Slice.beside), and those of repeats.py, where 1 is a repeat."""
NOISE, DONE, SOLVABLE, EXPLAINED, YES = "noise", "done", "solvable", "explained", "yes"

# What has become of a card by now, in one number: so a breakdown is one count, however much a line shows.
_NOISE, _QUICK, _DAILY, _LATER, _FRESH, _SLOW, _LATE, _CLOSED = range(8)
_UNRATED, _BAD, _GOOD = range(3)
_STATES, _MARKS = 8, 3
_ANSWERED, _WAITING = (_QUICK, _DAILY, _LATER), (_FRESH, _SLOW, _LATE)
_REAL = (*_ANSWERED, *_WAITING, _CLOSED)

Signs = NDArray[np.bool_]
"""Of each such number, whether it belongs to a set."""
Which = Signs | Callable[[Slice], Mask]


def _signs(states: Sequence[int] = _REAL, marks: Sequence[int] = range(_MARKS)) -> Signs:
    table = np.zeros((_STATES, _MARKS), bool)
    table[np.ix_(states, marks)] = True
    return table.ravel()


def _is(column: str, *words: str) -> Callable[[Slice], Mask]:
    return lambda cards: cards.is_(column, *words)


def _some(column: str) -> Callable[[Slice], Mask]:
    return lambda cards: cards[column] > 0


def _solvable(cards: Slice) -> Mask:
    ended: Mask = cards.is_("kind", SOLVABLE) & (cards["outcome"] != 0)
    return ended


def _submitted(cards: Slice) -> Mask:
    """Whose answer was sent to the approver: by whoever has the card now, or by somebody before him."""
    sent: Mask = cards.happened("drafted") | (cards["sent_back"] > 0)
    return sent


class What(StrEnum):
    """Which cards of a period, by what has become of them or by their columns. All but NOISE and RECEIVED leave out
    what is no incident. QUICK_DUE and DUE_DAY are cards that were answered or have already waited longer than that: an
    open one that is still in time speaks for neither side."""

    _value_: str
    which: Which

    def __new__(cls, key: str, which: Which = _signs([])) -> "What":  # noqa: B008 one is looked up by its key alone
        one = str.__new__(cls, key)
        one._value_, one.which = key, which
        return one

    ALL = "all", _signs()
    RECEIVED = "received", _signs(range(_STATES))
    NOISE = "noise", _signs([_NOISE])
    ANSWERED = "answered", _signs(_ANSWERED)
    WAITING = "waiting", _signs(_WAITING)
    CLOSED = "closed", _signs([_CLOSED])
    QUICK = "quick", _signs([_QUICK])
    NOT_QUICK = "not_quick", _signs([_DAILY, _LATER, _SLOW, _LATE])
    QUICK_DUE = "quick_due", _signs([*_ANSWERED, _SLOW, _LATE])
    WITHIN_DAY = "within_day", _signs([_QUICK, _DAILY])
    LATE = "late", _signs([_LATER, _LATE])
    DUE_DAY = "due_day", _signs([*_ANSWERED, _LATE])
    SAME_DAY = "same_day", _signs([_DAILY])
    LATER = "later", _signs([_LATER])
    GOOD = "good", _signs(marks=[_GOOD])
    BAD = "bad", _signs(marks=[_BAD])
    RATED = "rated", _signs(marks=[_BAD, _GOOD])
    RATED_SOLVED = "said_solved", _is("solved", YES)
    RATED_PARTLY = "said_partly", _is("solved", "partly")
    RATED_UNSOLVED = "said_unsolved", _is("solved", "no")
    WITH_VERDICT = "said", _some("solved")
    SOLVED = "solved", _is("outcome", "solved")
    EXPLAINED = "explained", _is("outcome", EXPLAINED)
    UNSOLVED = "unsolved", _is("outcome", "unsolved")
    POSTPONED = "postponed", _is("outcome", "postponed")
    BRUSHED_OFF = "brushed_off", lambda cards: _solvable(cards) & cards.is_("outcome", EXPLAINED)
    NOT_BRUSHED_OFF = "not_brushed_off", lambda cards: _solvable(cards) & ~cards.is_("outcome", EXPLAINED)
    SOLVABLE = "solvable", _solvable
    REOPENED = "reopened", lambda cards: cards.happened("took") & (cards["reopened"] > 0)
    NOT_REOPENED = "not_reopened", lambda cards: cards.happened("took") & (cards["reopened"] == 0)
    SECOND_IN_TIME = "second_in_time", lambda cards: cards["second"] == IN_TIME
    SECOND_LATE = "second_late", lambda cards: cards["second"] == LATE
    SECOND_DUE = "second_due", _some("second")
    RETURNED = "returned", _some("returns")
    NOT_RETURNED = "not_returned", lambda cards: cards["returns"] == 0
    SENT_BACK = "sent_back", _some("sent_back")
    NOT_SENT_BACK = "not_sent_back", lambda cards: _submitted(cards) & (cards["sent_back"] == 0)
    SUBMITTED = "submitted", _submitted
    HARD = "hard", lambda cards: cards.happened("hard")
    GATHERED = "gathered", lambda cards: cards["voices"] > 1
    SAME_AUTHOR = "same_author", _some(repeats.AUTHOR)
    WITH_AUTHOR = "with_author", partial(repeats.comparable, kind=repeats.AUTHOR)
    SAME_PLACE = "same_place", _some(repeats.PLACE)
    WITH_PLACE = "with_place", partial(repeats.comparable, kind=repeats.PLACE)
    KEPT = "kept", lambda cards: cards[PROMISE] == KEPT
    UNKEPT = "unkept", lambda cards: cards[PROMISE] == UNKEPT
    PROMISED = "promised", _some(PROMISE)
    STAGE_INTAKE = "stage_found", partial(been_through, stage="found")
    STAGE_ROUTED = "stage_routed", partial(been_through, stage="routed")
    STAGE_PREPARED = "stage_prepared", partial(been_through, stage="prepared")
    STAGE_APPROVED = "stage_approved", partial(been_through, stage="approved")
    STAGE_FIRST = "stage_first", partial(been_through, stage="first")
    STAGE_FINAL = "stage_final", partial(been_through, stage="final")
    STAGE_CLOSED = "stage_closed", partial(been_through, stage="closed")


FAMILIES: Sequence[Sequence[What]] = (
    (What.RECEIVED, What.ALL, What.NOISE),
    (What.ANSWERED, What.WAITING, What.CLOSED),
    (What.QUICK, What.NOT_QUICK, What.QUICK_DUE),
    (What.WITHIN_DAY, What.LATE, What.DUE_DAY),
    (What.GOOD, What.BAD, What.RATED),
    (What.RATED_SOLVED, What.RATED_PARTLY, What.RATED_UNSOLVED, What.WITH_VERDICT),
    (What.SOLVED, What.EXPLAINED, What.UNSOLVED, What.POSTPONED),
    (What.BRUSHED_OFF, What.NOT_BRUSHED_OFF, What.SOLVABLE),
    (What.REOPENED, What.NOT_REOPENED),
    (What.SECOND_IN_TIME, What.SECOND_LATE, What.SECOND_DUE),
    (What.RETURNED, What.NOT_RETURNED),
    (What.SENT_BACK, What.NOT_SENT_BACK, What.SUBMITTED),
    (What.KEPT, What.UNKEPT, What.PROMISED),
)
"""Sets that are read together: a part, the rest, the whole of which both are."""

SHARES: Mapping[str, tuple[What, What]] = {
    "answered": (What.ANSWERED, What.ALL),
    "quick": (What.QUICK, What.QUICK_DUE),
    "within_day": (What.WITHIN_DAY, What.DUE_DAY),
    "returned": (What.RETURNED, What.ALL),
    "sent_back": (What.SENT_BACK, What.SUBMITTED),
    "reopened": (What.REOPENED, What.ANSWERED),
    "second": (What.SECOND_IN_TIME, What.SECOND_DUE),
    "brushed_off": (What.BRUSHED_OFF, What.SOLVABLE),
    "good": (What.GOOD, What.RATED),
    "solved": (What.RATED_SOLVED, What.WITH_VERDICT),
    "kept": (What.KEPT, What.PROMISED),
    "gathered": (What.GATHERED, What.ALL),
    "same_author": (What.SAME_AUTHOR, What.WITH_AUTHOR),
    "same_place": (What.SAME_PLACE, What.WITH_PLACE),
    "not_brushed_off": (What.NOT_BRUSHED_OFF, What.SOLVABLE),
    "not_reopened": (What.NOT_REOPENED, What.ANSWERED),
    "not_returned": (What.NOT_RETURNED, What.ALL),
}
"""A part and the whole that it is a part of, by the name of the measure."""

_BY_SIGNS = [what for what in What if isinstance(what.which, np.ndarray)]
_TABLE = np.array([what.which for what in _BY_SIGNS], np.int64).T

Counts = Mapping[What, int]
"""How many cards there are of each set that rests on what has become of them."""


def family(what: What) -> Sequence[What]:
    """The sets that are read together with this one, itself among them; () where it stands alone."""
    return next((some for some in FAMILIES if what in some), ())


def real(cards: Slice) -> Slice:
    """The cards without the noise."""
    return cards.where(~cards.is_("state", NOISE))


def share_of(name: str, count: Callable[[What], int]) -> Share:
    """The measure of this name, of whatever knows how many cards a set has."""
    part, whole = SHARES[name]
    return Share(count(part), count(whole))


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a card is judged by: the present second, and how many seconds a quick answer may take."""

    now: int
    quick: int


class Cohort:
    """Some cards, and what has become of each by now. Each set is counted when it is asked for."""

    def __init__(self, cards: Slice, by: Yardstick) -> None:
        self.cards, self._by = cards, by

    def of(self, what: What) -> Slice:
        return self.cards.where(self.mask(what))

    def mask(self, what: What) -> Mask:
        if callable(what.which):
            return np.asarray(what.which(self.cards) & ~self.noise, bool)
        return what.which.take(self.signs)

    def count(self, what: What) -> int:
        if callable(what.which):
            return int(np.count_nonzero(self.mask(what)))
        return self._counts[what]

    def share(self, name: str) -> Share:
        """The measure of this name."""
        return share_of(name, self.count)

    @cached_property
    def noise(self) -> Mask:
        return self.cards.is_("state", NOISE)

    @cached_property
    def answered(self) -> NDArray[np.intp]:
        """Where the answered ones stand."""
        return np.flatnonzero(self.mask(What.ANSWERED))

    @cached_property
    def signs(self) -> Column:
        """State and mark of each card as one number."""
        cards, took = self.cards, self.cards["took"]
        waited = self._by.now - cards["started"]
        still = np.where(cards.is_("state", DONE), np.uint8(_CLOSED), self._step(waited, _FRESH))
        state = np.where(took != NEVER, self._step(took, _QUICK), still)
        state[self.noise] = _NOISE
        marks = cards["mark"]
        return state * np.uint8(_MARKS) + (marks > 0) + (marks >= SATISFIED_FROM)

    def _step(self, lengths: Column, first: int) -> Column:
        """`first`, and one more for each of the two limits that is passed; the limit itself is still in time."""
        return np.uint8(first) + (lengths > self._by.quick).view(np.uint8) + (lengths > DAY).view(np.uint8)

    @cached_property
    def _counts(self) -> Counts:
        return self._named(np.bincount(self.signs, minlength=_STATES * _MARKS)[None])[0]

    def counts(self, keys: Column) -> list[Counts]:
        """For every key from 0 to the largest; `keys` are small numbers, one a card."""
        size, wide = int(keys.max(initial=0)) + 1, _STATES * _MARKS
        counted = np.bincount(keys.astype(np.int64) * wide + self.signs, minlength=size * wide)
        return self._named(counted.reshape(size, wide))

    @staticmethod
    def _named(counted: NDArray[np.intp]) -> list[Counts]:
        return [dict(zip(_BY_SIGNS, row, strict=True)) for row in (counted @ _TABLE).tolist()]
