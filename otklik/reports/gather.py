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
from django.db.models import Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, IncidentMessage
from otklik.reports.columns import NEVER, Column, narrow, words_column


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


def _number(expression: Any, none: int = 0) -> Any:
    return Coalesce(expression, Value(none), output_field=IntegerField())


def _after(column: str) -> Any:
    """How long after the citizen wrote; NEVER where it has not happened."""
    return _number(Took("started_at", column), NEVER)


def _of_links(count: Count, **which: Any) -> Any:
    """A number of messages on the card."""
    links = IncidentMessage.objects.filter(incident=OuterRef("pk"), **which).order_by().values("incident")
    return _number(Subquery(links.annotate(n=count).values("n")))


CONFIRMED = Q(suggested=False) | Q(confirmed_at__isnull=False)


def _last_confirmed(column: str) -> Any:
    """One card is one voice, however often its author wrote."""
    told = Rating.objects.filter(CONFIRMED, incident=OuterRef("pk"), dismissed_at__isnull=True, mark__gte=1)
    return Subquery(told.order_by("-at", "-pk").values(column)[:1])


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
    "returns": F("returns"),
    "mark": _number(_last_confirmed("mark")),
    "messages": _of_links(Count("pk")),
    "voices": _of_links(Count("message__author", distinct=True), message__own=False),
}
"""`took` is how long the first answer took by the wall, `working` in working time; `asked` is when the wait for the
author's mark began, which is when the final answer was published. `mark` is 0 where nobody has given one; `voices`
counts different authors. The lengths are after `started`."""

WORDS: Mapping[str, Any] = {
    "state": F("state"),
    "kind": F("kind"),
    "outcome": F("outcome"),
    "close_reason": F("close_reason"),
    "network": F("network"),
}

COLUMNS: Mapping[str, Any] = {**NUMBERS, **WORDS}


def layout() -> str:
    """What a sheaf of this version has: another column, or another clock, is another layout."""
    return f"{sha256(' '.join(COLUMNS).encode()).hexdigest()[:16]} {settings.TIME_ZONE}"


def columns_of(cards: QuerySet[Incident]) -> dict[str, Column]:
    """These cards as columns, in the order of the query. One query, one moment."""
    rows = list(cards.values_list(*COLUMNS.values()))
    numbers, width = len(NUMBERS), len(COLUMNS)
    flat = np.fromiter(chain.from_iterable(row[:numbers] for row in rows), np.int64, len(rows) * numbers)
    table = flat.reshape(len(rows), numbers)
    columns = {name: narrow(np.ascontiguousarray(table[:, at])) for at, name in enumerate(NUMBERS)}
    for at, name in zip(range(numbers, width), WORDS, strict=True):
        columns[name] = words_column(row[at] for row in rows)
    return columns
