"""What takes a line of the page: ways by which no alert gets through, hours when nobody is on duty. One query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from otklik.alerts.gaps import Span, gaps
from otklik.alerts.models import Channel, Duty, Trouble
from otklik.alerts.roster import AHEAD

COLUMNS = ("part", "start", "end", "what", "words")


@dataclass(frozen=True, slots=True)
class Mute:
    """A way by which nothing gets through since `since`; `error` says why."""

    channel: str
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`gaps` are those of the region's roster within the next seven days."""

    mute: list[Mute]
    gaps: list[Span]


def standing(now: datetime) -> Standing:
    week = Span(now, now + AHEAD)
    duties = Duty.objects.filter(agency__isnull=True, starts_at__lt=week.end, ends_at__gt=week.start)
    rows = list(
        _part("mute", Trouble.objects.all(), "since", "since", F("channel"), F("error")).union(
            _part("duty", duties, "starts_at", "ends_at", Value(""), Value("")),
            all=True,
        )
    )
    mute = [Mute(str(Channel(what).label), start, words) for part, start, _end, what, words in rows if part == "mute"]
    covered = [Span(start, end) for part, start, end, _what, _words in rows if part == "duty"]
    return Standing(sorted(mute, key=lambda one: one.since), gaps(week, covered))


def _part(
    name: str, rows: QuerySet[Any], start: str, end: str, what: F | Value, words: F | Value
) -> QuerySet[Any, Any]:
    """The same five columns of any table."""
    found: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(
            part=Cast(Value(name), CharField()),
            start=F(start),
            end=F(end),
            what=Cast(what, CharField()),
            words=Cast(words, CharField()),
        )
        .values_list(*COLUMNS)
    )
    return found
