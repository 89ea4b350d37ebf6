"""What a cell means, however it is spelled."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.lib.cell import Cell, Fault, Number, text_of
from otklik.moving.cells import Clock, duration, kept, moment, unkept, whole

MOSCOW = Clock(ZoneInfo("Europe/Moscow"))
BERLIN = Clock(ZoneInfo("Europe/Berlin"))
SNOW = datetime(2025, 12, 25, 5, 36, 39, tzinfo=UTC)
CELLS = st.one_of(st.text(max_size=40), st.floats().map(lambda value: Number(repr(value))), st.booleans())


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("'Яма у дома", "Яма у дома"),
        ("'", ""),
        ("-", ""),
        ("'-", ""),
        ("  ", ""),
        (None, ""),
        ("''двойной", "'двойной"),
        (Number("143"), "143"),
        (Number("143.0"), "143"),
        (Fault("#N/A"), ""),
        (True, "Да"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_text_has_no_apostrophe_in_front_and_a_dash_is_nothing(cell: Cell | None, told: str) -> None:
    assert text_of(cell) == told


@pytest.mark.parametrize(
    "cell",
    [
        "2025-12-25 08:36:39",
        "'2025-12-25T08:36:39",
        "25.12.2025 8:36:39",
        "25.12.2025, 08:36:39",
        Number("46016.3587847222"),
    ],
)
def test_local_time_is_read_from_text_and_from_a_day_number(cell: Cell) -> None:
    found = moment(cell, MOSCOW)
    assert found.at is not None
    assert abs(found.at - SNOW) < timedelta(milliseconds=1)
    assert found.odd == ""


def test_a_day_number_of_the_1904_system_is_four_years_and_a_day_less() -> None:
    found = moment(Number(str(46016.3587847222 - 1462)), Clock(MOSCOW.zone, from_1904=True)).at
    assert found is not None
    assert abs(found - SNOW) < timedelta(milliseconds=1)


@pytest.mark.parametrize("told", ["2025-12-25 08:36:39Z", "2025-12-25 08:36:39+00:00", "2025-12-25 08:36:39 UTC+5"])
def test_a_zone_behind_the_time_is_not_believed_and_is_said(told: str) -> None:
    assert (moment(told, MOSCOW).at, moment(told, MOSCOW).odd) == (SNOW, "zone")


def test_the_hour_that_was_twice_is_the_first_one_and_the_hour_that_never_was_is_taken_all_the_same() -> None:
    twice, never = moment("2025-10-26 02:30:00", BERLIN), moment("2025-03-30 02:30:00", BERLIN)
    assert (twice.at, twice.odd) == (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "hour_twice")
    assert (never.at, never.odd) == (datetime(2025, 3, 30, 1, 30, tzinfo=UTC), "hour_never")


@pytest.mark.parametrize("cell", ["вчера", "2025-13-01 00:00", "1899-01-01", Number("0"), Number("1e300"), Number("x")])
def test_what_is_no_date_is_odd_and_none(cell: Cell) -> None:
    assert (moment(cell, MOSCOW).at, moment(cell, MOSCOW).odd) == (None, "moment")


@pytest.mark.parametrize(
    ("cell", "took"),
    [
        ("4 days, 14:22:16.39", timedelta(days=4, hours=14, minutes=22, seconds=16, milliseconds=390)),
        ("1 day, 0:00:01", timedelta(days=1, seconds=1)),
        ("0:07:00", timedelta(minutes=7)),
        ("110:22", timedelta(hours=110, minutes=22)),
        ("4 дн. 14:22:16", timedelta(days=4, hours=14, minutes=22, seconds=16)),
        ("-1 day, 23:59:59", timedelta(seconds=-1)),
        (Number("0.5"), timedelta(hours=12)),
        (Number("4.5"), timedelta(days=4, hours=12)),
        ("-", None),
        ("долго", None),
        ("14:22:16 14", None),
        (Number("nan"), None),
    ],
)
def test_both_spellings_of_a_duration(cell: Cell, took: timedelta | None) -> None:
    assert duration(cell) == took


def test_a_count_may_be_a_text_a_number_or_a_float() -> None:
    assert [whole(cell) for cell in ("225 538", Number("4.0"), Number("4"), "2899.0", "много", Number("4.5"))] == [
        225538,
        4,
        4,
        2899,
        None,
        None,
    ]


@settings(max_examples=60)
@given(CELLS)
def test_any_cell_comes_back_from_json_and_none_ends_in_an_exception(cell: Cell) -> None:
    assert unkept(kept(cell)) == cell
    moment(cell, BERLIN)
    duration(cell)
    whole(cell)


@settings(max_examples=60)
@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=900)))
def test_a_duration_as_python_spells_it_is_read_to_the_microsecond(took: timedelta) -> None:
    assert duration(str(took)) == took
