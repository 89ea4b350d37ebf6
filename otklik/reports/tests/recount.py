"""The same figures as fold.py's, counted card by card in plain Python: slow, and simple enough to be believed.

Tests and `make bench-reports` hold the quick ones against it. One row is one card; times are whole seconds,
moments count from 1970 (UTC). Rows are kept in the order of `took`, so that no breakdown sorts them again.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple, TypeVar

from django.db.models import Q, QuerySet

from otklik.feedback.models import Rating
from otklik.feedback.opinion import SATISFIED_FROM
from otklik.incidents.models import Incident, State
from otklik.reports.arithmetic import Share, median_between, percentile_of_sorted
from otklik.reports.atlas import Names
from otklik.reports.fold import Bucket, Line, Median, Reopenings, Tally
from otklik.reports.gather import CONFIRMED, NUMBERS, Epoch, Took
from otklik.reports.periods import Period, buckets, midnight
from otklik.reports.promptly import yardstick
from otklik.reports.queries import Figures, standing
from otklik.reports.sets import DAY, DONE, EXPLAINED, IN_TIME, NOISE, SOLVABLE, Yardstick

_NEVER = 1 << 62


class Row(NamedTuple):
    """One card. `took` is how long the first answer took by the wall, `working` in working time; None: no answer.

    `group` is an id, `place` and `agency` are paths, `asked` is when the author was asked,
    `hard` when the card was marked «особо сложный»; None: none.
    """

    pk: int
    started: int
    took: int | None
    working: int | None
    state: str
    kind: str
    outcome: str
    network: str
    group: int | None
    place: str | None
    agency: str | None
    reopened: int
    second: int
    returns: int
    asked: int | None
    hard: int | None = None


Key = TypeVar("Key", bound=Hashable)
Marks = Mapping[int, int]
"""The last confirmed mark of each rated card, by the card's id."""


def recount(cards: QuerySet[Incident], period: Period, names: Names, at: datetime) -> Figures:
    """What queries.figures says of these cards, whatever their time. Three queries."""
    rows, before = rows_of(cards, period)
    marks, stick = marks_of(cards, period), yardstick(at)
    real = [row for row in rows if row.state != State.NOISE]
    municipality = _Topmost(names.municipality)
    agency = _Topmost(names.agency)

    agencies = by(real, (agency[row.agency] for row in real))

    def lines(keys: Iterable[Key | None]) -> dict[Key, Line]:
        return {key: line(some, marks, stick) for key, some in by(real, keys).items()}

    return Figures(
        whole=tally(rows, marks, stick),
        before=tally(before, marks, stick),
        now=standing(cards, at),
        series=series(rows, marks, stick, period),
        lines={
            "group": lines(row.group for row in real),
            "municipality": lines(municipality[row.place] for row in real),
            "agency": {key: line(some, marks, stick) for key, some in agencies.items()},
            "network": lines(row.network for row in real),
        },
        reopenings={key: one for key, some in agencies.items() if (one := reopenings(some)).reopened.part},
    )


def in_period(period: Period) -> Q:
    """The cards of the period and of the one before, by when the citizen wrote."""
    return Q(started_at__gte=period.since, started_at__lt=period.until) | Q(
        started_at__gte=period.before_since, started_at__lt=period.before_until
    )


def rows_of(cards: QuerySet[Incident], period: Period) -> tuple[list[Row], list[Row]]:
    """The rows of the period and of the one before, each in order."""
    records = cards.filter(in_period(period)).values_list(
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
        NUMBERS["second"],
        "returns",
        Epoch("rating_since"),
        Epoch("hard_since"),
    )
    edge = int(period.since.timestamp())
    rows = in_order(map(Row._make, records))
    return [row for row in rows if row.started >= edge], [row for row in rows if row.started < edge]


