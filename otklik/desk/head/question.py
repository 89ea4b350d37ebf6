"""A question about measures: the cards that it is about, whole and broken down by one thing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from otklik.desk.head.ask import Asked, ask, names_of
from otklik.desk.head.figure_cards import READERS, cards_and_region
from otklik.desk.head.figures import Narrower, days
from otklik.desk.head.promises_by_card import KEPT, UNKEPT, kept_of, promised
from otklik.incidents.models import IN_HAND, Incident
from otklik.lib import clock
from otklik.people.access import reach
from otklik.people.models import User
from otklik.reports.atlas import Atlas, Names
from otklik.reports.breakdowns import BREAKDOWNS
from otklik.reports.columns import Column
from otklik.reports.promptly import yardstick
from otklik.reports.queries import atlas, late_now, lately_decided, wanted
from otklik.reports.sets import Cohort, Yardstick, real
from otklik.reports.slices import Slice
from otklik.reports.stages import Stages, Times
from otklik.reports.worktime import WorkTable
from otklik.routing.agreement import Agreement, agreement
from otklik.routing.deadlines import worked_spans
from otklik.routing.weeks import region_week

MOST_ROWS = 60
MONTH = "month"
BROKEN_DOWN: Mapping[str, Any] = {
    "": gettext_lazy("не разбивать"),
    **{key: one.by for key, one in BREAKDOWNS.items()},
    MONTH: gettext_lazy("по месяцам"),
}


class Besides:
    """One query for both, when either is asked for. `cards` are those that the page is narrowed to, of any period;
    `since` is when the period begins."""

    def __init__(self, cards: QuerySet[Incident], since: datetime, at: datetime) -> None:
        self._cards, self._since, self._at = cards, since, at

    @cached_property
    def overdue(self) -> int:
        """How many cards are late before the citizen now, whenever he wrote."""
        return len({card for word, card in self._rows if word not in (KEPT, UNKEPT)})

    def kept(self) -> Mapping[int, bool]:
        """As kept_by_cards has it."""
        return kept_of(self._rows)

    @cached_property
    def _rows(self) -> list[tuple[str, int]]:
        late = late_now(self._at).filter(incident__in=self._cards.filter(state__in=IN_HAND).order_by())
        return list(late.values_list("clock", "incident_id").union(promised(self._since, self._at), all=True))


@dataclass(frozen=True, slots=True)
class Question:
    """A question about measures, with the cards that it is about, and as cards_and_region has it, the region's."""

    asked: Asked
    by: str
    atlas: Atlas
    names: Names
    cards: Slice
    besides: Besides
    work: WorkTable
    at: datetime
    everybody: Callable[[], Slice] | None

    @property
    def stick(self) -> Yardstick:
        return yardstick(self.at)


@dataclass(frozen=True, slots=True)
class Row:
    """Some of the cards: what they are called, what narrows a page to them, and how long each step takes."""

    name: str
    narrower: Narrower
    cards: Cohort
    times: Mapping[str, Times]

    @property
    def returns(self) -> int:
        """How many times an agency said «не наше»."""
        return int(self.cards.cards["returns"].sum())


def look_up(request: HttpRequest, user: User) -> Question:
    """Four queries, and one more for folded months that this process has not unpacked yet. Besides take another one."""
    at, known = clock.now(), atlas()
    names = names_of(known)
    asked = ask(request.GET, names, at)
    by = request.GET.get("by", "")
    besides = Besides(Incident.objects.filter(reach(user, READERS) & wanted(asked.narrowing)), asked.period.since, at)
    here, region = cards_and_region(user, asked, known, at, besides.kept)
    by, work = by if by in BROKEN_DOWN else "", work_table(asked, at)
    return Question(asked, by, known, names, real(here), besides, work, at, region)


def agreed(question: Question) -> Agreement:
    """How often people have taken the machine's theme. One query."""
    return agreement(lately_decided(question.cards), question.asked.period.since, question.asked.period.until)


def work_table(asked: Asked, at: datetime) -> WorkTable:
    """The region's working hours from the period's first year to now."""
    return WorkTable(worked_spans(region_week(), asked.period.first.year - 1, timezone.localdate(at).year + 1))


def whole(question: Question, name: str = "") -> Row:
    """All of the cards."""
    return _row(question, name, {}, question.cards)


def rows(question: Question) -> Iterator[Row]:
    """The breakdown, lines with the most cards first, months in their order; none where none is asked for. One after
    the other: each holds the columns of its cards for as long as it is there."""
    if not question.by:
        return
    keyed = _months(question) if question.by == MONTH else _keyed(question)
    lines = [(key, some) for key, some in question.cards.by(keyed.keys).items() if keyed.name(key)]
    if question.by != MONTH:
        lines.sort(key=lambda one: (-len(one[1]), one[0]))
    yield from (_row(question, keyed.name(key), keyed.narrower(key), some) for key, some in lines[:MOST_ROWS])


def _row(question: Question, name: str, narrower: Narrower, some: Slice) -> Row:
    return Row(name, narrower, Cohort(some, question.stick), Stages(some, question.work))


class Keyed(NamedTuple):
    """A key for each card, what a key is called, and what narrows a page to its cards."""

    keys: Column
    name: Callable[[int], str]
    narrower: Callable[[int], Narrower]


def _months(question: Question) -> Keyed:
    """By the region's clock; the first and the last as far as the period reaches."""
    first, last, zone = question.asked.period.first, question.asked.period.last, question.asked.period.zone
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    numbers = [first.year * 12 + first.month - 1 + number for number in range(count + 1)]
    begins = [date(one // 12, one % 12 + 1, 1) for one in numbers]
    edges = np.array([datetime(day.year, day.month, 1, tzinfo=zone).timestamp() for day in begins[:-1]], np.int64)

    def narrower(key: int) -> Narrower:
        return days(max(begins[key - 1], first), min(begins[key] - timedelta(days=1), last))

    return Keyed(
        np.searchsorted(edges, question.cards["started"], "right"),
        lambda key: f"{begins[key - 1]:%Y-%m}",
        narrower,
    )


def _keyed(question: Question) -> Keyed:
    by, names = BREAKDOWNS[question.by], question.names.of(question.by)

    def name(key: int) -> str:
        value = by.value(key)
        return names.get(value, value if isinstance(value, str) else "")

    return Keyed(by.keys(question.atlas, question.cards), name, lambda key: {by.key: by.value(key)})
