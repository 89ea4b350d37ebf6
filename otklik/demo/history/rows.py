"""Rows of many tables with their ids given out at once, written in pieces."""

from collections.abc import Sequence
from typing import TypeVar

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model

from otklik.answers.models import Answer, Flaw
from otklik.feedback.models import Rating, Survey
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Heard, Incident, IncidentMessage, Note
from otklik.journal.models import Entry, Reason
from otklik.lib.insert import insert
from otklik.publishing.models import Attempt, Delivery, Epoch, Sent
from otklik.routing.models import Assignment, Deadline, Suggestion
from otklik.triage.models import Verdict

ORDER: Sequence[type[Model]] = (
    Epoch, Author, Thread, Message, Verdict, Incident, IncidentMessage, Heard, Note, Suggestion, Assignment, Deadline,
    Answer, Flaw, Delivery, Attempt, Sent, Survey, Rating,
)  # fmt: skip
"""Rows that others point to come first."""

Row = TypeVar("Row", bound=Model)


class Rows:
    """Rows waiting to be written. They may still be changed until `flush`."""

    def __init__(self) -> None:
        self._last = {model: _last(model) for model in ORDER}
        self._waiting: dict[type[Model], list[Model]] = {model: [] for model in ORDER}

    def add(self, row: Row) -> Row:
        """The row with its id."""
        model = type(row)
        self._last[model] += 1
        row.pk = self._last[model]
        self._waiting[model].append(row)
        return row

    def flush(self) -> None:
        for model in ORDER:
            insert(model, self._waiting[model])
            self._waiting[model] = []


def catch_up() -> None:
    """PostgreSQL counts ids apart: tell it which ones are taken."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [*ORDER, Entry, Reason]):
            cursor.execute(statement)


def _last(model: type[Model]) -> int:
    last_pk = model._default_manager.aggregate(last=Max("pk"))["last"]
    return int(last_pk or 0)
