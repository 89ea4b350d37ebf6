"""What a figure was in another period, and whether the difference is more than chance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.reports.arithmetic import ENOUGH, Share, change
from otklik.reports.fold import Tally
from otklik.reports.report import Against, Number, Unit
from otklik.reports.shown import shown

Between = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Past:
    """Another period to compare with; `tally` is None when nothing was gathered yet at that time."""

    title: str
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure of a tally with what its certainty is judged by. `good` is 1 where more is better, -1 where less is,
    0 where it is neither."""

    number: Number
    good: int
    share: Share | None = None
    between: Between = None


def _received(told: Tally) -> Reading:
    return Reading(Number(Unit.CARDS, told.received), 0)


def _first_answer(told: Tally) -> Reading:
    return Reading(Number(Unit.TIME, told.line.median, told.line.answered), -1, between=told.between)


def _working(told: Tally) -> Reading:
    number = Number(Unit.WORKING, told.working_median, told.line.answered)
    return Reading(number, -1, between=told.working_between)


def _of(good: int, share: Callable[[Tally], Share]) -> Callable[[Tally], Reading]:
    def read(told: Tally) -> Reading:
        found = share(told)
        return Reading(Number(Unit.PERCENT, found.percent, found.n), good, share=found)

    return read


READINGS: Mapping[str, Callable[[Tally], Reading]] = {
    "received": _received,
    "answered": _of(1, lambda told: Share(told.line.answered, told.line.count)),
    "first_answer": _first_answer,
    "working": _working,
    "quick": _of(1, lambda told: told.line.quick),
    "within_day": _of(1, lambda told: told.line.within_day),
    "good": _of(1, lambda told: told.line.good),
    "brushed_off": _of(-1, lambda told: told.brushed_off),
    "reopened": _of(-1, lambda told: told.reopened),
    "second": _of(1, lambda told: told.second),
    "returned": _of(-1, lambda told: told.returned),
}


def against(figure: str, whole: Tally, past: Past) -> Against:
    """The figure of this name then, and the difference in words: "" where there is nothing to say."""
    read = READINGS[figure]
    now = read(whole)
    if past.tally is None:
        return Against(past.title, Number(now.number.unit, None), "")
    then = read(past.tally)
    better = _better(now, then)
    return Against(past.title, then.number, _difference(now.number, then.number) or _pace(now.number, better), better)


def _difference(now: Number, then: Number) -> str:
    """Counts change by per cent, shares by percentage points. Of too few nothing is said."""
    if now.value is None or then.value is None:
        return ""
    if now.unit == Unit.CARDS:
        by = change(now.value, then.value) if then.value >= ENOUGH else None
        return "" if by is None else signed(by, "%")
    enough = min(now.n or 0, then.n or 0) >= ENOUGH
    if now.unit == Unit.PERCENT and enough:
        return signed(now.value - then.value, _("п. п."))
    return ""


def _pace(now: Number, better: bool | None) -> str:
    if better is None or now.unit not in (Unit.TIME, Unit.WORKING):
        return ""
    return _("быстрее") if better else _("медленнее")


def signed(by: int, unit: str) -> str:
    """«+12 %», «−3 п. п.», «0 %»."""
    sign = f"{by:+d}".replace("-", "−") if by else "0"
    return f"{sign} {unit}".replace(" ", "\u00a0")


def _better(now: Reading, then: Reading) -> bool | None:
    """None where the two intervals meet: the difference may be chance."""
    if not now.good or now.number.value is None or then.number.value is None:
        return None
    here, there = _interval(now), _interval(then)
    if here is None or there is None or not (here[0] > there[1] or here[1] < there[0]):
        return None
    return (now.number.value - then.number.value) * now.good > 0


def _interval(one: Reading) -> Between:
    if one.share is None:
        return one.between
    return one.share.interval if one.share.enough else None


def told(one: Against) -> str:
    """«40 (+12 %)», «2 ч 10 мин», «—»."""
    return f"{shown(one.was)} ({one.words})" if one.words else shown(one.was)
