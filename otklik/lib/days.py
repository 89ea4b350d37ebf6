"""Moments out of days: the one place that says when a day of the region begins and ends.

A day that people name («до 23 декабря») is the day by the region's clock, whatever zone a server or a moment is in.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings


def zone() -> ZoneInfo:
    """The region's time zone, of OTKLIK_TIME_ZONE."""
    return ZoneInfo(settings.TIME_ZONE)


def day_of(moment: datetime) -> date:
    """The region's day in which that moment lies. `moment` is aware."""
    return moment.astimezone(zone()).date()


def moment_of(day: date, hour: time) -> datetime:
    """When the region's clock shows this hour on this day."""
    return datetime.combine(day, hour, zone())


def begin_of(day: date) -> datetime:
    """The midnight with which the region's day begins."""
    return moment_of(day, time())


def end_of(day: date) -> datetime:
    """The last second of the region's day: what is promised «до» a day is kept until then."""
    return moment_of(day, time(23, 59, 59))
