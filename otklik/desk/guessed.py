"""The themes of a verdict as pages read them. The JSON of a verdict is read without trust; the rest is pure."""

from dataclasses import dataclass
from typing import Any

from otklik.desk.card.marks import quoted
from otklik.themes.models import Theme
from otklik.themes.wording import differences
from otklik.triage.models import Verdict

MOST = 12


@dataclass(frozen=True, slots=True)
class Guessed:
    """One theme of a verdict; `quotes` are the words of the message that spoke for it."""

    theme_id: int
    share: float
    quotes: tuple[str, ...] = ()


def guessed_of(themes: Any) -> list[Guessed]:
    """`Verdict.themes`, best first, each theme once. Whatever is not of its shape is passed over."""
    guesses: dict[int, Guessed] = {}
    for one in themes if isinstance(themes, list) else []:
        if isinstance(one, dict) and type(one.get("id")) is int and one["id"] not in guesses:
            share = one.get("share")
            number = float(share) if isinstance(share, int | float) and 0 <= share <= 1 else 0.0
            guesses[one["id"]] = Guessed(one["id"], number, quoted(one.get("why")))
    return list(guesses.values())[:MOST]


def groups_of(verdict: Verdict) -> list[tuple[str, float]]:
    """The groups that the machine thinks of, each with its share, best first; empty where it tells none."""
    groups = verdict.why.get("groups") if isinstance(verdict.why, dict) else None
    return [
        (one[0], float(one[1]))
        for one in (groups if isinstance(groups, list) else [])
        if isinstance(one, list | tuple)
        and len(one) == 2
        and isinstance(one[0], str)
        and isinstance(one[1], int | float)
    ][:3]


def deciding(first: Theme, second: Theme) -> tuple[str, str]:
    """What decides for the first against the second, and the other way round; "" where the two are not confused.

    By code: a theme that the region has added itself has no differences.
    """
    known = differences()
    return known.get((first.code, second.code), ""), known.get((second.code, first.code), "")
