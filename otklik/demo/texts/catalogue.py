"""The sheets put together: themes with their weights, and what of a theme may be said in a month."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from otklik.demo.texts.kinds import Kind, ThemeUse
from otklik.demo.texts.season import months_of
from otklik.demo.texts.sheet import Sheet, read

FILES = (
    *("yards", "parking", "roads", "housing", "houses", "transport", "energy", "health", "learning", "social"),
    *("safety", "authority"),
)
"""In the order in which chance chooses among their themes."""
# The weights on the sheets are written for the eye; the power gives them the long tail of real life.
_TAIL = 1.35


@dataclass(frozen=True, slots=True)
class Pool:
    """Fragments of one theme in one month. `mute_tails` are tails without the theme's own words."""

    says: tuple[str, ...]
    hints: tuple[str, ...]
    asks: tuple[str, ...]
    offers: tuple[str, ...]
    tails: tuple[str, ...]
    mute_tails: tuple[str, ...]
    local: bool
    family: str


@lru_cache(maxsize=1)
def sheets() -> dict[str, Sheet]:
    """All themes by name. Raises ValueError when a theme is written twice."""
    out: dict[str, Sheet] = {}
    for file in FILES:
        for sheet in read(file):
            if sheet.name in out:
                raise ValueError(f"theme written twice: {sheet.name}")
            out[sheet.name] = sheet
    return out


@lru_cache(maxsize=1)
def themes() -> tuple[ThemeUse, ...]:
    """Every theme the demonstration uses, with its weight, season factors and the kinds it has words for."""
    return tuple(ThemeUse(s.name, s.weight**_TAIL, s.season, _kinds(s)) for s in sheets().values())


@cache
def own_words(theme_name: str) -> re.Pattern[str]:
    """Matches a theme's own words in folded text: stems of its name and of a few obvious words."""
    stems = "|".join(sorted(map(re.escape, sheets()[theme_name].stems)))
    return re.compile(rf"\b(?:{stems})")


@cache
def pool(theme_name: str, month: int) -> Pool:
    """Raises ValueError for an unknown theme and for a theme that has no season in that month."""
    sheet = sheets().get(theme_name)
    if sheet is None:
        raise ValueError(f"no such theme in the demonstration: {theme_name}")
    if not sheet.season[month - 1]:
        raise ValueError(f"«{theme_name}» has no season in month {month}")
    says, hints = _of(sheet.says, month), _of(sheet.hints, month)
    own = own_words(theme_name)
    tails = _of([*sheet.tails, *sheet.family.tails], month)
    # A family's hint is used only where it does not happen to name this theme.
    common = tuple(h for h in _of(sheet.family.hints, month) if not own.search(_folded(h)))
    local = any("<где>" in line for line in sheet.says)
    return Pool(
        says=says or _of(sheet.asks, month) or hints,
        hints=hints * _three_quarters(len(hints), len(common)) + common,
        asks=_of(sheet.asks, month),
        offers=_of(sheet.offers, month),
        tails=tails,
        mute_tails=tuple(t for t in tails if not own.search(_folded(t))),
        local=local,
        family=sheet.family.name,
    )


def _of(fragments: Iterable[str], month: int) -> tuple[str, ...]:
    dated = (months_of(fragment) for fragment in fragments)
    return tuple(bare for bare, months in dated if month in months)


def _three_quarters(own: int, common: int) -> int:
    """How often to repeat a theme's own hints to make them three of four."""
    return 1 + 3 * common // own if own else 1


def _folded(text: str) -> str:
    return text.lower().replace("ё", "е")


def _kinds(sheet: Sheet) -> tuple[Kind, ...]:
    kinds: list[Kind] = ["complaint"]
    if sheet.asks:
        kinds.append("question")
    if sheet.offers:
        kinds.append("suggestion")
    kinds.append("thanks")
    return tuple(kinds)
