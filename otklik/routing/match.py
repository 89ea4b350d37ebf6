"""Whose matter it is: rules of theme × place × thing × network × time, the narrowest wins. Pure: values in, values out.

The order is total, and luck has no part in it (`narrowness`). What stands first outweighs all that follows:

1. a theme before a group, a group before every matter;
2. the deeper place before the one above it, and any place before the whole region;
3. a thing that the text names («остановка») before none;
4. one network before all of them;
5. a time (in working hours, outside of them) before always;
6. of two equal ones the one that began later, since its writer knew the other; then the one written later.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from otklik.routing.things import Thing, in_words

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


class Hours(StrEnum):
    """When a rule holds, by when the message was written."""

    ALWAYS = ""
    WORKING = "working"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Signs:
    """What else is known of a message: its network, the dictionary forms of its words, whether it was written in
    working hours. A rule that asks for what is not known does not fit."""

    network: str = ""
    lemmas: frozenset[str] = frozenset()
    working: bool | None = None


UNKNOWN = Signs()


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A rule as values. Without theme and group it holds for every matter; with a theme the group is not looked at.

    `place_path` is the ids from the top as in «/1/5/»; empty means everywhere. It counts from `since` to `until`,
    both days included; None is no bound. With `things` the text has to name one of them.
    """

    id: int
    theme_id: int | None
    group_id: int | None
    place_path: str
    agency_id: int
    since: date | None = None
    until: date | None = None
    things: frozenset[Thing] = frozenset()
    network: str = ""
    hours: Hours = Hours.ALWAYS


@dataclass(frozen=True, slots=True)
class Other:
    """Another agency that broader rules, or an equal one, would name."""

    rule_id: int
    agency_id: int
    share: float


@dataclass(frozen=True, slots=True)
class Match:
    """The agency, the rule that named it, and how narrow that rule is; `thing` is what the text names of the rule's.

    `share`, above 2/3 and up to 1, says how far the rules that fit agree on the agency: 1 means all of them do. It
    says nothing about how sure the theme or the place is. `others` come by falling share, each below 1/3.
    """

    rule_id: int
    agency_id: int
    share: float
    why: Why
    others: tuple[Other, ...] = ()
    thing: str = ""


class _Bucket(NamedTuple):
    """Rules of one subject and place: those that ask for no thing, and the others by the first word of each thing."""

    plain: tuple[KnownRule, ...]
    by_word: Mapping[str, tuple[KnownRule, ...]]


class Router:
    """The rules as an index, built once. A lookup touches a dozen keys, however many rules there are."""

    def __init__(self, rules: Iterable[KnownRule]) -> None:
        index: defaultdict[tuple[str, int, str], list[KnownRule]] = defaultdict(list)
        for rule in rules:
            index[(*_subject(rule.theme_id, rule.group_id), _tidy(rule.place_path))].append(rule)
        self._index = {key: _bucket(bucket_rules) for key, bucket_rules in index.items()}
        self.wordy = any(bucket.by_word for bucket in self._index.values())
        """Whether any rule asks for a thing: only then is there a need for the words of a text."""
        self.timed = any(rule.hours for bucket_rules in index.values() for rule in bucket_rules)
        """Whether any rule asks for a time."""

    def match(
        self,
        theme_id: int | None,
        group_id: int | None,
        place_path: str,
        on: date,
        signs: Signs = UNKNOWN,
        without: Collection[int] = (),
    ) -> Match | None:
        """The narrowest rule in force on that local day; None if no rule fits.

        `place_path` is empty if the place is not known; then only rules without a place fit. Rules of the agencies in
        `without` are passed over: these have said that it is not theirs. So a card goes down the order and never
        round in a circle.
        """
        named: dict[int, Other] = {}
        first: KnownRule | None = None
        weight, total = 1.0, 0.0
        for rule in self.fitting(theme_id, group_id, place_path, on, signs):
            if rule.agency_id in without:
                continue
            first = first or rule
            so_far = named.get(rule.agency_id, Other(rule.id, rule.agency_id, 0.0))
            named[rule.agency_id] = Other(so_far.rule_id, so_far.agency_id, so_far.share + weight)
            total += weight
            weight *= _BROADER
        if first is None:
            return None
        leader, *others = (Other(one.rule_id, one.agency_id, one.share / total) for one in named.values())
        # In the order met, which is by falling share: a rule outweighs all broader ones together.
        shown = tuple(others[:OTHERS])
        return Match(
            first.id,
            first.agency_id,
            leader.share,
            _why(first),
            shown,
            thing_in(first, signs.lemmas) if first.things else "",
        )

    def fitting(
        self, theme_id: int | None, group_id: int | None, place_path: str, on: date, signs: Signs = UNKNOWN
    ) -> Iterator[KnownRule]:
        """The rules that fit, narrowest first."""
        places = list(_upwards(place_path))
        for subject in _subjects(theme_id, group_id):
            for place in places:
                if bucket := self._index.get((*subject, place)):
                    yield from _in_order(bucket, on, signs)