def marks_of(cards: QuerySet[Incident], period: Period) -> dict[int, int]:
    """The last confirmed mark of each rated card: one card is one voice, however often its author wrote."""
    rated = Rating.objects.filter(CONFIRMED, dismissed_at__isnull=True, mark__gte=1)
    confirmed = rated.filter(incident__in=cards.filter(in_period(period))).order_by("at", "pk")
    return {card: mark for card, mark in confirmed.values_list("incident_id", "mark") if mark}


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Rows as the rest of this module wants them: the quickest answers first, the unanswered at the end."""
    return sorted(rows, key=lambda row: _NEVER if row.took is None else row.took)


def line(rows: Sequence[Row], marks: Marks, stick: Yardstick) -> Line:
    """`rows` are in order and hold no noise."""
    took = [seconds for seconds in map(attrgetter("took"), rows) if seconds is not None]
    unanswered = rows[len(took) :]
    waits = sorted(stick.now - row.started for row in unanswered if row.state != DONE)
    return Line(
        count=len(rows),
        answered=len(took),
        waiting=len(waits),
        median=percentile_of_sorted(took, 0.5),
        ninth=percentile_of_sorted(took, 0.9),
        quick=_within(took, waits, stick.quick),
        within_day=_within(took, waits, DAY),
        good=_good(rows, marks),
    )


def tally(rows: Sequence[Row], marks: Marks, stick: Yardstick) -> Tally:
    """`rows` are in order."""
    real = [row for row in rows if row.state != NOISE]
    whole = line(real, marks, stick)
    hard = [row for row in real if row.hard is not None]
    worked = sorted(row.working for row in real[: whole.answered] if row.working is not None)
    outcomes: Counter[str] = Counter()
    solvable: Counter[str] = Counter()
    for (kind, outcome), count in Counter(map(attrgetter("kind", "outcome"), real)).items():
        if outcome:
            outcomes[outcome] += count
            solvable[outcome] += count if kind == SOLVABLE else 0
    return Tally(
        line=whole,
        noise=len(rows) - len(real),
        first=_median([row.took for row in real[: whole.answered] if row.took is not None], whole.answered),
        working=_median(worked, whole.answered),
        asked=sum(1 for row in real if row.asked is not None),
        shares={
            "answered": Share(whole.answered, whole.count),
            "quick": whole.quick,
            "within_day": whole.within_day,
            "good": whole.good,
            "brushed_off": Share(solvable[EXPLAINED], solvable.total()),
            "reopened": Share(sum(1 for row in real[: whole.answered] if row.reopened), whole.answered),
            "second": _second(real),
            "returned": Share(sum(1 for row in real if row.returns), len(real)),
        },
        outcomes=outcomes,
        hard=line(hard, marks, stick),
        others=line([row for row in real if row.hard is None], marks, stick) if hard else whole,
    )


def _median(lengths: Sequence[int], n: int) -> Median:
    """`lengths` are sorted."""
    middle, ninth = percentile_of_sorted(lengths, 0.5), percentile_of_sorted(lengths, 0.9)
    return Median(n, middle, ninth, median_between(lengths))


def _second(rows: Sequence[Row]) -> Share:
    due = [row.second for row in rows if row.second]
    return Share(due.count(IN_TIME), len(due))


def reopenings(rows: Sequence[Row]) -> Reopenings:
    """`rows` hold no noise."""
    answered = [row for row in rows if row.took is not None]
    return Reopenings(Share(sum(1 for row in answered if row.reopened), len(answered)), _second(rows))


def by(rows: Sequence[Row], keys: Iterable[Key | None]) -> dict[Key, list[Row]]:
    """Rows by their keys, each list in the order of the rows; rows without one (None, 0 or "") are left out."""
    rows_by_key: defaultdict[Key, list[Row]] = defaultdict(list)
    for key, row in zip(keys, rows, strict=True):
        if key:
            rows_by_key[key].append(row)
    return dict(rows_by_key)


def series(rows: Sequence[Row], marks: Marks, stick: Yardstick, period: Period) -> list[Bucket]:
    """The period's bars in order, empty ones too. `rows` are in order."""
    days = buckets(period)
    starts = [int(midnight(day, period.zone).timestamp()) for day in days]
    filled = by(rows, (bisect_right(starts, row.started) for row in rows))
    return [_bucket(day, filled.get(place, []), marks, stick) for place, day in enumerate(days, start=1)]


def _bucket(day: date, rows: list[Row], marks: Marks, stick: Yardstick) -> Bucket:
    real = [row for row in rows if row.state != NOISE]
    took = [row.took for row in real if row.took is not None]
    quick, daily = bisect_right(took, stick.quick), bisect_right(took, DAY)
    closed = sum(1 for row in real[len(took) :] if row.state == DONE)
    return Bucket(
        day=day,
        quick=quick,
        within_day=daily - quick,
        later=len(took) - daily,
        waiting=len(real) - len(took) - closed,
        closed=closed,
        noise=len(rows) - len(real),
        median=percentile_of_sorted(took, 0.5),
        good=_good(real, marks),
    )


def _good(rows: Sequence[Row], marks: Marks) -> Share:
    rated = [marks[pk] for pk in map(attrgetter("pk"), rows) if pk in marks]
    return Share(sum(mark >= SATISFIED_FROM for mark in rated), len(rated))


def _within(took: list[int], waits: list[int], limit: int) -> Share:
    """Both lists sorted. «Within» includes the limit itself."""
    return Share(bisect_right(took, limit), len(took) + len(waits) - bisect_right(waits, limit))


class _Topmost(dict[str | None, int]):
    """The uppermost id of a path that is one of the known, 0 when there is none; each path is looked at once."""

    def __init__(self, known: Mapping[int, str]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, path: str | None) -> int:
        ids = (int(part) for part in (path or "").split("/") if part)
        self[path] = top_id = next((pk for pk in ids if pk in self.known), 0)
        return top_id
