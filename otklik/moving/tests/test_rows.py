"""What a cell means, however it is spelled, and a row as one value with what is odd about it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.lib.cell import Cell, Fault, Number, text_of
from otklik.moving import columns as c
from otklik.moving.cells import Clock, duration, kept, moment, unkept, whole
from otklik.moving.oddities import WORDS
from otklik.moving.rows import Row, Skip, read
from otklik.moving.tests.files import row

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


CREATED = datetime(2025, 12, 24, 17, 6, 2, tzinfo=UTC)


def cells(**changed: Any) -> dict[str, Cell]:
    return {
        name: Number(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for name, value in row(**changed).items()
        if value is not None
    }


def told(**changed: Any) -> Row:
    return read(cells(**changed), MOSCOW)


def odd(row: Row) -> list[tuple[str, str]]:
    return [(one.code, one.column) for one in row.odd]


def test_a_plain_row_has_nothing_odd() -> None:
    found = told()
    assert odd(found) == []
    assert (found.state, found.kind, found.outcome, found.reason) == ("done", "solvable", "explained", "silence")
    assert found.created_at == CREATED
    assert found.worked == 7 * 60


@pytest.mark.parametrize(
    ("changed", "code", "column"),
    [
        ({"CLOSED_AT": "2025-12-20 10:00:00"}, "before_created", c.CLOSED_AT),
        ({"ASSIGNED_AT": "2025-12-20 10:00:00"}, "before_created", c.ASSIGNED_AT),
        ({"STEP": "В работе"}, "closed_unfinished", c.CLOSED_AT),
        ({"CLOSED_AT": None}, "finished_unclosed", c.CLOSED_AT),
        ({"STEP": "Где-то"}, "step", c.STEP),
        ({"KIND": "Странный"}, "kind", c.KIND),
        ({"OUTCOME": "Так себе"}, "outcome", c.OUTCOME),
        ({"REASON": "Надоело"}, "reason", c.REASON),
        ({"AUDIENCE": "много"}, "count", c.AUDIENCE),
        ({"LIFE": "долго"}, "duration", c.LIFE),
        ({"LIFE": "0:00:05"}, "took_otherwise", c.LIFE),
        ({"FIRST_AT": "вчера"}, "moment", c.FIRST_AT),
        ({"HOUSE": Fault("#N/A")}, "fault", c.HOUSE),
        ({"CREATED_AT": None}, "created_from_others", c.CREATED_AT),
        ({"CREATED_AT": "2025-12-24 20:06:02Z"}, "zone", c.CREATED_AT),
    ],
)
def test_each_oddity_is_named_with_its_column(changed: dict[str, Any], code: str, column: str) -> None:
    assert (code, column) in odd(told(**changed))


def test_a_contradiction_is_settled_by_the_step() -> None:
    assert told(STEP="В работе").moments[c.CLOSED_AT] is None
    ended = told(CLOSED_AT="2025-12-20 10:00:00")
    assert ended.state == "done"
    assert ended.moments[c.CLOSED_AT] == ended.moments[c.RATING_AT]


def test_a_score_is_a_reason_with_a_mark_and_tags_are_told_apart() -> None:
    found = told(REASON="5", TAGS="двор; снег, двор")
    assert (found.reason, found.mark, found.tags) == ("score", 5, ("двор", "снег"))
    assert told(REASON=4).mark == 4


NO_DATES = dict.fromkeys(
    ("CREATED_AT", "FIRST_AT", "ASSIGNED_AT", "EXECUTOR_AT", "DRAFTED_AT", "CLOSED_AT", "RATING_AT")
)


@pytest.mark.parametrize(("changed", "code"), [({"ID": None}, "no_id"), (NO_DATES, "no_moment")])
def test_a_row_without_an_id_or_any_date_is_skipped(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Skip) as skipped:
        told(**changed)
    assert skipped.value.odd.code == code
    assert code in WORDS


def test_a_header_that_comes_again_is_skipped() -> None:
    with pytest.raises(Skip) as skipped:
        read({name: name for name in c.COLUMNS}, MOSCOW)
    assert skipped.value.odd.code == "header_again"
