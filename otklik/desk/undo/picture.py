"""A picture of a card: everything that a person's action may change on it, and how to put it back.

Words are not in it: a draft has its own versions, notes and messages are only ever added. So nothing that somebody
typed can be lost by putting a picture back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Field, Model

from otklik.answers.models import Answer, ApprovalStep
from otklik.feedback.models import Rating, Survey
from otklik.incidents.models import Incident, IncidentMessage, ProblemCard, Watch
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


_STAMPS = ("assigned_at", "drafted_at", "executor_answered_at", "rating_since", "closed_at", "taken_at", "owed_since")
_CHOSEN = ("state", "kind", "outcome", "close_reason", "noise_reason", "street", "house", "place_object", "priority")
_WHOSE = ("theme_id", "place_id", "agency_id", "operator_id", "executor_id", "taken_by_id", "answered_with_id")
_MARKED = ("hard_since", "hard_why", "watched_since")
_SAID = ("mark", "solved", "suggested", "confirmed_by_id", "confirmed_at", "dismissed_at")
_DEALT = ("waits_since", "dealt_at", "dealt_by_id", "dealt_how")
WATCHED = {
    "incident": Watched(
        Incident,
        "pk",
        (*_CHOSEN, *_WHOSE, *_STAMPS, *_MARKED, "problem_id", "reopened", "returns", "sent_back", "due_at"),
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
    "rating": Watched(Rating, "incident_id", (*_SAID, *_DEALT)),
}


def take(incident_pk: int) -> Picture:
    """The card as it stands, ready for JSON. One small query for each watched table."""
    return {
        name: {
            str(row["pk"]): {column: _plain(row[column]) for column in watched.columns}
            for row in watched.model._default_manager.filter(**{watched.to_card: incident_pk}).values(
                "pk", *watched.columns
            )
        }
        for name, watched in WATCHED.items()
    }


def put_back(incident_pk: int, picture: Picture) -> None:
    """Make the card look like its picture again. Inside `book.turn()`; the caller has checked that nobody came."""
    for name, watched in WATCHED.items():
        kept = picture.get(name, {})
        rows = watched.model._default_manager.filter(**{watched.to_card: incident_pk})
        there = {str(pk) for pk in rows.values_list("pk", flat=True)}
        if watched.comes:
            rows.exclude(pk__in=[int(pk) for pk in kept]).delete()
        for pk, columns in kept.items():
            values = {column: _read(watched.model, column, value) for column, value in columns.items()}
            if pk in there:
                watched.model._default_manager.filter(pk=int(pk)).update(**values)
            elif watched.goes:
                watched.model._default_manager.create(pk=int(pk), **{watched.to_card: incident_pk}, **values)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _read(model: type[Model], column: str, value: Any) -> Any:
    field = model._meta.get_field(column.removesuffix("_id") if column.endswith("_id") else column)
    if value is None or column.endswith("_id") or not isinstance(field, Field):
        return value
    return field.to_python(value)
