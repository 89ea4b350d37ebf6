"""Verbs of the calendar and the norms, and what a change of either does to clocks that run.

A change moves limits and never a start; a clock that was met, missed or cancelled stays as it is, and so does a last
answer for which an operator has granted a later day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import BigIntegerField, BooleanField, CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.models import User
from otklik.people.seen import before, check_seen, mark
from otklik.routing import clocks
from otklik.routing.deadlines import TooFar, WorkWeek, limit
from otklik.routing.models import Calendar, Deadline, Extension, Norm
from otklik.routing.norms import NORMED, Allowed, Matter, allowed, pick
from otklik.routing.weeks import default_calendar
from otklik.triage.models import Verdict

MOST = 5000
PIECE = 500
CLOCKS = clocks.CITIZENS
"""The clocks whose limits follow a change. The others keep the limit that they were given when they began."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What limits are computed from. `fast` says of single themes that they are, or are not, for the fast track."""

    week: WorkWeek
    norms: Sequence[Allowed]
    fast: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs, with what its limit hangs on."""

    pk: int
    clock: str
    starts_at: datetime
    made_at: datetime
    limit_at: datetime
    working: bool
    theme: int | None
    group: int | None
    fast_track: bool
    priority: int
    network: str
    place: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change would do: clocks and cards whose limit moves, cards that are late at once, clocks looked at."""

    moved: int
    cards: int
    late: int
    looked: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of moving limits: how many moved, the last clock looked at, how many are still to be looked at."""

    moved: int
    last: int
    left: int


def ground_now() -> Ground:
    """As it stands. Two queries."""
    return Ground(clocks.work_week(), clocks.norms_of(*NORMED))


def with_norm(norms: Iterable[Allowed], new: Allowed) -> list[Allowed]:
    """The norms with this one in place of the one for the same."""
    return [*without_norm(norms, new), new]


def without_norm(norms: Iterable[Allowed], gone: Allowed) -> list[Allowed]:
    return [one for one in norms if one.scope != gone.scope]


def norm_like(norms: Iterable[Allowed], norm: Allowed) -> Allowed | None:
    """The norm that is written down for the same clock and cards, however long it is."""
    return next((one for one in norms if one.scope == norm.scope), None)


def norm_seen(norm: Allowed | None) -> str:
    """The mark of a norm, or of there being none."""
    return mark(norm.minutes, norm.working) if norm else mark()


def hours_seen(kept: Calendar) -> str:
    return mark(kept.opens, kept.closes)


def day_seen(kept: Calendar, day: date) -> str:
    return mark(kept.special_days.get(day.isoformat()))


def outlook(after: Ground, now: datetime) -> Outlook:
    """What would move if it were so. The first 5000 clocks that run; one query."""
    moved: set[tuple[int, str]] = set()
    cards: set[int] = set()
    late: set[int] = set()
    rows = list(_running().values_list("incident", *_FIELDS)[:MOST])
    for incident, *row in rows:
        one = Running(*row)
        limit_at, working = limit_of(one, after)
        if (limit_at, working) == (one.limit_at, one.working):
            continue
        moved.add((incident, one.clock))
        cards.add(incident)
        if limit_at <= now < one.limit_at:
            late.add(incident)
    return Outlook(len(moved), len(cards), len(late), len(rows))


def limit_of(one: Running, ground: Ground) -> tuple[datetime, bool]:
    """When the clock runs out by this ground, and whether by working time."""
    fast = ground.fast.get(one.theme or 0, one.fast_track)
    matter = Matter(one.theme, one.group, fast, one.priority, one.network, one.place, one.starts_at)
    minutes, working = pick(ground.norms, one.clock, matter)
    try:
        return limit(one.starts_at, minutes, working, ground.week), working
    except TooFar:  # as clocks.start has it: a message dated by a broken clock
        begun = one.starts_at if one.clock == Norm.Clock.SECOND_ANSWER else one.made_at
        return begun + timedelta(minutes=minutes), working


def move_limits(after: int, by: User, at: datetime) -> Piece:
    """The next 500 running clocks after this id get the limits that are right now. Safe to repeat."""
    with book.turn():
        ground = ground_now()
        rows = _running().filter(pk__gt=after)
        piece = [Running(*row) for row in rows.values_list(*_FIELDS)[:PIECE]]
        moved = sum(_move(one, ground) for one in piece)
        last = piece[-1].pk if piece else after
        left = _running().filter(pk__gt=last).count()
        if moved:
            book.write(
                at=at, actor=f"user:{by.pk}", verb="norm.apply", subject="norm:all", data={"moved": moved, "last": last}
            )
    return Piece(moved, last, left)


def _move(one: Running, ground: Ground) -> bool:
    limit_at, working = limit_of(one, ground)
    if (limit_at, working) == (one.limit_at, one.working):
        return False
    mine = Deadline.objects.filter(pk=one.pk, met_at=None, missed_at=None, cancelled_at=None)
    return bool(mine.update(limit_at=limit_at, working=working, due_at=limit_at - clocks.WARN_BEFORE))


_FIELDS = (
    *("pk", "clock", "starts_at", "incident__created_at", "limit_at", "working"),
    *("about", "about_group", "fast", "incident__priority", "incident__network", "where"),
)


def _running() -> QuerySet[Deadline]:
    """In the order of their ids, without answers that were granted a later day: the last one, or the next one since its
    card was opened again."""
    verdict = Verdict.objects.filter(message__links__incident=OuterRef("incident"), message__links__main=True)
    latest = verdict.order_by("-pk")
    granted = Extension.objects.filter(incident=OuterRef("incident"), state=Extension.State.GRANTED)
    deadlines = Deadline.objects.filter(clock__in=CLOCKS, met_at=None, missed_at=None, cancelled_at=None)
    return (
        deadlines.exclude(Exists(granted), clock=Norm.Clock.FINAL_ANSWER)
        .exclude(Exists(granted.filter(decided_at__gte=OuterRef("starts_at"))), clock=Norm.Clock.SECOND_ANSWER)
        .annotate(
            about=Coalesce(F("incident__theme"), Subquery(latest.values("theme")[:1]), output_field=BigIntegerField()),
            about_group=Coalesce(
                F("incident__theme__group"), Subquery(latest.values("theme__group")[:1]), output_field=BigIntegerField()
            ),
            where=Coalesce(
                F("incident__place__path"), F("incident__guessed_place__path"), Value(""), output_field=CharField()
            ),
            fast=Coalesce(
                F("incident__theme__fast_track"),
                Subquery(latest.values("theme__fast_track")[:1]),
                False,
                output_field=BooleanField(),
            ),
        )
        .order_by("pk")
    )


def set_norm(norm_input: Allowed, was_seen: str, by: User, at: datetime) -> bool:
    """The norm for a clock and theme, or fast track, or all: made or changed. Whether anything changed.

    Raises Refused "overtaken": it is not what was seen.
    """
    with book.turn():
        norm = _same(norm_input).first()
        current_norm = allowed(norm) if norm else None
        check_seen(norm_seen(current_norm), was_seen)
        if current_norm == norm_input:
            return False
        verb = "norm.edit" if norm else "norm.add"
        if norm is None:
            norm = Norm(**_scope(norm_input))
        codes = _codes(norm_input)
        data = (
            {"was": current_norm.minutes, "before": before(_codes(current_norm), codes)} if current_norm else {"was": 0}
        )
        norm.minutes, norm.working = norm_input.minutes, norm_input.working
        norm.save()
        _write(verb, f"norm:{norm.pk}", by, at, {**codes, **data})
    return True


def remove_norm(norm: Norm, was_seen: str, by: User, at: datetime) -> None:
    """Raises Refused: "late" when it is gone already, "overtaken" when it is another one by now."""
    with book.turn():
        here = Norm.objects.filter(pk=norm.pk).first()
        if here is None:
            raise Refused("late")
        pk, current_norm = here.pk, allowed(here)
        check_seen(norm_seen(current_norm), was_seen)
        here.delete()
        _write("norm.remove", f"norm:{pk}", by, at, _codes(current_norm))


def set_hours(opens: time, closes: time, was_seen: str, by: User, at: datetime) -> bool:
    """The hours of the default calendar, which is made if there is none. Whether anything changed.

    Raises Refused "overtaken": they are not what was seen.
    """

    def change(kept: Calendar) -> dict[str, object]:
        check_seen(hours_seen(kept), was_seen)
        was = {"opens": _minutes(kept.opens), "closes": _minutes(kept.closes)}
        kept.opens, kept.closes = opens, closes
        return {"opens": _minutes(opens), "closes": _minutes(closes), "before": was}

    return _change_calendar(change, by, at)


def set_day(day: date, hours: int | None, was_seen: str, by: User, at: datetime) -> bool:
    """How many hours that day is worked; None gives it back to the production calendar. Whether anything changed.

    Raises Refused "overtaken": it is not what was seen.
    """

    def change(kept: Calendar) -> dict[str, object]:
        check_seen(day_seen(kept, day), was_seen)
        was = kept.special_days.get(day.isoformat())
        kept.special_days = special_with(kept.special_days, day, hours)
        return {"day": day.isoformat(), "hours": hours_code(hours), "before": {"hours": hours_code(was)}}

    return _change_calendar(change, by, at)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def hours_code(worked: float | None) -> int | str:
    """For the journal, which takes whole numbers and codes: -1 is «as in the production calendar», «7.5» a code."""
    return -1 if worked is None else int(worked) if worked == int(worked) else f"{worked:g}"


def special_with(days: dict[str, float], day: date, hours: int | None) -> dict[str, float]:
    rest = {key: value for key, value in days.items() if key != day.isoformat()}
    return dict(sorted((rest if hours is None else {**rest, day.isoformat(): hours}).items()))


def with_hours(week: WorkWeek, opens: time, closes: time) -> WorkWeek:
    """Raises ValueError when it closes before it opens."""
    return replace(week, opens=opens, closes=closes)


def with_day(week: WorkWeek, day: date, hours: int | None) -> WorkWeek:
    rest = {one: value for one, value in week.special.items() if one != day}
    return replace(week, special=rest if hours is None else {**rest, day: float(hours)})


def _change_calendar(change: Callable[[Calendar], dict[str, Any]], by: User, at: datetime) -> bool:
    with book.turn():
        kept = default_calendar()
        data = change(kept)
        if all(data[name] == value for name, value in data["before"].items()):
            return False
        kept.save()
        _write("calendar.edit", f"calendar:{kept.pk}", by, at, data)
    return True


def _same(norm: Allowed) -> QuerySet[Norm]:
    scope = {name: value for name, value in _scope(norm).items() if value is not None}
    empty = {f"{name}__isnull": True for name in _scope(norm) if name not in scope}
    return Norm.objects.filter(**scope, **empty, until=None).select_related("place").order_by("pk")


def _scope(norm: Allowed) -> dict[str, Any]:
    return {
        "clock": norm.clock,
        "theme_id": norm.theme,
        "group_id": norm.group,
        "fast_track": norm.fast_track,
        "priority": norm.priority,
        "network": norm.network,
        "place_id": norm.place,
    }


def _codes(norm: Allowed) -> dict[str, object]:
    return {
        "clock": norm.clock,
        "theme": norm.theme or 0,
        "fast": norm.fast_track,
        **{name: value for name, value in _wider(norm) if value},
        "minutes": norm.minutes,
        "working": norm.working,
    }


def _wider(norm: Allowed) -> tuple[tuple[str, object], ...]:
    """What most norms do not ask for."""
    return ("group", norm.group), ("priority", norm.priority), ("network", norm.network), ("place", norm.place)


def _write(verb: str, subject: str, by: User, at: datetime, data: dict[str, object]) -> None:
    book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=subject, data=data)
