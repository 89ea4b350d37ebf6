"""The cards similar to each of many cards, read in sets and without a lock: a writer has to check again what he relies
on."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from otklik.finding.known import values_of
from otklik.finding.models import BAND_COLUMNS, Sketch
from otklik.finding.sketches import KEPT
from otklik.incidents.models import Incident, IncidentMessage, Problem, ProblemCard, State
from otklik.incidents.problems import RUNNING
from otklik.lib import clock
from otklik.themes.wording import differences
from otklik.triage.bonds import Bonds, Near

MOST_NEAR = 80
"""Of cards with the same words or street, and as many of those with the same theme."""
OVER = (State.NOISE, State.DONE)
_TO_SPARE = 8
"""More of each are read: the card itself is among them, and those that share a message with it."""
_KEYS_AT_ONCE = 150
"""SQLite puts at most 500 questions together."""
_COLUMNS = (
    "pk",
    "at",
    "author_id",
    "theme",
    "also",
    "path",
    "street",
    "house",
    "latitude",
    "longitude",
    "copied",
    "marks",
)


@dataclass(slots=True)
class Around:
    """`near` has what is known of each card; `of` has for each requested card the similar ones, itself first.
    A requested card is missing when it has a problem, has ended or its words are no longer kept."""

    near: dict[int, Near] = field(default_factory=dict)
    of: dict[int, list[int]] = field(default_factory=dict)
    _pools: dict[int, list[int]] = field(default_factory=dict)
    _bonds: dict[int, Bonds] = field(default_factory=dict)

    def every(self, card: int) -> list[Near]:
        """Those around it, itself first; empty when it was left out."""
        return [self.near[pk] for pk in self.of.get(card, ())]

    def join(self, problem: Problem, cards: Iterable[int]) -> None:
        """Note that these cards have become part of the problem since they were read."""
        proposed = problem.state == Problem.State.PROPOSED
        for pk in cards:
            self.near[pk] = replace(self.near[pk], problem=problem.pk, proposed=proposed)

    def bonds(self, card: int) -> Bonds:
        """The bonds among all cards around it. Cards with nearly the same neighbours are compared once."""
        if not self._pools:
            self._pools = _pools(self.of)
        pool = self._pools[card]
        if id(pool) not in self._bonds:
            self._bonds[id(pool)] = Bonds([self.near[pk] for pk in pool], differences().keys())
        return self._bonds[id(pool)]


class _Key(NamedTuple):
    """Cards with these values, the newest first; `until` None is now."""

    columns: tuple[str, ...]
    values: tuple[Any, ...]
    until: datetime | None


def look(cards: Collection[int], besides: Mapping[int, Collection[int]] | None = None) -> Around:
    """The cards around those that can be part of a problem: at most the MOST_NEAR newest by words or street, as many by
    theme, and those of `besides`. Six queries, and one more for every 150 streets, themes and copied texts."""
    mine = list(_mine(cards))
    keys = {row.pk: (_by_words(row), _by_theme(row)) for row in mine}
    since: dict[_Key, datetime] = {}
    for row in mine:
        for key in (*keys[row.pk][0], *keys[row.pk][1]):
            since[key] = min(row.at - KEPT, since.get(key, row.at))
    cards_by_key, shared = _newest(since), _sharing([row.pk for row in mine])
    around: dict[int, list[int]] = {}
    for row in mine:
        left_out = shared[row.pk] | {row.pk}
        lists = [_first(one, cards_by_key, left_out) for one in keys[row.pk]]
        more = (besides or {}).get(row.pk, ())
        around[row.pk] = [row.pk, *dict.fromkeys(pk for pks in (*lists, more) for pk in pks if pk not in left_out)]
    near = _known({pk for pks in around.values() for pk in pks})
    for card, pks in around.items():
        at = near[card].sketch.at if card in near else None
        around[card] = [pk for pk in pks if pk in near and at and abs(near[pk].sketch.at - at) <= KEPT]
    return Around(near, {card: pks for card, pks in around.items() if pks and pks[0] == card})


def _pools(of: Mapping[int, Collection[int]]) -> dict[int, list[int]]:
    """For each card the set that is compared, each with each. Two cards share a set where that is less work than two
    comparisons."""
    pools: dict[int, list[int]] = {}
    pool, inside = list[int](), set[int]()
    for card, pks in of.items():
        if len(inside.union(pks)) ** 2 > len(inside) ** 2 + len(pks) ** 2:
            pool, inside = [], set()
        pool.extend(pk for pk in pks if pk not in inside)
        inside.update(pks)
        pools[card] = pool
    return pools


def in_problems(card: int) -> list[int]:
    """The newest cards of running problems with the same theme or street. Three queries."""
    (mine,) = _mine([card]) or (None,)
    if mine is None or not mine.town:
        return []
    same = Q(theme__in=_themes(mine)) | (Q(street=mine.street) if mine.street else Q(pk=None))
    there = Sketch.objects.filter(same, town=mine.town, at__range=(mine.at - KEPT, mine.at + KEPT))
    there = there.filter(incident__problem__in=Problem.objects.filter(state__in=RUNNING).values("pk"))
    return list(there.exclude(pk__in=_sharing([card])[card]).order_by("-at").values_list("pk", flat=True)[:MOST_NEAR])


def _mine(cards: Collection[int]) -> Sequence[Any]:
    """The keys of the cards that can join a problem, and which of these keys another card has, too."""
    others = Sketch.objects.exclude(pk=OuterRef("pk"))
    has = {f"has_{column}": Exists(others.filter(**{column: OuterRef(column)})) for column in BAND_COLUMNS}
    free = Sketch.objects.filter(pk__in=list(cards), incident__problem=None).exclude(incident__state__in=OVER)
    rows = free.annotate(**has, has_author=Exists(others.filter(author=OuterRef("author"))))
    columns = ("pk", "at", "author_id", "theme", "also", "town", "street", *BAND_COLUMNS, *has, "has_author")
    return list(rows.values_list(*columns, named=True))


def _by_words(mine: Any) -> list[_Key]:
    """Copies, other cards of its author, other cards about its street."""
    until = _until(mine)
    keys = [_Key((one,), (getattr(mine, one),), until) for one in BAND_COLUMNS if getattr(mine, f"has_{one}")]
    keys += [_Key(("author_id",), (mine.author_id,), until)] if mine.has_author else []
    return keys + ([_Key(("street", "town"), (mine.street, mine.town), until)] if mine.street and mine.town else [])


def _by_theme(mine: Any) -> list[_Key]:
    """Cards of its theme, and of themes often confused with it, in its municipality."""
    until = _until(mine)
    themes = sorted(_themes(mine)) if mine.theme and mine.town else []
    return [_Key(("theme", "town"), (theme, mine.town), until) for theme in themes]


def _themes(mine: Any) -> set[str]:
    return {mine.theme, *mine.also.split(), *_confused().get(mine.theme, ())} if mine.theme else set()


@cache
def _confused() -> dict[str, set[str]]:
    """For each theme those that it is confused with."""
    confusions: dict[str, set[str]] = defaultdict(set)
    for one, other in differences():
        confusions[one].add(other)
        confusions[other].add(one)
    return dict(confusions)


def _until(mine: Any) -> datetime | None:
    """None for a card that has just come: such cards share one question for the newest."""
    until: datetime = mine.at + KEPT
    return None if until >= clock.now() else until


def _newest(since: Mapping[_Key, datetime]) -> dict[_Key, list[tuple[Any, int]]]:
    """By key the time of the message, as the database writes it, and the card; without noise."""
    keys = list(since)
    cards_by_key: dict[_Key, list[tuple[Any, int]]] = {key: [] for key in keys}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        piece = keys[start : start + _KEYS_AT_ONCE]
        asked = [_question(number, key, since[key]) for number, key in enumerate(piece)]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(sql for sql, _ in asked), [one for _, params in asked for one in params])
            for number, at, pk in cursor.fetchall():
                cards_by_key[piece[number]].append((at, pk))
    return cards_by_key


def _question(number: int, key: _Key, since: datetime) -> tuple[str, list[Any]]:
    quote, moment = connection.ops.quote_name, connection.ops.adapt_datetimefield_value
    conditions = [f"near.{quote(column)} = %s" for column in key.columns] + ["near.at >= %s"]
    params = [*key.values, moment(since)]
    if key.until is not None:
        conditions.append("near.at <= %s")
        params.append(moment(key.until))
    sql = (
        f"SELECT * FROM (SELECT {number}, near.at, near.incident_id FROM {quote(Sketch._meta.db_table)} near"  # noqa: S608 names of our own
        f" JOIN {quote(Incident._meta.db_table)} card ON card.id = near.incident_id"
        f" WHERE {' AND '.join(conditions)} AND card.state <> %s"
        f" ORDER BY near.at DESC LIMIT {MOST_NEAR + _TO_SPARE}) newest_{number}"
    )
    return sql, [*params, State.NOISE.value]


def _first(keys: Sequence[_Key], cards_by_key: Mapping[_Key, list[tuple[Any, int]]], left_out: set[int]) -> list[int]:
    newest = sorted({one for key in keys for one in cards_by_key[key] if one[1] not in left_out}, reverse=True)
    return [pk for _at, pk in newest[:MOST_NEAR]]


def _sharing(cards: Collection[int]) -> dict[int, set[int]]:
    """The cards that hold a message of each, itself among them."""
    links = IncidentMessage.objects.filter(incident__in=list(cards), message__own=False)
    sharing_cards: dict[int, set[int]] = defaultdict(set)
    for card, other in links.values_list("incident_id", "message__links__incident_id"):
        sharing_cards[card].add(other)
    return sharing_cards


def _known(cards: Collection[int]) -> dict[int, Near]:
    """Cards that can be part of a problem: neither ended nor in a problem that is over. Three queries."""
    rows = Sketch.objects.filter(pk__in=list(cards)).values_list(
        *_COLUMNS, "incident__problem_id", "incident__state", named=True
    )
    sketches = list(rows)
    of = {row.incident__problem_id for row in sketches if row.incident__problem_id}
    running = dict(Problem.objects.filter(pk__in=of, state__in=RUNNING).values_list("pk", "state")) if of else {}
    off: dict[int, list[tuple[int, str]]] = defaultdict(list)
    removed_links = ProblemCard.objects.filter(incident__in=list(cards), off_at__isnull=False)
    for card, problem, state in removed_links.values_list("incident_id", "problem_id", "problem__state"):
        off[card].append((problem, state))
    return {row.pk: _one(row, running, off[row.pk]) for row in sketches if _counts(row, running)}


def _counts(row: Any, running: Mapping[int, str]) -> bool:
    problem = row.incident__problem_id
    return problem in running if problem else row.incident__state not in OVER


def _one(row: Any, running: Mapping[int, str], off: Sequence[tuple[int, str]]) -> Near:
    problem = row.incident__problem_id or 0
    return Near(
        pk=row.pk,
        sketch=values_of(row),
        problem=problem,
        proposed=running.get(problem) == Problem.State.PROPOSED,
        off=frozenset(problem for problem, _state in off),
        rejected=frozenset(problem for problem, state in off if state == Problem.State.REJECTED),
    )
