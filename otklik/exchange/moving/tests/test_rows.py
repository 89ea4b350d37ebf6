from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.exchange.moving import columns as c
from otklik.exchange.moving.cells import Clock, duration, kept, moment, unkept, whole
from otklik.exchange.moving.oddities import WORDS
from otklik.exchange.moving.rows import Row, Skip, read
from otklik.exchange.moving.tests.files import row
from otklik.lib.cell import Cell, Fault, Number, text_of
from tests.tiers import fewer

MOSCOW = Clock(ZoneInfo("Europe/Moscow"))
BERLIN = Clock(ZoneInfo("Europe/Berlin"))
SNOW = datetime(2025, 12, 25, 5, 36, 39, tzinfo=UTC)
CELLS = st.one_of(st.text(max_size=40), st.floats().map(lambda value: Number(repr(value))), st.booleans())


def test_a_text_has_no_apostrophe_in_front_and_a_dash_is_nothing() -> None:
    for cell, text in (
        ("'Яма у дома", "Яма у дома"),
        *((empty, "") for empty in ("'", "-", "'-", "  ", None, Fault("#N/A"))),
        ("''двойной", "'двойной"),
        (Number("143"), "143"),
        (Number("143.0"), "143"),
        (True, "Да"),
        ("=1+1", "=1+1"),
    ):
        assert text_of(cell) == text, cell


def test_local_time_is_read_from_text_and_day_numbers_and_what_is_no_plain_date_is_odd() -> None:
    in_1904 = Clock(MOSCOW.zone, from_1904=True)
    cells: list[tuple[Cell, Clock]] = [
        *((text, MOSCOW) for text in ("2025-12-25 08:36:39", "'2025-12-25T08:36:39", "25.12.2025 8:36:39")),
        *(("25.12.2025, 08:36:39", MOSCOW), (Number("46016.3587847222"), MOSCOW)),
        (Number(str(46016.3587847222 - 1462)), in_1904),
    ]
    for cell, where in cells:
        cell_moment = moment(cell, where)
        assert cell_moment.at is not None, cell
        assert (abs(cell_moment.at - SNOW) < timedelta(milliseconds=1), cell_moment.odd) == (True, ""), cell
    for written in ("2025-12-25 08:36:39Z", "2025-12-25 08:36:39+00:00", "2025-12-25 08:36:39 UTC+5"):
        cell_moment = moment(written, MOSCOW)
        assert (cell_moment.at, cell_moment.odd) == (SNOW, "zone"), "a zone behind the time is not believed"
    twice, never = moment("2025-10-26 02:30:00", BERLIN), moment("2025-03-30 02:30:00", BERLIN)
    assert (twice.at, twice.odd) == (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "hour_twice")
    assert (never.at, never.odd) == (datetime(2025, 3, 30, 1, 30, tzinfo=UTC), "hour_never")
    for cell in ("вчера", "2025-13-01 00:00", "1899-01-01", Number("0"), Number("1e300"), Number("x")):
        assert (moment(cell, MOSCOW).at, moment(cell, MOSCOW).odd) == (None, "moment"), cell


def test_both_spellings_of_a_duration_and_a_count_as_a_text_a_number_or_a_float() -> None:
    spellings: list[tuple[Cell, timedelta | None]] = [
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
    ]
    assert [duration(cell) for cell, _took in spellings] == [took for _cell, took in spellings]
    counts = ("225 538", Number("4.0"), Number("4"), "2899.0", "много", Number("4.5"))
    assert [whole(cell) for cell in counts] == [225538, 4, 4, 2899, None, None]


@settings(max_examples=fewer(60))
@given(CELLS)
def test_any_cell_comes_back_from_json_and_none_ends_in_an_exception(cell: Cell) -> None:
    assert unkept(kept(cell)) == cell
    moment(cell, BERLIN)
    duration(cell)
    whole(cell)


@settings(max_examples=fewer(60))
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


def row_of(**changed: Any) -> Row:
    return read(cells(**changed), MOSCOW)


def odd(row: Row) -> list[tuple[str, str]]:
    return [(one.code, one.column) for one in row.odd]


def test_a_plain_row_has_nothing_odd_and_each_oddity_is_named_with_its_column() -> None:
    parsed_row = row_of()
    assert odd(parsed_row) == []
    assert (parsed_row.state, parsed_row.kind, parsed_row.outcome, parsed_row.reason) == (
        "done",
        "solvable",
        "explained",
        "silence",
    )
    assert parsed_row.created_at == CREATED
    assert parsed_row.worked == 7 * 60
    for changed, code, column in (
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
    ):
        assert (code, column) in odd(row_of(**changed))


def test_a_contradiction_is_settled_by_the_step_a_score_is_a_reason_with_a_mark_and_tags_are_told_apart() -> None:
    assert row_of(STEP="В работе").moments[c.CLOSED_AT] is None
    ended = row_of(CLOSED_AT="2025-12-20 10:00:00")
    assert ended.state == "done"
    assert ended.moments[c.CLOSED_AT] == ended.moments[c.RATING_AT]
    parsed_row = row_of(REASON="5", TAGS="двор; снег, двор")
    assert (parsed_row.reason, parsed_row.mark, parsed_row.tags) == ("score", 5, ("двор", "снег"))
    assert row_of(REASON=4).mark == 4


NO_DATES = dict.fromkeys(
    ("CREATED_AT", "FIRST_AT", "ASSIGNED_AT", "EXECUTOR_AT", "DRAFTED_AT", "CLOSED_AT", "RATING_AT")
)


def test_a_row_without_an_id_or_any_date_and_a_header_that_comes_again_are_skipped() -> None:
    for wrong, code in (
        (cells(ID=None), "no_id"),
        (cells(**NO_DATES), "no_moment"),
        ({name: name for name in c.COLUMNS}, "header_again"),
    ):
        with pytest.raises(Skip) as skipped:
            read(wrong, MOSCOW)
        assert skipped.value.odd.code == code
        assert code in WORDS
