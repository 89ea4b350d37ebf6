"""Periods of a report: presets, dates from a hostile address line, the period before, and days to draw. Pure.

Everything is aware; a period is [since, until), and its days are days of the local clock of `zone`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from otklik.lib.sentence import Sentence as _

FIRST_DAY = date(2015, 1, 1)
"""No network this product reads was answered by a region before; older dates are slips of the pen."""

LONGEST = 5 * 366
WEEKS_FROM = 63
"""Longer periods are drawn by weeks."""


class BadPeriod(ValueError):
    """The sentence is for whoever typed the dates."""


class Preset(StrEnum):
    TODAY = "today"
    WEEK = "7d"
    THIRTY = "30d"
    MONTH = "month"
    SEVEN_MONTHS = "7m"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Period:
    """[since, until) with the same stretch before it. `first` and `last` are its local days, both inside.

    `until` does not lie in the future, so that today until now is compared with yesterday until the same hour. Both
    ends are whole seconds, as all moments of figures are; the present second is within.
    """

    since: datetime
    until: datetime
    before_since: datetime
    before_until: datetime
    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def preset(name: str, now: datetime, zone: ZoneInfo) -> Period:
    """The period of a preset that ends today. Raises BadPeriod for a name that is none."""
    today = now.astimezone(zone).date()
    match name:
        case Preset.TODAY:
            return _period(today, today, now, zone)
        case Preset.WEEK:
            return _period(today - timedelta(days=6), today, now, zone)
        case Preset.THIRTY:
            return _period(today - timedelta(days=29), today, now, zone)
        case Preset.MONTH:
            first = today.replace(day=1)
            return _period(first, today, now, zone, months_back(first, 1))
        case Preset.SEVEN_MONTHS:
            first = months_back(today, 7) + timedelta(days=1)
            return _period(first, today, now, zone)
    raise BadPeriod(_("Такого периода нет: выберите один из списка."))


def own(since: str, until: str, now: datetime, zone: ZoneInfo) -> Period:
    """The period between two typed dates, both inside. Raises BadPeriod with a sentence for a person."""
    first, last = _day(since, _("начала")), _day(until, _("конца"))
    today = now.astimezone(zone).date()
    if last < first:
        raise BadPeriod(_("Конец периода раньше его начала: поменяйте даты местами."))
    if first > today:
        raise BadPeriod(_("Этот период ещё не наступил."))
    if (last - first).days >= LONGEST:
        raise BadPeriod(_("Период длиннее пяти лет: возьмите короче."))
    return _period(first, min(last, today), now, zone)


def months_back(day: date, months: int) -> date:
    """The same day so many months earlier; the last day of that month when it has no such day."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def buckets(period: Period) -> list[date]:
    """The days a chart begins its bars with: each day, or the Mondays of long periods (the first one as it is)."""
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    if period.days < WEEKS_FROM:
        return days
    return [day for day in days if day == period.first or day.weekday() == 0]


def _period(first: date, last: date, now: datetime, zone: ZoneInfo, before_first: date | None = None) -> Period:
    since = midnight(first, zone)
    second = now if not now.microsecond else now.replace(microsecond=0) + timedelta(seconds=1)
    until = max(min(midnight(last + timedelta(days=1), zone), second), since)
    before_first = before_first or first - timedelta(days=(last - first).days + 1)
    shift = first - before_first
    before_until = min((until.astimezone(zone).replace(tzinfo=None) - shift).replace(tzinfo=zone), since)
    return Period(since, until, midnight(before_first, zone), before_until, first, last, zone)


def _day(text: str, which: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadPeriod(_("Не понятна дата %(which)s: нужна дата вида 25.11.2026.") % {"which": which}) from None
    if not FIRST_DAY <= day <= date(2099, 12, 31):
        raise BadPeriod(_("Дата %(which)s вне разумных пределов: с 2015 по 2099 год.") % {"which": which})
    return day
