"""From true figures to what may be told: numbers of few people are kept back, and whatever would give them away.

Whoever is hidden in a column is hidden in all that rest on it, too: a satisfaction of seven rated cards beside a hidden
number of cards would say that these are not the few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from otklik.reports.arithmetic import Share
from otklik.reports.discretion import kept_back, too_few

NOTHING = Share(0, 0)
CARDS, ANSWERED, ENDED, RATED, PROMISES = "cards", "answered", "ended", "rated", "promises"
RESTING = (CARDS, ANSWERED, ENDED, RATED)
"""Numbers of observations, each mostly a part of the one before it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The true figures of some cards; they do not leave the server. `median` is in seconds.

    `solved` and `explained` are shares of the cards that have an outcome, `good` that of marks 4 and 5 among the rated
    ones, `kept` that of kept promises among those whose day has come.
    """

    cards: int = 0
    answered: int = 0
    median: int | None = None
    solved: Share = NOTHING
    explained: Share = NOTHING
    good: Share = NOTHING
    kept: Share = NOTHING

    def numbers(self) -> dict[str, int]:
        """How many observations each figure rests on."""
        parts = (self.cards, self.answered, self.solved.n, self.good.n)
        return {**dict(zip(RESTING, parts, strict=True)), PROMISES: self.kept.n}


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of a municipality, a group of themes, a month. `hidden` names the numbers that are kept back, and
    with each of them goes what rests on it. `code` is the register's, lasting; "" is for cards that have none.
    """

    code: str
    name: str
    hidden: frozenset[str]
    told: Counted


Key = tuple[int, str, str]
"""The key of its figures, the code, the name."""


def rows(keys: Sequence[Key], found: Mapping[int, Counted], least: int) -> list[Row]:
    """Those of the keys that have anything, in their order."""
    there = [key for key in keys if any(found.get(key[0], Counted()).numbers().values())]
    told = [found[key] for key, _code, _name in there]
    hidden = _hidden([one.numbers() for one in told], least)
    return [Row(code, name, hidden[at], without(told[at], hidden[at])) for at, (_key, code, name) in enumerate(there)]


def total(told: Counted, least: int) -> Row:
    """All of them together."""
    hidden, before = set(), False
    for name in RESTING:
        before = before or too_few(told.numbers()[name], least)
        hidden |= {name} if before else set()
    if CARDS in hidden or too_few(told.kept.n, least):
        hidden.add(PROMISES)
    return Row("", "", frozenset(hidden), without(told, hidden))


def without(told: Counted, hidden: frozenset[str] | set[str]) -> Counted:
    """The figures with nothing in them that rests on a hidden number."""
    ended, answered = ENDED in hidden, ANSWERED in hidden
    return Counted(
        cards=0 if CARDS in hidden else told.cards,
        answered=0 if answered else told.answered,
        median=None if answered else told.median,
        solved=NOTHING if ended else told.solved,
        explained=NOTHING if ended else told.explained,
        good=NOTHING if RATED in hidden else told.good,
        kept=NOTHING if PROMISES in hidden else told.kept,
    )


def _hidden(numbers: Sequence[Mapping[str, int]], least: int) -> list[frozenset[str]]:
    """For each row the names of what it keeps back."""
    columns: dict[str, frozenset[int]] = {}
    before: frozenset[int] = frozenset()
    for name in RESTING:
        before = columns[name] = kept_back([one[name] for one in numbers], least, before)
    columns[PROMISES] = kept_back([one[PROMISES] for one in numbers], least, columns[CARDS])
    return [frozenset(name for name, places in columns.items() if at in places) for at in range(len(numbers))]
