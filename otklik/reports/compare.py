"""What a figure was in another period, and whether the difference is more than chance."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.reports.arithmetic import ENOUGH, Share, change
from otklik.reports.catalogue import Measure, Value
from otklik.reports.fold import Median, Tally
from otklik.reports.queries import Now
from otklik.reports.report import Against, Number, Unit
from otklik.reports.shown import shown


@dataclass(frozen=True, slots=True)
class Past:
    """Another period to compare with; `tally` is None when nothing was gathered yet at that time."""

    title: str
    tally: Tally | None


def against(measure: Measure, whole: Tally, now: Now, past: Past) -> Against:
    """The measure of a period then, and how it differs."""
    if past.tally is None:
        return Against(past.title, Number(measure.unit, None))
    here, there = measure.value(whole, now), measure.value(past.tally, now)
    by = _difference(here, there)
    better = by * measure.better > 0 if by and measure.better and _apart(here, there) else None
    return Against(past.title, measure.number(past.tally, now), by, better)


def _difference(now: Value, was: Value) -> int | None:
    """As Against has it; None where one of the two is of too few."""
    match now, was:
        case int(), int() if was >= ENOUGH:
            return change(now, was)
        case Share(), Share() if now.enough and was.enough:
            return (now.percent or 0) - (was.percent or 0)
        case Median(), Median() if now.between and was.between:
            return (now.middle or 0) - (was.middle or 0)
    return None


def _apart(now: Value, was: Value) -> bool:
    """Whether the two intervals do not meet: else the difference may be chance."""
    here, there = _interval(now), _interval(was)
    return here is not None and there is not None and (here[0] > there[1] or here[1] < there[0])


def _interval(value: Value) -> tuple[int, int] | None:
    match value:
        case Share() as share:
            return share.interval if share.enough else None
        case Median() as median:
            return median.between
        case _count:
            return None


def difference(one: Against) -> str:
    """«+12 %», «−3 п. п.», «быстрее»; "" where there is nothing to say."""
    if one.by is None:
        return ""
    match one.was.unit:
        case Unit.CARDS:
            return signed(one.by, "%")
        case Unit.PERCENT:
            return signed(one.by, _("п. п."))
        case _time:
            return "" if one.better is None else pace(one.by)


def pace(seconds: int) -> str:
    return _("быстрее") if seconds < 0 else _("медленнее")


def signed(by: int, unit: str) -> str:
    """«+12 %», «−3 п. п.», «0 %»."""
    sign = f"{by:+d}".replace("-", "−") if by else "0"
    return f"{sign} {unit}".replace(" ", "\u00a0")


def compared(one: Against) -> str:
    """«40 (+12 %)», «2 ч 10 мин», «—»."""
    words = difference(one)
    return f"{shown(one.was)} ({words})" if words else shown(one.was)
