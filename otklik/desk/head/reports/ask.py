"""What is asked of reports in a hostile address line or form: which one, of what, and when by mail."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from otklik.desk.gate import integer
from otklik.desk.head.ask import narrowing_of
from otklik.lib.days import day_of
from otklik.reports.atlas import Names
from otklik.reports.formats import FORMATS, Format
from otklik.reports.periods import BadPeriod
from otklik.reports.plan import When
from otklik.reports.spans import Cycle, Span, code_of, span
from otklik.reports.whose import Narrowing
from otklik.work.translated import translated

USUAL_HOUR = 8


class Trouble(ValueError):
    """The sentence is for whoever filled in the form, in his language."""


@dataclass(frozen=True, slots=True)
class Wanted:
    form: Format
    span: Span
    narrowing: Narrowing


def wanted(query: QueryDict, names: Names, now: datetime) -> Wanted:
    """The report that is asked for. Unknown ids are no filter. Raises Trouble."""
    cycle, form = cycle_of(query.get("cycle")), format_of(query.get("ending"))
    try:
        day = date.fromisoformat(query.get("day", "")[:10])
    except ValueError:
        raise Trouble(_("Выберите день: отчёт будет за день, неделю или месяц, в который он попадает.")) from None
    try:
        return Wanted(form, span(code_of(cycle, day), now, ZoneInfo(settings.TIME_ZONE)), narrowing_of(query, names))
    except BadPeriod as error:
        raise Trouble(translated(str(error))) from None


def cycle_of(word: str | None) -> Cycle:
    if word not in list(Cycle):
        raise Trouble(_("Выберите, какой нужен отчёт: за сутки, неделю или месяц."))
    return Cycle(word)


def format_of(word: str | None) -> Format:
    if word not in FORMATS:
        raise Trouble(_("Такого формата нет: выберите PDF, Word или Excel."))
    return FORMATS[word or ""]


def when(query: QueryDict) -> When:
    """Of the two days the one counts that the cycle has. Raises Trouble."""
    cycle = cycle_of(query.get("cycle"))
    hour = integer(query.get("hour"), -1)
    day = {
        Cycle.DAILY: 0,
        Cycle.WEEKLY: integer(query.get("weekday"), -1),
        Cycle.MONTHLY: integer(query.get("month_day"), -1),
    }[cycle]
    good = {Cycle.DAILY: day == 0, Cycle.WEEKLY: 0 <= day <= 6, Cycle.MONTHLY: 1 <= day <= 28}[cycle]
    if not (good and 0 <= hour <= 23):
        raise Trouble(_("Выберите час и день: для недели день недели, для месяца число от 1 до 28."))
    return When(cycle, hour, day)


def yesterday(now: datetime) -> date:
    return day_of(now) - timedelta(days=1)
