"""What stands in a cell, and what it means: texts, moments, durations, numbers. Pure.

How a cell was spelled is never lost: `kept` and `unkept` carry it through JSON.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from otklik.lib.cell import Cell, Fault, Number, text_of

_DAY_ONE = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - a file has no zone
_EARLIEST, _LATEST = datetime(2005, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(.*)")
_RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(.*)")
_ZONE = re.compile(r"Z|UTC|GMT|MSK|МСК|(?:UTC|GMT|МСК|MSK)?[+-]\d{1,2}(?::?\d{2})?", re.IGNORECASE)
_DURATION = re.compile(
    r"(-?)\s*(?:(\d{1,6})\s*(?:days?|дн\w*\.?|день|сут\w*\.?|д\.)\s*,?\s*)?(?:(\d{1,6}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[+-]?\d{1,18}")


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` in UTC, None for none. `odd` is a code of oddities.py, "" where all is well."""

    at: datetime | None = None
    odd: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """By whose clock a file tells the time, and from which day its numbers count."""

    zone: ZoneInfo
    from_1904: bool = False


def moment(cell: Cell | None, clock: Clock) -> Moment:
    """Local time without a zone. An hour that was twice is taken as the first of them, one that never was as if the
    clock had not been moved; a zone that somebody wrote behind it is not believed: the export has none."""
    if isinstance(cell, Number):
        days = cell.value
        if math.isnan(days) or not 0 < days < 200_000:
            return Moment(odd="moment")
        # Excel keeps fractions of a day: a whole second comes back a few microseconds beside itself.
        return _local(_DAY_ONE[clock.from_1904] + timedelta(milliseconds=round(days * 86_400_000)), clock, "")
    told = text_of(cell)
    if not told:
        return Moment(odd="fault" if isinstance(cell, Fault) else "")
    for pattern, order in ((_ISO, (1, 2, 3)), (_RUSSIAN, (3, 2, 1))):
        if (found := pattern.fullmatch(told)) and (not found[8] or _ZONE.fullmatch(found[8])):
            year, month, day = (int(found[at]) for at in order)
            hour, minute, second = (int(found[at] or 0) for at in (4, 5, 6))
            micro = int((found[7] or "0")[:6].ljust(6, "0"))
            try:
                at = datetime(year, month, day, hour, minute, second, micro)  # noqa: DTZ001 - the zone comes next
                return _local(at, clock, "zone" if found[8] else "")
            except ValueError:
                break
    return Moment(odd="moment")


def _local(naive: datetime, clock: Clock, odd: str) -> Moment:
    if not _EARLIEST <= naive < _LATEST:
        return Moment(odd="moment")
    first, second = (naive.replace(tzinfo=clock.zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        there = first.astimezone(UTC).astimezone(clock.zone).replace(tzinfo=None) == naive
        odd = "hour_twice" if there else "hour_never"
    return Moment(first.astimezone(UTC), odd)


def duration(cell: Cell | None) -> timedelta | None:
    """«4 days, 14:22:16.39», «14:22:16», a fraction of a day; None for nothing and for what is no duration."""
    if isinstance(cell, Number):
        days = cell.value
        return None if math.isnan(days) or abs(days) > 100_000 else timedelta(milliseconds=round(days * 86_400_000))
    told = text_of(cell)
    found = _DURATION.fullmatch(told) if told else None
    if found is None or (found[2] is None and found[3] is None):
        return None
    micro = int((found[6] or "0")[:6].ljust(6, "0"))
    clock = timedelta(
        hours=int(found[3] or 0), minutes=int(found[4] or 0), seconds=int(found[5] or 0), microseconds=micro
    )
    # «-1 day, 23:59:59» is how Python spells a second less than nothing: the sign is that of the days.
    whole_days = timedelta(days=int(f"{found[1]}{found[2] or 0}"))
    return whole_days + clock if found[2] else clock * (-1 if found[1] else 1)


def whole(cell: Cell | None) -> int | None:
    """A count; None for nothing and for what is none."""
    told = text_of(cell).replace("\xa0", "").replace(" ", "").removesuffix(".0")
    return int(told) if _WHOLE.fullmatch(told) else None


def kept(cell: Cell) -> Any:
    """The cell as JSON holds it."""
    if isinstance(cell, Number):
        return {"n": cell.digits}
    if isinstance(cell, Fault):
        return {"e": cell.code}
    return cell


def unkept(told: Any) -> Cell | None:
    """Back out of JSON; None for what no `kept` has written."""
    if isinstance(told, dict):
        if isinstance(told.get("n"), str):
            return Number(told["n"])
        return Fault(told["e"]) if isinstance(told.get("e"), str) else None
    return told if isinstance(told, str | bool) else None
