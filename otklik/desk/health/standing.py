"""What takes a line or two of the page and is there seldom. One query for all of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.timezone import localdate

from otklik.alerts.gaps import Span, gaps
from otklik.alerts.models import Channel, Duty, Trouble
from otklik.alerts.roster import AHEAD
from otklik.backups.models import Run, last
from otklik.hooks.models import Subscription
from otklik.journal import seals
from otklik.routing.models import Automatic
from otklik.routing.rule_use import fallback
from otklik.triage.models import last_failed

NEVER, NOTHING = Value(None, DateTimeField()), Value("")
COLUMNS = ("part", "start", "end", "what", "words")


@dataclass(frozen=True, slots=True)
class Mute:
    """A way by which nothing gets through since `since`; `error` says why."""

    channel: str
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Done:
    """A copy that was made or tried; `fault` is "" when it came to a good end."""

    at: datetime
    file: str
    fault: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`gaps` are those of the region's roster in the next seven days, `mute` the ways by which no alert gets through.

    `copy` and `trial` are the last ones, None before the first.

    The last training came to nothing; no rule takes what no other fits; an assignment without an operator was switched
    off by itself; a neighbour's program has not answered for a day, or wants no more calls. `unsealed`: since then
    nobody seals the journal.
    """

    mute: list[Mute]
    copy: Done | None
    trial: Done | None
    anchor: Done | None
    gaps: list[Span]
    learning_failed: bool
    no_fallback: bool
    automatic_stopped: bool
    program_silent: bool
    unsealed: datetime | None


DONE = ("copy", "trial", "anchor")


def standing(now: datetime) -> Standing:
    week = Span(now, now + AHEAD)
    duties = Duty.objects.filter(agency__isnull=True, starts_at__lt=week.end, ends_at__gt=week.start)
    parts = (
        _part("duty", duties, F("starts_at"), F("ends_at")),
        _part("learning", last_failed()),
        _part("fallback", fallback(localdate(now))),
        _part("copy", last(Run.Kind.COPY), F("at"), what=F("file"), words=F("fault")),
        _part("trial", last(Run.Kind.TRIAL), F("at"), what=F("file"), words=F("fault")),
        _part("anchor", last(Run.Kind.ANCHOR), F("at"), what=F("file"), words=F("fault")),
        _part("program", Subscription.objects.filter(Q(told_at__isnull=False) | Q(off_why=Subscription.Why.GONE))),
        _part("automatic", Automatic.objects.filter(on=False, stopped_at__isnull=False)),
        _part("unsealed", seals.late(now - seals.LATE), F("at")),
    )
    troubles = _part("mute", Trouble.objects.all(), F("since"), what=F("channel"), words=F("error"))
    rows = list(troubles.union(*parts, all=True))
    there = {part: start for part, start, *_rest in rows}
    mute = [Mute(str(Channel(what).label), start, words) for part, start, _end, what, words in rows if part == "mute"]
    covered = [Span(start, end) for part, start, end, _what, _words in rows if part == "duty"]
    done = {part: Done(start, what, words) for part, start, _end, what, words in rows if part in DONE}
    return Standing(
        copy=done.get("copy"),
        trial=done.get("trial"),
        anchor=done.get("anchor"),
        mute=sorted(mute, key=lambda one: one.since),
        gaps=gaps(week, covered),
        learning_failed="learning" in there,
        no_fallback="fallback" not in there,
        automatic_stopped="automatic" in there,
        program_silent="program" in there,
        unsealed=there.get("unsealed"),
    )


def _part(
    name: str,
    rows: QuerySet[Any],
    start: F | Value = NEVER,
    end: F | Value = NEVER,
    what: F | Value = NOTHING,
    words: F | Value = NOTHING,
) -> QuerySet[Any, Any]:
    """The same five columns of any table."""
    found: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(
            part=Cast(Value(name), CharField()),
            start=Cast(start, DateTimeField()) if start is NEVER else start,
            end=Cast(end, DateTimeField()) if end is NEVER else end,
            what=Cast(what, CharField()),
            words=Cast(words, CharField()),
        )
        .values_list(*COLUMNS)
    )
    return found
