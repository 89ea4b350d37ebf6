"""What the database is asked for figures: a handful of plain queries, the same on SQLite and PostgreSQL.

Rows come as whole numbers and are folded in Python: percentiles need them anyway, and one pass gives every breakdown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Func, IntegerField, Q, QuerySet, Value

from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, State
from otklik.networks.registry import TITLES
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.reports.fold import Bucket, Key, Line, Row, Tally, by, in_order, line, series, tally
from otklik.reports.periods import Period
from otklik.routing.models import Deadline, Norm
from otklik.themes.models import ThemeGroup

OPEN = tuple(state for state in State if state not in (State.NOISE, State.RATING, State.DONE))
"""Cards that somebody here still has to do something about."""

GROUP, MUNICIPALITY, AGENCY = "group", "municipality", "agency"
STILL = "still"


class Epoch(Func):
    """Whole seconds since 1970 of a moment, the same on both databases."""

    output_field = IntegerField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT)"
        return self.as_sql(compiler, connection, template=template)

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []  # both drivers give whole numbers; converting each again took a third of the whole time


class Took(Epoch):
    """Whole seconds from the first moment to the second."""

    arity = 2
    arg_joiner = " - "

    def __init__(self, since: str, until: str) -> None:
        super().__init__(Epoch(until), Epoch(since))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)")

    as_postgresql = as_sqlite


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader wants to see only. Ids, 0 for «all»; `agency` and `municipality` take what lies below along."""

    group: int = 0
    municipality: int = 0
    agency: int = 0
    network: str = ""

    @property
    def condition(self) -> Q:
        wanted = Q()
        if self.group:
            wanted &= Q(theme__group_id=self.group)
        if self.municipality:
            wanted &= Q(place__path__contains=f"/{self.municipality}/")
        if self.agency:
            wanted &= Q(agency__path__contains=f"/{self.agency}/")
        if self.network:
            wanted &= Q(network=self.network)
        return wanted


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called, for filters and tables. Municipalities by name, agencies are those of level 1."""

    group: Mapping[int, str]
    municipality: Mapping[int, str]
    agency: Mapping[int, str]
    network: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Now:
    """How things stand at this moment, whatever the period. `overdue` counts cards, `by_clock` clocks."""

    open: int
    overdue: int
    by_clock: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything one page of figures shows. Lines are by id, only of those that have cards."""

    whole: Tally
    before: Tally
    now: Now
    series: list[Bucket]
    groups: Mapping[int, Line]
    municipalities: Mapping[int, Line]
    agencies: Mapping[int, Line]
    networks: Mapping[str, Line]


def figures(scope: Q, narrowing: Narrowing, period: Period, names: Names, at: datetime) -> Figures:
    """Three queries. `scope` is what the reader's grants open (people.access.reach); `at` is the present moment."""
    cards = Incident.objects.filter(scope & narrowing.condition)
    rows, before = rows_of(cards, period)
    marks, now = marks_of(cards, period), int(at.timestamp())
    real = [row for row in rows if row.state != State.NOISE]
    municipality = _Topmost(names.municipality)
    agency = _Topmost(names.agency)

    def lines(keys: Iterable[Key | None]) -> dict[Key, Line]:
        return {key: line(some, marks, now) for key, some in by(real, keys).items()}

    return Figures(
        whole=tally(rows, marks, now),
        before=tally(before, marks, now),
        now=standing(cards, at),
        series=series(rows, marks, period),
        groups=lines(row.group for row in real),
        municipalities=lines(municipality[row.place] for row in real),
        agencies=lines(agency[row.agency] for row in real),
        networks=lines(row.network for row in real),
    )


def names() -> Names:
    """One query for the names of all filters."""
    groups, places = ThemeGroup.objects.order_by(), Place.objects.order_by()
    found = groups.values_list(_word(GROUP), "pk", "name").union(
        places.filter(level=Place.Level.MUNICIPALITY).values_list(_word(MUNICIPALITY), "pk", "name"),
        Agency.objects.order_by().filter(parent=None).values_list(_word(AGENCY), "pk", "short_name"),
        all=True,
    )
    kept: dict[str, dict[int, str]] = {GROUP: {}, MUNICIPALITY: {}, AGENCY: {}}
    for word, pk, name in sorted(found, key=lambda row: row[2].casefold()):
        kept[word][pk] = name
    return Names(kept[GROUP], kept[MUNICIPALITY], kept[AGENCY], TITLES)


def _word(word: str) -> Value:
    return Value(word, output_field=CharField())


def in_period(period: Period) -> Q:
    """The cards of the period and of the one before, by when the citizen wrote."""
    return Q(started_at__gte=period.since, started_at__lt=period.until) | Q(
        started_at__gte=period.before_since, started_at__lt=period.before_until
    )


def rows_of(cards: QuerySet[Incident], period: Period) -> tuple[list[Row], list[Row]]:
    """The rows of the period and of the one before, each in order."""
    found = cards.filter(in_period(period)).values_list(
        "pk",
        Epoch("started_at"),
        Took("started_at", "first_answered_at"),
        "first_answer_working_seconds",
        "state",
        "kind",
        "outcome",
        "network",
        "theme__group_id",
        "place__path",
        "agency__path",
        "reopened",
        "returns",
        Epoch("rating_since"),
        Epoch("hard_since"),
    )
    edge = int(period.since.timestamp())
    rows = in_order(map(Row._make, found))
    return [row for row in rows if row.started >= edge], [row for row in rows if row.started < edge]


def marks_of(cards: QuerySet[Incident], period: Period) -> dict[int, int]:
    """The last confirmed mark of each rated card: one card is one voice, however often its author wrote."""
    confirmed = Rating.objects.filter(
        Q(suggested=False) | Q(confirmed_at__isnull=False),
        dismissed_at__isnull=True,
        incident__in=cards.filter(in_period(period)),
    )
    given = confirmed.order_by("at", "pk").values_list("incident_id", "mark")
    return {card: mark for card, mark in given if mark is not None}


def standing(cards: QuerySet[Incident], at: datetime) -> Now:
    """One query: how many are open, and which clocks of these have run out; what is late before the citizen alone."""
    still = cards.filter(state__in=OPEN).order_by()
    others = (Norm.Clock.AGENCY, Norm.Clock.EXTERNAL)
    late = Deadline.objects.order_by().filter(incident__in=still, runs_until__lte=at).exclude(clock__in=others)
    count = still.annotate(word=_word(STILL)).values_list("word").annotate(n=Count("pk"))
    rows = list(late.values_list("clock", "incident_id").union(count, all=True))
    clocks = [(clock, pk) for clock, pk in rows if clock != STILL]
    still_open = sum(n for word, n in rows if word == STILL)
    return Now(still_open, len({pk for _, pk in clocks}), Counter(clock for clock, _ in clocks))


class _Topmost(dict[str | None, int]):
    """The uppermost id of a path that is one of the known, 0 when there is none; each path is looked at once."""

    def __init__(self, known: Mapping[int, str]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, path: str | None) -> int:
        ids = (int(part) for part in (path or "").split("/") if part)
        self[path] = found = next((pk for pk in ids if pk in self.known), 0)
        return found
