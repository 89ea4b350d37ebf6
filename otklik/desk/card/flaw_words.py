"""What the check of words found, as lines for whoever writes an answer and whoever decides on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from otklik.answers import checking
from otklik.answers.models import Answer, Flaw
from otklik.answers.style.values import Fault, Level
from otklik.work.translated import translated

PRINT = "print"
YOUNG = 60
"""Characters below which what is missing is not told: it may still be on its way."""
SHOWN = 4
_ICONS = {Level.STOP: "hand-stop", Level.WARNING: "alert-triangle", Level.NOTE: "info-circle"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding as a line. `start` and `end` count characters, not UTF-16 units; `piece` is "" for the whole text.

    `instead` is what the piece may be changed into; None where a person has to think.
    """

    rule: str
    level: str
    words: str
    icon: str
    piece: str = ""
    start: int = 0
    end: int = 0
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The first few findings, the rest, and small matters of print, which are mended all at once."""

    first: Sequence[Shown]
    rest: Sequence[Shown]
    print: Sequence[Shown]


def checked(answer: Answer, at: datetime) -> Checked:
    """What the writer is shown of his answer as it is saved. Four queries."""
    faults = checking.undismissed(answer, checking.faults_of(answer, at))
    visible_faults = [
        shown(one, answer.text) for one in faults if one.rule != PRINT and not _too_early(one, answer.text)
    ]
    prints = [shown(one, answer.text) for one in faults if one.rule == PRINT and one.instead is not None]
    return Checked(visible_faults[:SHOWN], visible_faults[SHOWN:], prints)


def _too_early(fault: Fault, text: str) -> bool:
    return fault.end == 0 and len(text) < YOUNG


def shown(fault: Fault, text: str) -> Shown:
    """A finding in the reader's language. The piece stands before it anyway, and is not said twice."""
    piece, words = checking.piece_of(fault, text), translated(fault.words)
    return Shown(
        rule=fault.rule,
        level=fault.level.value,
        words=words.removeprefix(f"«{piece}» ").removeprefix(f"“{piece}” "),
        icon=_ICONS[fault.level],
        piece=piece,
        start=fault.start,
        end=fault.end,
        instead=fault.instead,
    )


def kept(flaws: Sequence[Flaw]) -> list[Shown]:
    """What an approver is shown, as it was found when the answer was sent to him: no notes, they are for the writer."""
    return [
        Shown(flaw.rule, flaw.level, translated(flaw.words), _ICONS[Level(flaw.level)], flaw.piece)
        for flaw in flaws
        if flaw.level != Level.NOTE
    ]
