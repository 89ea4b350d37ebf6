"""What is wrong with a set of rules: which contradict each other, and which can never win. Pure.

Only what begins before it ends and has not ended by `on` is looked at. A card never goes round in a circle, whatever
the rules say: after «не наше» it goes down their order, and nobody is asked twice.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice

from otklik.routing.match import Hours, KnownRule, narrowness

MOST = 100
"""Of more faults of a kind the first are told: whoever mends these sees the next."""


class Because(StrEnum):
    """Why a rule can never win."""

    SAME = "same"
    HOURS = "hours"
    THEMES = "themes"


@dataclass(frozen=True, slots=True)
class Collision:
    """Two rules of different agencies that weigh the same and have days in common. `winner` fires: it began later, or
    was written later."""

    winner: int
    loser: int


@dataclass(frozen=True, slots=True)
class Shadowed:
    """`rule` can never win: `by` are rules that are narrower, or lead it, wherever it fits."""

    rule: int
    by: tuple[int, ...]
    because: Because


def collisions(rules: Iterable[KnownRule], on: date) -> list[Collision]:
    """At most MOST. Of rules that ask for different things a text that names both is meant."""
    groups: defaultdict[Hashable, list[KnownRule]] = defaultdict(list)
    for rule in _living(rules, on):
        groups[(_key(rule), rule.hours, bool(rule.things))].append(rule)
    return list(islice((collision for group in groups.values() for collision in _colliding(group)), MOST))


def shadowed(rules: Iterable[KnownRule], themes: Mapping[int, Sequence[int]], on: date) -> list[Shadowed]:
    """At most MOST. `themes` are the themes in force of each group: a rule for a group is for these alone."""
    living = _living(rules, on)
    groups: defaultdict[Hashable, list[KnownRule]] = defaultdict(list)
    for rule in living:
        groups[_key(rule)].append(rule)
    own = _unconditional(living)
    candidates = (_shadow(rule, groups[_key(rule)], own, themes, on) for rule in living)
    return list(islice((one for one in candidates if one is not None), MOST))


def _living(rules: Iterable[KnownRule], on: date) -> list[KnownRule]:
    return [
        rule
        for rule in rules
        if (rule.until is None or on <= rule.until) and not (rule.since and rule.until and rule.until < rule.since)
    ]


def _key(rule: KnownRule) -> Hashable:
    """What two rules have to share to weigh the same or to be compared at all, but for time and things."""
    subject = ("theme", rule.theme_id) if rule.theme_id is not None else ("group", rule.group_id)
    return (subject, rule.place_path.strip("/"), rule.network)


def _colliding(group: list[KnownRule]) -> Iterator[Collision]:
    """In the order of their first days, so that each is compared with those alone that begin before it ends."""
    ordered = sorted(group, key=lambda rule: (rule.since or date.min, rule.id))
    for number, rule in enumerate(ordered):
        for later in ordered[number + 1 :]:
            if rule.until is not None and later.since is not None and rule.until < later.since:
                break
            if later.agency_id != rule.agency_id:
                yield Collision(later.id, rule.id)


def _shadow(
    rule: KnownRule,
    like: Sequence[KnownRule],
    own: Mapping[int, Sequence[KnownRule]],
    themes: Mapping[int, Sequence[int]],
    on: date,
) -> Shadowed | None:
    over = [one for one in like if one.id != rule.id and _leads(one, rule) and _covers(one, rule, on)]
    same = [one for one in over if one.hours == rule.hours]
    if same:
        return Shadowed(rule.id, (same[0].id,), Because.SAME)
    if rule.hours == Hours.ALWAYS and (both := _both_times(over)):
        return Shadowed(rule.id, both, Because.HOURS)
    if rule.theme_id is None and rule.group_id is not None and themes.get(rule.group_id):
        by = [_over_theme(rule, own.get(theme, ()), on) for theme in themes[rule.group_id]]
        if all(by):
            return Shadowed(rule.id, tuple(pk for pk in by if pk), Because.THEMES)
    return None


def _leads(one: KnownRule, rule: KnownRule) -> bool:
    """Whether it fits every text that the rule fits, and stands before it."""
    wider = one.things == rule.things or (one.things and rule.things and rule.things <= one.things)
    return bool(wider) and narrowness(one) > narrowness(rule)


def _covers(one: KnownRule, rule: KnownRule, on: date) -> bool:
    """Whether it is in force on every day that is left to the rule."""
    first = max(rule.since or on, on)
    if one.since is not None and first < one.since:
        return False
    return one.until is None or (rule.until is not None and rule.until <= one.until)


def _both_times(over: Sequence[KnownRule]) -> tuple[int, ...]:
    working = [one.id for one in over if one.hours == Hours.WORKING]
    outside = [one.id for one in over if one.hours == Hours.OUTSIDE]
    return (working[0], outside[0]) if working and outside else ()


def _unconditional(rules: Iterable[KnownRule]) -> dict[int, list[KnownRule]]:
    """Theme → its rules that ask for nothing but a place."""
    rules_by_theme: defaultdict[int, list[KnownRule]] = defaultdict(list)
    for rule in rules:
        if rule.theme_id is not None and not (rule.things or rule.network or rule.hours):
            rules_by_theme[rule.theme_id].append(rule)
    return dict(rules_by_theme)


def _over_theme(rule: KnownRule, own: Sequence[KnownRule], on: date) -> int | None:
    """The theme's own rule that holds wherever and whenever the group's does."""
    here = f"/{rule.place_path.strip('/')}/"
    above = (one for one in own if here.startswith(f"/{one.place_path.strip('/')}/".replace("//", "/")))
    return next((one.id for one in above if _covers(one, rule, on)), None)
