"""Named sets of cards: what stands behind a figure, as a mask. Pure.

A page shows the number of such a set and leads to its cards; both come from here or are held to it by a test, so they
cannot differ.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import numpy as np

from otklik.reports import repeats
from otklik.reports.fold import DAY, DONE, EXPLAINED, GOOD_FROM, IN_TIME, LATE, NOISE, SOLVABLE, Yardstick
from otklik.reports.further import KEPT, PROMISE, UNKEPT
from otklik.reports.metrics import STAGES, YES, been_through, submitted
from otklik.reports.slices import Mask, Slice

Judge = Callable[[Slice, Yardstick], Mask]
Limit = Callable[[Yardstick], int]


class What(StrEnum):
    """Which cards of a period. Those without a figure of their own at a page are not here."""

    ALL = "all"
    RECEIVED = "received"
    NOISE = "noise"
    ANSWERED = "answered"
    WAITING = "waiting"
    CLOSED = "closed"
    QUICK = "quick"
    NOT_QUICK = "not_quick"
    QUICK_DUE = "quick_due"
    WITHIN_DAY = "within_day"
    LATE = "late"
    DUE_DAY = "due_day"
    SAME_DAY = "same_day"
    LATER = "later"
    GOOD = "good"
    BAD = "bad"
    RATED = "rated"
    SAID_SOLVED = "said_solved"
    SAID_PARTLY = "said_partly"
    SAID_UNSOLVED = "said_unsolved"
    SAID = "said"
    SOLVED = "solved"
    EXPLAINED = "explained"
    UNSOLVED = "unsolved"
    POSTPONED = "postponed"
    BRUSHED_OFF = "brushed_off"
    NOT_BRUSHED_OFF = "not_brushed_off"
    SOLVABLE = "solvable"
    REOPENED = "reopened"
    NOT_REOPENED = "not_reopened"
    SECOND_IN_TIME = "second_in_time"
    SECOND_LATE = "second_late"
    SECOND_DUE = "second_due"
    RETURNED = "returned"
    NOT_RETURNED = "not_returned"
    SENT_BACK = "sent_back"
    NOT_SENT_BACK = "not_sent_back"
    SUBMITTED = "submitted"
    HARD = "hard"
    GATHERED = "gathered"
    SAME_AUTHOR = "same_author"
    WITH_AUTHOR = "with_author"
    SAME_PLACE = "same_place"
    WITH_PLACE = "with_place"
    KEPT = "kept"
    UNKEPT = "unkept"
    PROMISED = "promised"
    STAGE_FOUND = "stage_found"
    STAGE_ROUTED = "stage_routed"
    STAGE_PREPARED = "stage_prepared"
    STAGE_APPROVED = "stage_approved"
    STAGE_FIRST = "stage_first"
    STAGE_FINAL = "stage_final"
    STAGE_CLOSED = "stage_closed"


FAMILIES: Sequence[Sequence[What]] = (
    (What.RECEIVED, What.ALL, What.NOISE),
    (What.ANSWERED, What.WAITING, What.CLOSED),
    (What.QUICK, What.NOT_QUICK, What.QUICK_DUE),
    (What.WITHIN_DAY, What.LATE, What.DUE_DAY),
    (What.GOOD, What.BAD, What.RATED),
    (What.SAID_SOLVED, What.SAID_PARTLY, What.SAID_UNSOLVED, What.SAID),
    (What.SOLVED, What.EXPLAINED, What.UNSOLVED, What.POSTPONED),
    (What.BRUSHED_OFF, What.NOT_BRUSHED_OFF, What.SOLVABLE),
    (What.REOPENED, What.NOT_REOPENED),
    (What.SECOND_IN_TIME, What.SECOND_LATE, What.SECOND_DUE),
    (What.RETURNED, What.NOT_RETURNED),
    (What.SENT_BACK, What.NOT_SENT_BACK, What.SUBMITTED),
    (What.KEPT, What.UNKEPT, What.PROMISED),
)
"""Sets that are read together: a part, the rest, the whole of which both are."""


def behind(what: What, cards: Slice, by: Yardstick) -> Slice:
    """The cards of this set. All but NOISE and RECEIVED leave out what is no incident."""
    if what == What.RECEIVED:
        return cards
    if what == What.NOISE:
        return cards.where(cards.is_("state", NOISE))
    some = real(cards)
    return some.where(np.asarray(_MASKS[what](some, by), bool))


def family(what: What) -> Sequence[What]:
    """The sets that are read together with this one, itself among them; () where it stands alone."""
    return next((some for some in FAMILIES if what in some), ())


def real(cards: Slice) -> Slice:
    """The cards without the noise."""
    return cards.where(~cards.is_("state", NOISE))


def _answered(cards: Slice, _by: Yardstick) -> Mask:
    return cards.happened("took")


def _waiting(cards: Slice, _by: Yardstick) -> Mask:
    return ~cards.happened("took") & ~cards.is_("state", DONE)


def _quick(by: Yardstick) -> int:
    return by.quick


def _day(_by: Yardstick) -> int:
    return DAY


def _within(limit: Limit) -> Judge:
    return lambda cards, by: cards.happened("took") & (cards["took"] <= limit(by))


def _over(limit: Limit) -> Judge:
    """Not answered within that: answered later, or still waiting for longer."""

    def late(cards: Slice, by: Yardstick) -> Mask:
        waits = _waiting(cards, by) & (by.now - cards["started"] > limit(by))
        return (cards.happened("took") & (cards["took"] > limit(by))) | waits

    return late


def _due(limit: Limit) -> Judge:
    return lambda cards, by: _within(limit)(cards, by) | _over(limit)(cards, by)


def _word(column: str, *words: str) -> Judge:
    return lambda cards, _by: cards.is_(column, *words)


def _some(column: str) -> Judge:
    return lambda cards, _by: cards[column] > 0


def _solvable(cards: Slice, _by: Yardstick) -> Mask:
    ended: Mask = cards.is_("kind", SOLVABLE) & (cards["outcome"] != 0)
    return ended


def _comparable(kind: str) -> Judge:
    return lambda cards, _by: repeats.comparable(cards, kind)


def _stage(name: str) -> Judge:
    return lambda cards, _by: been_through(cards, name)


_MASKS: Mapping[What, Judge] = {
    What.ALL: lambda cards, _by: ~cards.is_("state", NOISE),
    What.ANSWERED: _answered,
    What.WAITING: _waiting,
    What.CLOSED: lambda cards, _by: ~cards.happened("took") & cards.is_("state", DONE),
    What.QUICK: _within(_quick),
    What.NOT_QUICK: _over(_quick),
    What.QUICK_DUE: _due(_quick),
    What.WITHIN_DAY: _within(_day),
    What.LATE: _over(_day),
    What.DUE_DAY: _due(_day),
    What.SAME_DAY: lambda cards, by: _within(_day)(cards, by) & (cards["took"] > by.quick),
    What.LATER: lambda cards, _by: cards.happened("took") & (cards["took"] > DAY),
    What.GOOD: lambda cards, _by: cards["mark"] >= GOOD_FROM,
    What.BAD: lambda cards, _by: (cards["mark"] > 0) & (cards["mark"] < GOOD_FROM),
    What.RATED: _some("mark"),
    What.SAID_SOLVED: _word("solved", YES),
    What.SAID_PARTLY: _word("solved", "partly"),
    What.SAID_UNSOLVED: _word("solved", "no"),
    What.SAID: _some("solved"),
    What.SOLVED: _word("outcome", "solved"),
    What.EXPLAINED: _word("outcome", EXPLAINED),
    What.UNSOLVED: _word("outcome", "unsolved"),
    What.POSTPONED: _word("outcome", "postponed"),
    What.BRUSHED_OFF: lambda cards, by: _solvable(cards, by) & cards.is_("outcome", EXPLAINED),
    What.NOT_BRUSHED_OFF: lambda cards, by: _solvable(cards, by) & ~cards.is_("outcome", EXPLAINED),
    What.SOLVABLE: _solvable,
    What.REOPENED: lambda cards, _by: cards.happened("took") & (cards["reopened"] > 0),
    What.NOT_REOPENED: lambda cards, _by: cards.happened("took") & (cards["reopened"] == 0),
    What.SECOND_IN_TIME: lambda cards, _by: cards["second"] == IN_TIME,
    What.SECOND_LATE: lambda cards, _by: cards["second"] == LATE,
    What.SECOND_DUE: _some("second"),
    What.RETURNED: _some("returns"),
    What.NOT_RETURNED: lambda cards, _by: cards["returns"] == 0,
    What.SENT_BACK: _some("sent_back"),
    What.NOT_SENT_BACK: lambda cards, _by: submitted(cards) & (cards["sent_back"] == 0),
    What.SUBMITTED: lambda cards, _by: submitted(cards),
    What.HARD: lambda cards, _by: cards.happened("hard"),
    What.GATHERED: lambda cards, _by: cards["voices"] > 1,
    What.SAME_AUTHOR: _some(repeats.AUTHOR),
    What.WITH_AUTHOR: _comparable(repeats.AUTHOR),
    What.SAME_PLACE: _some(repeats.PLACE),
    What.WITH_PLACE: _comparable(repeats.PLACE),
    What.KEPT: lambda cards, _by: cards[PROMISE] == KEPT,
    What.UNKEPT: lambda cards, _by: cards[PROMISE] == UNKEPT,
    What.PROMISED: _some(PROMISE),
    **{What(f"stage_{name}"): _stage(name) for name in STAGES},
}