def match(
    rules: Iterable[KnownRule],
    theme_id: int | None,
    group_id: int | None,
    place_path: str,
    on: date,
    signs: Signs = UNKNOWN,
) -> Match | None:
    """One lookup without keeping the index. See `Router.match`."""
    return Router(rules).match(theme_id, group_id, place_path, on, signs)


def narrowness(rule: KnownRule) -> tuple[int, int, bool, bool, bool, date, int]:
    """The one order of rules that fit the same message: the greatest wins. No two rules have the same."""
    subject = 2 if rule.theme_id is not None else 1 if rule.group_id is not None else 0
    depth = _tidy(rule.place_path).count("/")
    asks = (bool(rule.things), bool(rule.network), bool(rule.hours))
    return (subject, depth, *asks, rule.since or date.min, rule.id)


class Edge(StrEnum):
    """By what one rule is narrower than another, in the order of weight."""

    SUBJECT = "subject"
    PLACE = "place"
    THING = "thing"
    NETWORK = "network"
    HOURS = "hours"
    SINCE = "since"
    WRITTEN = "written"


def edge(winner: KnownRule, loser: KnownRule) -> Edge:
    """What decides between two rules that fit the same message."""
    pairs = zip(Edge, narrowness(winner), narrowness(loser), strict=True)
    return next((by for by, one, other in pairs if one != other), Edge.WRITTEN)


def thing_in(rule: KnownRule, lemmas: Collection[str]) -> str:
    """Which of the rule's things the text names, "" for none; the first by alphabet of several."""
    return next((in_words(thing) for thing in sorted(rule.things) if all(word in lemmas for word in thing)), "")


def _bucket(rules: Sequence[KnownRule]) -> _Bucket:
    if len(rules) == 1 and not rules[0].things:  # nearly all of them
        return _Bucket(tuple(rules), {})
    by_word: defaultdict[str, list[KnownRule]] = defaultdict(list)
    for rule in rules:
        for word in {thing[0] for thing in rule.things}:
            by_word[word].append(rule)
    plain = sorted((rule for rule in rules if not rule.things), key=narrowness, reverse=True)
    return _Bucket(tuple(plain), {word: tuple(word_rules) for word, word_rules in by_word.items()})


def _in_order(bucket: _Bucket, on: date, signs: Signs) -> list[KnownRule]:
    matches = [rule for rule in bucket.plain if _holds(rule, on, signs)]
    words = bucket.by_word.keys() & signs.lemmas if bucket.by_word else ()
    if not words:
        return matches
    worded = {rule.id: rule for word in words for rule in bucket.by_word[word]}
    matches += (one for one in worded.values() if _holds(one, on, signs) and thing_in(one, signs.lemmas))
    return sorted(matches, key=narrowness, reverse=True)


def _holds(rule: KnownRule, on: date, signs: Signs) -> bool:
    """Whether it is in force and has the network and the time that it asks for."""
    if (rule.since is not None and on < rule.since) or (rule.until is not None and rule.until < on):
        return False
    if rule.network and rule.network != signs.network:
        return False
    return not rule.hours or signs.working is (rule.hours == Hours.WORKING)


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


def _why(rule: KnownRule) -> Why:
    placed = bool(_tidy(rule.place_path))
    if rule.theme_id is not None:
        return Why.THEME_PLACE if placed else Why.THEME
    if rule.group_id is not None:
        return Why.GROUP_PLACE if placed else Why.GROUP
    return Why.PLACE if placed else Why.ANY
