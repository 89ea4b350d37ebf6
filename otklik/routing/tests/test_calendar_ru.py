"""Where Russia's days off come from."""

import subprocess
import sys

import holidays
import pytest

from otklik.routing.calendar_ru import _russia

pytestmark = pytest.mark.once
ONE_DAY = """
import sys
from datetime import date
from otklik.routing.calendar_ru import _russia
assert date(2026, 1, 1) in _russia(2026)
print("holidays.countries.albania" in sys.modules)
"""


def test_they_are_those_of_the_package() -> None:
    for year in range(2015, 2032):
        assert dict(_russia(year)) == dict(holidays.country_holidays("RU", years=year, expand=False))


def test_no_other_country_is_loaded_for_them() -> None:
    done = subprocess.run([sys.executable, "-c", ONE_DAY], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
