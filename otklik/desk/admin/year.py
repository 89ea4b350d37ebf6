"""A year of the calendar for reading: how much each month works, and the days that differ from the usual week."""

import calendar
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from otklik.routing.deadlines import WorkWeek


@dataclass(frozen=True, slots=True)
class Month:
    """`first` names the month; `days` are sentences such as «9 выходной», those set here by hand marked."""

    first: date
    worked: int
    hours: str
    days: list[tuple[str, bool]]


def months(week: WorkWeek, year: int) -> list[Month]:
    """Twelve of them. Pure."""
    return [_month(week, date(year, number, 1)) for number in range(1, 13)]


def _month(week: WorkWeek, first: date) -> Month:
    last = calendar.monthrange(first.year, first.month)[1]
    days = [first.replace(day=number) for number in range(1, last + 1)]
    hours = [week.day_hours(day) for day in days]
    told = [(words, day in week.special) for day in days if (words := _differs(week, day))]
    return Month(first, sum(one > 0 for one in hours), shown(sum(hours)), told)


def _differs(week: WorkWeek, day: date) -> str:
    """«9 выходной»; "" for a day like any other of its kind."""
    hours, weekend = week.day_hours(day), day.weekday() not in week.weekdays
    if day not in week.special and (weekend and not hours):
        return ""
    usual = max((week.day_hours(one) for one in _plain(week, day)), default=0.0)
    told = {"day": day.day, "hours": shown(hours)}
    if not hours:
        return _("%(day)d выходной") % told
    if weekend or day in week.special or hours < usual:
        return _("%(day)d работаем %(hours)s ч") % told
    return ""


def _plain(week: WorkWeek, day: date) -> list[date]:
    """The days of the same month that nobody set by hand."""
    last = calendar.monthrange(day.year, day.month)[1]
    return [one for number in range(1, last + 1) if (one := day.replace(day=number)) not in week.special]


def shown(hours: float) -> str:
    """«8», «7,5»."""
    return f"{round(hours, 2):g}".replace(".", ",")
