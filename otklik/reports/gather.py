"""Cards out of the database as columns. COLUMNS is all that figures know of a card.

Whatever changes one of these gives the card a new revision in the same transaction (incidents/workflow.py, `record`):
by that a kept column is known to be old. So only what belongs to the card itself stands here, with the ids of its
theme, place and agency; how those are called and where they belong is looked up when somebody asks.
"""

from collections.abc import Mapping
from hashlib import sha256
from itertools import chain
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, NullIf

from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.incidents.models import Incident, IncidentMessage
from otklik.reports.columns import NEVER, Column, narrow, words_column
from otklik.reports.sets import IN_TIME, LATE
from otklik.routing.models import Deadline, Norm


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


class Unindexed(Func):
    """A moment that is not looked up by its index: SQLite takes two bounds for narrower than any other condition, and
    goes through all cards of five years for the few that are newer."""

    output_field = DateTimeField()
    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s")


def _number(expression: Any, none: int = 0) -> Any:
    return Coalesce(expression, Value(none), output_field=IntegerField())


def _after(column: str) -> Any:
    """How long after the citizen wrote; NEVER where it has not happened."""
    return _number(Took("started_at", column), NEVER)


def _of_links(count: Count, **which: Any) -> Any:
    """A number of messages on the card."""
    links = IncidentMessage.objects.filter(incident=OuterRef("pk"), **which).order_by().values("incident")
    return _number(Subquery(links.annotate(n=count).values("n")))


ASKED, TOGETHER = "asked", "together"
"""The question stood there; the author was answered on another card."""
CONFIRMED = Q(suggested=False) | Q(confirmed_at__isnull=False)


_RATINGS = Rating.objects.filter(incident=OuterRef("pk"), dismissed_at__isnull=True)


def _last_confirmed(column: str, **which: Any) -> Any:
    """One card is one voice, however often its author wrote: his last word to a question that he has answered."""
    ratings = _RATINGS.filter(CONFIRMED, **which)
    return Subquery(ratings.order_by("-at", "-pk").values(column)[:1])


def _author() -> Any:
    main = IncidentMessage.objects.filter(incident=OuterRef("pk"), main=True, message__own=False)
    return _number(Subquery(main.order_by().values("message__author")[:1]))


def _asking() -> Any:
    """Whether the author was asked if it helped: ASKED, TOGETHER, or why not where that is not the usual reason. What
    is usual, and what is on its way yet, is "": a wait that begins writes no entry of its own."""
    surveys = Survey.objects.filter(incident=OuterRef("pk"))
    why = surveys.order_by("-pk").values("unasked")[:1]
    usual = Survey.Unasked.PUBLIC
    return Case(
        When(rating_since__isnull=True, then=Value("")),
        When(Exists(surveys.filter(asked_at__isnull=False)), then=Value(ASKED)),
        When(answered_with__isnull=False, then=Coalesce(NullIf(Subquery(why), Value(usual)), Value(TOGETHER))),
        default=Coalesce(NullIf(Subquery(why), Value(usual)), Value("")),
        output_field=CharField(),
    )


_SECONDS = (
    Deadline.objects.filter(Q(met_at__isnull=False) | Q(missed_at__isnull=False), cancelled_at__isnull=True)
    .filter(incident=OuterRef("pk"), clock=Norm.Clock.SECOND_ANSWER)
    .order_by()
    .values("incident")
    .annotate(worst=Min(Case(When(met_at__lte=F("limit_at"), then=IN_TIME), default=LATE)))
    .values("worst")
)

_VOTES = (
    Unconfirmed.objects.filter(survey__incident=OuterRef("pk"))
    .order_by()
    .values("survey__incident")
    .annotate(n=Count("pk"))
    .values("n")
)

NUMBERS: Mapping[str, Any] = {
    "pk": F("pk"),
    "started": Epoch("started_at"),
    "created": _after("created_at"),
    "assigned": _after("assigned_at"),
    "drafted": _after("drafted_at"),
    "executor": _after("executor_answered_at"),
    "took": _after("first_answered_at"),
    "working": _number("first_answer_working_seconds", NEVER),
    "asked": _after("rating_since"),
    "closed": _after("closed_at"),
    "hard": _after("hard_since"),
    "theme": _number("theme_id"),
    "place": _number("place_id"),
    "agency": _number("agency_id"),
    "problem": _number("problem_id"),
    "priority": F("priority"),
    "reopened": F("reopened"),
    "second": Case(When(reopened__gt=0, then=_number(Subquery(_SECONDS))), default=0),
    "returns": F("returns"),
    "sent_back": F("sent_back"),
    "author": _author(),
    "mark": _number(_last_confirmed("mark", mark__gte=1)),
    "unread": Cast(Exists(_RATINGS.filter(suggested=True, confirmed_at__isnull=True)), IntegerField()),
    "votes": _number(Subquery(_VOTES)),
    "messages": _of_links(Count("pk")),
    "voices": _of_links(Count("message__author", distinct=True), message__own=False),
}
"""`took` is how long the first answer took by the wall, `working` in working time; `asked` is when the wait for the
author's mark began, which is when the final answer was published. `author` is who wrote the main message, 0 where we
did ourselves; `mark` is 0 where nobody has given one; `unread`: words under the answer wait for an operator; `votes`
are those of an open link; `second` is how the answers after its openings came (fold.py); `voices` counts different
authors. The lengths are after `started`."""

WORDS: Mapping[str, Any] = {
    "state": F("state"),
    "kind": F("kind"),
    "outcome": F("outcome"),
    "close_reason": F("close_reason"),
    "network": F("network"),
    "asking": _asking(),
    "solved": Coalesce(_last_confirmed("solved", solved__gt=""), Value("")),
    "by": Coalesce(_last_confirmed("origin"), Value("")),
}
"""`by`: how the author's last confirmed word came."""

COLUMNS: Mapping[str, Any] = {**NUMBERS, **WORDS}


def layout() -> str:
    """What a folded month of this version has: another column, or another clock, is another layout."""
    return f"{sha256(' '.join(COLUMNS).encode()).hexdigest()[:16]} {settings.TIME_ZONE}"


class TooMany(Exception):
    """There are more cards than were to be read."""


def columns_of(cards: QuerySet[Incident], most: int | None = None) -> dict[str, Column]:
    """These cards as columns, in the order of the query. One query, one moment. Raises TooMany for more than `most`."""
    beyond: Any = Value(False)
    if most is not None:
        # Which they are is asked inside, in no order. Where there is one too many, one row comes and says so: columns
        # of two thousand, which nobody gets to see, would take as long as those that are shown.
        some = cards.order_by().values("pk")
        beyond = Exists(some[most : most + 1])
        cards = cards.filter(~beyond | Q(pk__in=some[:1]), pk__in=some[: most + 1])
    rows = list(cards.values_list(*COLUMNS.values(), beyond))
    if rows and rows[0][-1]:
        raise TooMany
    numbers, width = len(NUMBERS), len(COLUMNS)
    flat = np.fromiter(chain.from_iterable(row[:numbers] for row in rows), np.int64, len(rows) * numbers)
    table = flat.reshape(len(rows), numbers)
    columns = {name: narrow(np.ascontiguousarray(table[:, at])) for at, name in enumerate(NUMBERS)}
    for at, name in zip(range(numbers, width), WORDS, strict=True):
        columns[name] = words_column(row[at] for row in rows)
    return columns
