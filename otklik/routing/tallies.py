"""Counts for the page of figures that no card carries: extensions asked for, and what the sample of noise showed."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Value, When

from otklik.incidents.models import Incident
from otklik.routing.models import Extension, NoiseCheck

LOST, RIGHT = "lost", "right"


class Tallies(NamedTuple):
    """Extensions `asked` for, by what became of them by now; of `checked` cards that the machine called noise, those
    that were complaints (`lost`)."""

    asked: int
    granted: int
    refused: int
    open: int
    lost: int
    checked: int


def tallies(cards: QuerySet[Incident], since: datetime, until: datetime) -> Tallies:
    """On these cards: extensions asked for in [since, until), checks of what was written in it. One query."""
    # Row by row: of a list of cards SQLite makes all of them first, and a region's are a million.
    theirs = Exists(cards.order_by().filter(pk=OuterRef("incident")))
    asked = Extension.objects.order_by().filter(theirs, asked_at__gte=since, asked_at__lt=until)
    checked = NoiseCheck.objects.order_by().filter(theirs, at__isnull=False)
    checked = checked.filter(incident__started_at__gte=since, incident__started_at__lt=until)
    outcome = Case(When(lost=True, then=Value(LOST)), default=Value(RIGHT), output_field=CharField())
    rows = (
        asked.values_list("state")
        .annotate(n=Count("pk"))
        .union(checked.annotate(reading=outcome).values_list("reading").annotate(n=Count("pk")), all=True)
    )
    count: dict[str, int] = dict(rows)
    granted, refused, waiting = (count.get(state, 0) for state in ("granted", "refused", "asked"))
    lost = count.get(LOST, 0)
    return Tallies(granted + refused + waiting, granted, refused, waiting, lost, lost + count.get(RIGHT, 0))
