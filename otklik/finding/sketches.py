"""Keeps the sketches of open and recent cards, and lets go of those of cards that ended long ago."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from otklik.finding.models import BAND_COLUMNS, Seeking, Sketch
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.lib.text import fold
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from otklik.triage.similar import house_key, street_key
from otklik.triage.sketch import bands, marks, sketch

KEPT = timedelta(days=90)
MOST_ALSO, LEAST_ALSO = 3, 0.05
"""How many guesses of a theme are kept, and from which share on: what is less likely says nothing."""
_OF_MESSAGE = ("text", "folded", "author_id", "author__is_community", "author__forgotten_at", "latitude", "longitude")
_OF_CARD = ("started_at", "street", "house", "theme_id")
_EITHER = ("theme__code", "place__path")
_CHANGING = [field.name for field in Sketch._meta.concrete_fields if not field.primary_key]


def draw(ids: Sequence[int], now: datetime) -> list[Sketch]:
    """The sketches, not saved, of those of these cards that are open or recent. Four queries for any number."""
    open_or_recent = Incident.objects.filter(pk__in=ids).exclude(_long_ago(now)).values_list("pk", flat=True)
    return _drawn(list(open_or_recent))


def remember(drawn: Sequence[Sketch], now: datetime) -> None:
    """Their cards are known by these; a problem is sought for those that say something new. Three queries for any
    number of cards. Inside a transaction."""
    if not drawn:
        return
    before = {row.pk: _decisive(row) for row in Sketch.objects.filter(pk__in=[row.pk for row in drawn])}
    Sketch.objects.bulk_create(drawn, update_conflicts=True, unique_fields=["incident"], update_fields=_CHANGING)
    Seeking.objects.bulk_create(
        [Seeking(incident_id=row.pk, due_at=now) for row in drawn if before.get(row.pk) != _decisive(row)],
        update_conflicts=True,
        unique_fields=["incident"],
        update_fields=["due_at"],
    )


def _decisive(row: Sketch) -> tuple[object, ...]:
    """What decides whether it is the same matter as another; of binary columns SQLite and PostgreSQL differ."""
    return (row.theme, row.also, row.path, row.street, row.house, bytes(row.copied), bytes(row.marks))


def forget(now: datetime) -> int:
    """Lets go of what ended more than KEPT ago; returns of how many cards."""
    return Sketch.objects.filter(incident__in=Incident.objects.filter(_long_ago(now))).delete()[0]


def _drawn(ids: Sequence[int]) -> list[Sketch]:
    """The sketches of these cards as they stand, not saved. Three queries."""
    rows = list(_rows(ids))
    verdicts = _verdicts([row["message_id"] for row in rows])
    named = {theme for verdict in verdicts.values() for theme in _guessed(verdict)}
    codes = dict(Theme.objects.filter(pk__in=named).values_list("pk", "code"))
    return [_sketch(row, verdicts.get(row["message_id"], {}), codes) for row in rows]


def _long_ago(now: datetime) -> Q:
    before = now - KEPT
    return Q(closed_at__lt=before) | Q(state=State.NOISE, started_at__lt=before)


def _rows(ids: Sequence[int]) -> Iterable[dict[str, Any]]:
    main: Iterable[dict[str, Any]] = (
        IncidentMessage.objects.filter(incident_id__in=ids, main=True)
        .order_by("incident_id")
        .values(
            *("incident_id", "message_id"),
            *(f"message__{name}" for name in _OF_MESSAGE),
            *(f"incident__{name}" for name in _OF_CARD),
            *(f"incident__{name}" for name in _EITHER),
            *(f"incident__guessed_{name}" for name in _EITHER),
        )
    )
    return main


def _verdicts(messages: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The latest verdict on each message."""
    rows = (
        Verdict.objects.filter(message_id__in=messages).order_by("pk").values("message_id", "street", "house", "themes")
    )
    return {row["message_id"]: dict(row) for row in rows}


def _guessed(verdict: dict[str, Any]) -> list[int]:
    guesses = [guess for guess in verdict.get("themes", ()) if isinstance(guess.get("id"), int)]
    return [guess["id"] for guess in guesses[:MOST_ALSO] if guess.get("share", 1) >= LEAST_ALSO]


def _sketch(row: dict[str, Any], verdict: dict[str, Any], codes: dict[int, str]) -> Sketch:
    folded = row["message__folded"] or fold(row["message__text"])
    street = row["incident__street"] or verdict.get("street", "")
    house = row["incident__house"] if row["incident__street"] else verdict.get("house", "")
    path = [part for part in (_either(row, "place__path")).split("/") if part][1:]
    copied = sketch(folded)
    nobody = row["message__author__is_community"] or row["message__author__forgotten_at"]
    # A person's word on the theme leaves no doubt.
    also = [] if row["incident__theme_id"] else [codes[pk] for pk in _guessed(verdict) if pk in codes]
    return Sketch(
        incident_id=row["incident_id"],
        at=row["incident__started_at"],
        author_id=None if nobody else row["message__author_id"],
        theme=_either(row, "theme__code"),
        also=" ".join(also)[:250],
        path="/".join(path),
        town=int(path[0]) if path else 0,
        street=street_key(street),
        house=house_key(house),
        latitude=row["message__latitude"],
        longitude=row["message__longitude"],
        copied=copied,
        marks=marks(folded, fold(street)),
        **dict(zip(BAND_COLUMNS, bands(copied), strict=False)),
    )


def _either(row: dict[str, Any], name: str) -> str:
    """What a person has set, else the guess."""
    return row[f"incident__{name}"] or row[f"incident__guessed_{name}"] or ""
