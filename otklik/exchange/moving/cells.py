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
    text = text_of(cell)
    if not text:
        return Moment(odd="fault" if isinstance(cell, Fault) else "")
    for pattern, order in ((_ISO, (1, 2, 3)), (_RUSSIAN, (3, 2, 1))):
        if (match := pattern.fullmatch(text)) and (not match[8] or _ZONE.fullmatch(match[8])):
            year, month, day = (int(match[at]) for at in order)
            hour, minute, second = (int(match[at] or 0) for at in (4, 5, 6))
            micro = int((match[7] or "0")[:6].ljust(6, "0"))
            try:
                at = datetime(year, month, day, hour, minute, second, micro)  # noqa: DTZ001 - the zone comes next
                return _local(at, clock, "zone" if match[8] else "")
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
    text = text_of(cell)
    match = _DURATION.fullmatch(text) if text else None
    if match is None or (match[2] is None and match[3] is None):
        return None
    micro = int((match[6] or "0")[:6].ljust(6, "0"))
    clock = timedelta(
        hours=int(match[3] or 0), minutes=int(match[4] or 0), seconds=int(match[5] or 0), microseconds=micro
    )
    # «-1 day, 23:59:59» is how Python spells a second less than nothing: the sign is that of the days.
    whole_days = timedelta(days=int(f"{match[1]}{match[2] or 0}"))
    return whole_days + clock if match[2] else clock * (-1 if match[1] else 1)


def whole(cell: Cell | None) -> int | None:
    """A count; None for nothing and for what is none."""
    text = text_of(cell).replace("\xa0", "").replace(" ", "").removesuffix(".0")
    return int(text) if _WHOLE.fullmatch(text) else None


def kept(cell: Cell) -> Any:
    """The cell as JSON holds it."""
    if isinstance(cell, Number):
        return {"n": cell.digits}
    if isinstance(cell, Fault):
        return {"e": cell.code}
    return cell


def unkept(stored_cell: Any) -> Cell | None:
    """Back out of JSON; None for what no `kept` has written."""
    if isinstance(stored_cell, dict):
        if isinstance(stored_cell.get("n"), str):
            return Number(stored_cell["n"])
        return Fault(stored_cell["e"]) if isinstance(stored_cell.get("e"), str) else None
    return stored_cell if isinstance(stored_cell, str | bool) else None
