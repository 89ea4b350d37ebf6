"""Verbs of the working days, lunch and zone of the region's calendar, and of calendars that agencies have of their own.

A change of the region's calendar moves limits of the citizen's clocks, as calendars.py has it. An agency's own calendar
counts for what is assigned from now on: its clocks that run keep their limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.models import Agency, User
from otklik.people.seen import check_seen, mark
from otklik.routing.calendars import hours_code, special_with
from otklik.routing.deadlines import WorkWeek
from otklik.routing.models import AgencyCalendar, Calendar
from otklik.routing.weeks import default_calendar


@dataclass(frozen=True, slots=True)
class Days:
    """Which days of the week are worked, and when nobody works on them. `zone` is "" for that of the region."""

    lunch: tuple[time, time] | None
    weekdays: frozenset[int]
    holidays: bool
    zone: str


def days_of(kept: Calendar) -> Days:
    lunch = (kept.lunch_from, kept.lunch_to) if kept.lunch_from and kept.lunch_to else None
    return Days(lunch, frozenset(kept.weekdays), kept.holidays, kept.zone)


def days_seen(kept: Calendar) -> str:
    days = days_of(kept)
    return mark(days.lunch, sorted(days.weekdays), days.holidays, days.zone)


def own_seen(kept: Calendar | None, agency: int | None) -> str:
    """The mark of an agency's calendar, or of there being none."""
    return mark(kept.opens, kept.closes, days_seen(kept), agency) if kept else mark()


def with_days(week: WorkWeek, days: Days) -> WorkWeek:
    """Raises ValueError when lunch lies outside the hours."""
    zone = ZoneInfo(days.zone or settings.TIME_ZONE)
    return replace(week, lunch=days.lunch, weekdays=days.weekdays, holidays=days.holidays, zone=zone)


def set_days(days: Days, was_seen: str, change_words: str, by: User, at: datetime) -> bool:
    """Of the region's calendar, which is made if there is none; `change_words` are for the journal. Whether
    anything changed. Raises Refused "overtaken": they are not what was seen."""
    with book.turn():
        kept = default_calendar()
        check_seen(days_seen(kept), was_seen)
        if days_of(kept) == days:
            return False
        _put(kept, days)
        _write("calendar.week", kept.pk, None, change_words, by, at)
    return True


def own_calendar(agency: Agency) -> Calendar | None:
    """The one it has itself, not the one that it inherits."""
    return Calendar.objects.filter(agency_links__agency=agency).first()


def set_own(
    agency: Agency, hours: tuple[time, time], days: Days, was_seen: str, change_words: str, by: User, at: datetime
) -> bool:
    """The agency's own calendar is made or changed. Whether anything changed. Raises Refused "overtaken"."""
    with book.turn():
        kept = own_calendar(agency)
        check_seen(own_seen(kept, agency.pk), was_seen)
        if kept and (kept.opens, kept.closes, days_of(kept)) == (*hours, days):
            return False
        made = kept or Calendar(title=agency.short_name)
        made.opens, made.closes = hours
        _put(made, days)
        AgencyCalendar.objects.get_or_create(agency=agency, defaults={"calendar": made})
        _write("calendar.own", made.pk, agency, change_words, by, at)
    return True


def own_days_seen(kept: Calendar) -> str:
    return mark(sorted(kept.special_days.items()))


def set_own_day(agency: Agency, day: date, hours: int | None, was_seen: str, by: User, at: datetime) -> bool:
    """How many hours the agency works that day; None: as on any day of its kind. Whether anything changed.

    Raises Refused: "late" where it has no calendar of its own any more, "overtaken" where other days are not what was
    seen.
    """
    with book.turn():
        kept = own_calendar(agency)
        if kept is None:
            raise Refused("late")
        check_seen(own_days_seen(kept), was_seen)
        was = kept.special_days.get(day.isoformat())
        if was == hours:
            return False
        kept.special_days = special_with(kept.special_days, day, hours)
        kept.save(update_fields=["special_days"])
        payload = {"day": day.isoformat(), "hours": hours_code(hours), "before": {"hours": hours_code(was)}}
        _write("calendar.own_day", kept.pk, agency, "", by, at, payload)
    return True


def remove_own(agency: Agency, was_seen: str, change_words: str, by: User, at: datetime) -> None:
    """It works as those above it do. Raises Refused: "late" when it is gone already, "overtaken" when it is another."""
    with book.turn():
        kept = own_calendar(agency)
        if kept is None:
            raise Refused("late")
        check_seen(own_seen(kept, agency.pk), was_seen)
        pk = kept.pk
        kept.delete()
        _write("calendar.remove", pk, agency, change_words, by, at)


def _put(kept: Calendar, days: Days) -> None:
    kept.lunch_from, kept.lunch_to = days.lunch or (None, None)
    kept.weekdays, kept.holidays, kept.zone = sorted(days.weekdays), days.holidays, days.zone
    kept.save()


def _write(
    verb: str,
    pk: int,
    agency: Agency | None,
    change_words: str,
    by: User,
    at: datetime,
    payload: Mapping[str, object] | None = None,
) -> None:
    data = {**({"agency": agency.pk} if agency else {}), **(payload or {})}
    book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"calendar:{pk}", words=change_words, data=data)
