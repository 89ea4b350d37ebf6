"""Verbs of a duty, and what the roster looks like. Each verb is one change and its journal row."""

from datetime import datetime, timedelta

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.notify.alerts.gaps import Span, gaps
from otklik.notify.alerts.models import Duty
from otklik.people.models import Agency, User

LONGEST = timedelta(days=31)
AHEAD = timedelta(days=7)


def put(user: User, agency: Agency | None, span: Span, place: int, by: User, at: datetime) -> Duty:
    """Raises Refused: "order" (it ends before it begins), "long", "past", "double" (he stands there at that time)."""
    if span.end <= span.start:
        raise Refused("order")
    if span.end - span.start > LONGEST:
        raise Refused("long")
    if span.end <= at:
        raise Refused("past")
    with book.turn():
        if Duty.objects.filter(user=user, agency=agency, starts_at__lt=span.end, ends_at__gt=span.start).exists():
            raise Refused("double")
        duty = Duty.objects.create(user=user, agency=agency, starts_at=span.start, ends_at=span.end, place=place)
        _write("duty.add", duty, by, at)
    return duty


def remove(duty: Duty, by: User, at: datetime) -> None:
    """Raises Refused "late": it is gone already."""
    with book.turn():
        if not Duty.objects.filter(pk=duty.pk).delete()[0]:
            raise Refused("late")
        _write("duty.remove", duty, by, at)


def between(span: Span) -> list[Duty]:
    """The duties that touch this span, as they are called. One query."""
    rows = Duty.objects.filter(starts_at__lt=span.end, ends_at__gt=span.start).select_related("user", "agency")
    return list(rows.order_by("starts_at", "agency__short_name", "place", "pk")[:500])


def region_gaps(now: datetime) -> list[Span]:
    """When nobody is on duty for the region within the next seven days. One query."""
    week = Span(now, now + AHEAD)
    return gaps(week, [Span(one.starts_at, one.ends_at) for one in between(week) if one.agency_id is None])


def _write(verb: str, duty: Duty, by: User, at: datetime) -> None:
    data = {
        "agency": duty.agency_id or 0,
        "from": int(duty.starts_at.timestamp()),
        "until": int(duty.ends_at.timestamp()),
        "place": duty.place,
    }
    book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"user:{duty.user_id}", data=data)
