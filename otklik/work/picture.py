"""A picture of a card: everything that a person's action may change on it, and how to put it back.

Words are not in it: a draft has its own versions, notes and messages are only ever added. So nothing that somebody
typed can be lost by putting a picture back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, F, Field, Model, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from otklik.answers.models import Answer, ApprovalStep
from otklik.feedback.models import Rating, Survey
from otklik.incidents.fields import Goes, columns
from otklik.incidents.models import Incident, IncidentMessage, ProblemCard, Watch
from otklik.lib.kept import Kept, in_place, keep, stand_ins
from otklik.lib.sentence import read
from otklik.lib.sentence_field import SentenceField
from otklik.routing.models import Assignment, Deadline, Extension

Columns = dict[str, Any]
Picture = dict[str, dict[str, Columns]]


@dataclass(frozen=True, slots=True)
class Watched:
    """A table of which a card has rows. `columns` change and are put back; () means that rows only come and go.

    `comes`: rows made since are taken away again. `goes`: rows that are missing are made anew.
    """

    model: type[Model]
    to_card: str
    columns: tuple[str, ...]
    comes: bool = False
    goes: bool = False


_RATING_COLUMNS = ("mark", "solved", "suggested", "confirmed_by_id", "confirmed_at", "dismissed_at")
_DEALT = ("waits_since", "dealt_at", "dealt_by_id", "dealt_how")
WATCHED = {
    "incident": Watched(
        Incident,
        "pk",
        (*(field.attname for field in Incident._meta.concrete_fields if field.name in columns(Goes.UNDO)), "due_at"),
    ),
    "deadline": Watched(
        Deadline,
        "incident_id",
        ("limit_at", "working", "due_at", "warned_at", "met_at", "missed_at", "cancelled_at", "left"),
        comes=True,
    ),
    "watch": Watched(
        Watch,
        "incident_id",
        ("words", "until", "responsible_id", "by_id", "due_at", "reminded_at", "ended_at", "ended_by_id"),
        comes=True,
    ),
    "extension": Watched(Extension, "incident_id", ("state", "decided_by_id", "decided_at", "words"), comes=True),
    "assignment": Watched(Assignment, "incident_id", ("ended_at", "returned", "overruled_at"), comes=True),
    "answer": Watched(
        Answer, "incident_id", ("state", "submitted_at", "decided_by_id", "decided_at", "remark", "due_at")
    ),
    "step": Watched(ApprovalStep, "answer__incident_id", ("version", "revision", "mark", "at"), comes=True),
    "link": Watched(IncidentMessage, "incident_id", ("message_id", "main", "linked_at"), comes=True, goes=True),
    "tag": Watched(Incident.tags.through, "incident_id", ("tag_id",), comes=True, goes=True),
    "problem_card": Watched(ProblemCard, "incident_id", ("problem_id", "off_at"), comes=True),
    "survey": Watched(Survey, "incident_id", ("closed_at", "asked_at", "unasked", "due_at")),
    "rating": Watched(Rating, "incident_id", (*_RATING_COLUMNS, *_DEALT)),
}


def take(cards: Collection[int]) -> dict[int, Picture]:
    """Each of these cards as it stands, ready for JSON; moments with their zone, the days without one. One query for
    all tables of all cards."""
    pictures: dict[int, Picture] = {pk: {name: {} for name in WATCHED} for pk in cards}
    if pictures:
        for name, card, row in _question(len(pictures), connection.vendor).ask(in_place(list(pictures))):
            pk = str(row.pop("pk"))
            pictures[card][name][pk] = row | {at: _moment(row[at]) for at in _MOMENTS[name]}
    return pictures


@lru_cache(64)
def _question(number: int, vendor: str) -> Kept:
    """What the watched tables have of so many cards: name of the table, card, columns with the row's id."""
    parts = [_part(name, watched, stand_ins(number)) for name, watched in WATCHED.items()]
    return keep(parts[0].union(*parts[1:], all=True))


def _part(name: str, watched: Watched, cards: list[int]) -> QuerySet[Model, tuple[Any, ...]]:
    rows = watched.model._default_manager.filter(**{f"{watched.to_card}__in": cards}).order_by()
    row = JSONObject(pk="pk", **{column: column for column in watched.columns})
    return rows.values_list(Value(name), F(watched.to_card), row)


def _field(model: type[Model], column: str) -> "Field[Any, Any] | None":
    """None for a column that holds another row's id."""
    model_field = None if column.endswith("_id") else model._meta.get_field(column)
    return model_field if isinstance(model_field, Field) else None


_MOMENTS = {
    name: [column for column in watched.columns if isinstance(_field(watched.model, column), DateTimeField)]
    for name, watched in WATCHED.items()
}


def _moment(text: str | None) -> str | None:
    """The two databases write moments into JSON in ways of their own; SQLite's have no zone and are in UTC."""
    at = parse_datetime(text) if text else None
    return (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)).isoformat() if at else None


def put_back(incident_pk: int, picture: Picture) -> None:
    """Make the card look like its picture again. Inside `hold`; the caller has checked that nobody came."""
    for name, watched in WATCHED.items():
        kept = picture.get(name, {})
        rows = watched.model._default_manager.filter(**{watched.to_card: incident_pk})
        there = {str(pk) for pk in rows.values_list("pk", flat=True)}
        if watched.comes:
            rows.exclude(pk__in=[int(pk) for pk in kept]).delete()
        for pk, row in kept.items():
            values = {column: _read(watched.model, column, value) for column, value in row.items()}
            if pk in there:
                watched.model._default_manager.filter(pk=int(pk)).update(**values)
            elif watched.goes:
                watched.model._default_manager.create(pk=int(pk), **{watched.to_card: incident_pk}, **values)


def _read(model: type[Model], column: str, value: Any) -> Any:
    field = _field(model, column)
    if value is None or field is None:
        return value
    return read(value) if isinstance(field, SentenceField) else field.to_python(value)
