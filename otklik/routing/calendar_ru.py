"""Working days of Russia: which days are worked and which are an hour shorter.

Days off, moved days off and working Saturdays come from the package `holidays`. It does not know shortened days, so
they stand here: a table for the years whose decrees are known, and for the others the rule of the Labour Code,
article 95 (the working day before a public holiday is an hour shorter). Days off by the decrees of 2020 and 2021 and
regional days off are not here: a calendar's special days say them.
"""

from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import holidays

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""No network message is older; and no decree reaches even near the end."""

TABLED_YEARS = range(2024, 2027)

SHORTENED = frozenset(
    {
        # The rule does not find these two: a working Saturday, then a Sunday, then the holiday.
        date(2024, 11, 2),
        date(2025, 11, 1),
        date(2024, 2, 22),
        date(2024, 3, 7),
        date(2024, 5, 8),
        date(2024, 6, 11),
        date(2025, 3, 7),
        date(2025, 4, 30),
        date(2025, 6, 11),
        date(2026, 4, 30),
        date(2026, 5, 8),
        date(2026, 6, 11),
        date(2026, 11, 3),
        # Working Saturdays of years before the table.
        date(2021, 2, 20),
        date(2022, 3, 5),
    }
)

WORKING_WEEKENDS = frozenset({date(2024, 4, 27), date(2024, 11, 2), date(2024, 12, 28), date(2025, 11, 1)})

# Labour Code, article 112.
PUBLIC_HOLIDAYS = frozenset({*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})

_DAY = timedelta(days=1)


class DayKind(StrEnum):
    OFF = "off"
    SHORT = "short"
    FULL = "full"


def kind(day: date) -> DayKind:
    """What kind of a day the Russian production calendar says it is. Raises ValueError outside 2000–2099."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"no calendar for the year {day.year}")
    if day not in WORKING_WEEKENDS and not _russia(day.year).is_working_day(day):
        return DayKind.OFF
    return DayKind.SHORT if _shortened(day) else DayKind.FULL


def weekend_kind(day: date) -> DayKind:
    """What kind of a day a Saturday or Sunday is for those who usually work on it (Labour Code, articles 95 and 112).

    Off on a public holiday, an hour shorter before one. No decree moves a day off to a weekend of theirs.
    """
    if (day.month, day.day) in PUBLIC_HOLIDAYS:
        return DayKind.OFF
    tomorrow = day + _DAY
    return DayKind.SHORT if (tomorrow.month, tomorrow.day) in PUBLIC_HOLIDAYS else DayKind.FULL


def _shortened(day: date) -> bool:
    if day in SHORTENED:
        return True
    tomorrow = day + _DAY
    return day.year not in TABLED_YEARS and (tomorrow.month, tomorrow.day) in PUBLIC_HOLIDAYS


@lru_cache(maxsize=128)
def _russia(year: int) -> holidays.HolidayBase:
    # expand=False: a look at one day must not add other years to an object that several threads share.
    return _calendar()(years=year, expand=False)


@cache
def _calendar() -> type[holidays.HolidayBase]:
    """The package's Russia, and no other country: the package imports all 250, which are 8 MB."""
    spec = spec_from_file_location("holidays_of_russia", Path(holidays.__file__).parent / "countries" / "russia.py")
    if spec is None or spec.loader is None:
        raise ImportError("the package `holidays` has no file of Russia")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    russia: type[holidays.HolidayBase] = module.Russia
    return russia
