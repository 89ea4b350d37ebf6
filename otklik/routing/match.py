"""Whose matter it is: rules of theme × territory, the narrowest wins. Pure: values in, values out.

A rule for a theme is narrower than one for a group, which is narrower than one for everything; among equals the
deeper place is narrower.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

OTHERS = 2
"""How many other agencies a match names at most."""

_BROADER = 1 / 3
"""What a rule weighs against the next narrower one. Below 1/2, so that the narrowest outweighs all the others."""


class Why(StrEnum):
    """How narrow the rule was that decided."""

    THEME_PLACE = "theme_place"
    THEME = "theme"
    GROUP_PLACE = "group_place"
    GROUP = "group"
    PLACE = "place"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A rule as values. Without theme and group it holds for every matter; with a theme the group is not looked at.

    `place_path` is the ids from the top as in «/1/5/»; empty means everywhere. It counts from `since` to `until`,
    both days included; None is no bound.
    """

    id: int
    theme_id: int | None
    group_id: int | None
    place_path: str
    agency_id: int
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Another agency that broader rules, or an equal one, would name."""

    rule_id: int
    agency_id: int
    share: float


@dataclass(frozen=True, slots=True)
class Match:
    """The agency, the rule that named it, and how narrow that rule is.

    `share`, above 2/3 and up to 1, says how far the rules that fit agree on the agency: 1 means all of them do. It
    says nothing about how sure the theme or the place is. `others` come by falling share, each below 1/3.
    """

    rule_id: int
    agency_id: int
    share: float
    why: Why
    others: tuple[Other, ...] = ()


class Router:
    """The rules as an index, built once. A lookup touches a dozen keys, however many rules there are."""

    def __init__(self, rules: Iterable[KnownRule]) -> None:
        index: defaultdict[tuple[str, int, str], list[KnownRule]] = defaultdict(list)
        for rule in rules:
            index[(*_subject(rule.theme_id, rule.group_id), _tidy(rule.place_path))].append(rule)
        # Among equal rules the newer one leads: it was written by somebody who knew the older.
        self._index = {key: tuple(sorted(found, key=_age, reverse=True)) for key, found in index.items()}

    def match(self, theme_id: int | None, group_id: int | None, place_path: str, on: date) -> Match | None:
        """The narrowest rule in force on that local day; None if no rule fits.

        `place_path` is empty if the place is not known; then only rules without a place fit.
        """
        named: dict[int, Other] = {}
        first: KnownRule | None = None
        weight, total = 1.0, 0.0
        for rule in self._fitting(theme_id, group_id, place_path, on):
            first = first or rule
            so_far = named.get(rule.agency_id, Other(rule.id, rule.agency_id, 0.0))
            named[rule.agency_id] = Other(so_far.rule_id, so_far.agency_id, so_far.share + weight)
            total += weight
            weight *= _BROADER
        if first is None:
            return None
        leader, *others = (Other(one.rule_id, one.agency_id, one.share / total) for one in named.values())
        # In the order met, which is by falling share: a rule outweighs all broader ones together.
        return Match(first.id, first.agency_id, leader.share, _why(first), tuple(others[:OTHERS]))

    def _fitting(self, theme_id: int | None, group_id: int | None, place_path: str, on: date) -> Iterator[KnownRule]:
        """The rules that fit, narrowest first."""
        places = list(_upwards(place_path))
        for subject in _subjects(theme_id, group_id):
            for place in places:
                for rule in self._index.get((*subject, place), ()):
                    if _in_force(rule, on):
                        yield rule


def match(
    rules: Iterable[KnownRule], theme_id: int | None, group_id: int | None, place_path: str, on: date
) -> Match | None:
    """One lookup without keeping the index. See `Router.match`."""
    return Router(rules).match(theme_id, group_id, place_path, on)


def _subject(theme_id: int | None, group_id: int | None) -> tuple[str, int]:
    if theme_id is not None:
        return ("theme", theme_id)
    return ("any", 0) if group_id is None else ("group", group_id)


def _subjects(theme_id: int | None, group_id: int | None) -> Iterator[tuple[str, int]]:
    if theme_id is not None:
        yield ("theme", theme_id)
    if group_id is not None:
        yield ("group", group_id)
    yield ("any", 0)


def _tidy(path: str) -> str:
    ids = [part for part in path.split("/") if part]
    return f"/{'/'.join(ids)}/" if ids else ""


def _upwards(path: str) -> Iterator[str]:
    """«/1/5/» → «/1/5/», «/1/», «»."""
    ids = [part for part in path.split("/") if part]
    for depth in range(len(ids), 0, -1):
        yield f"/{'/'.join(ids[:depth])}/"
    yield ""


def _age(rule: KnownRule) -> tuple[date, int]:
    return (rule.since or date.min, rule.id)


def _in_force(rule: KnownRule, on: date) -> bool:
    return (rule.since is None or rule.since <= on) and (rule.until is None or on <= rule.until)


def _why(rule: KnownRule) -> Why:
    placed = bool(_tidy(rule.place_path))
    if rule.theme_id is not None:
        return Why.THEME_PLACE if placed else Why.THEME
    if rule.group_id is not None:
        return Why.GROUP_PLACE if placed else Why.GROUP
    return Why.PLACE if placed else Why.ANY
