"""A row as one value, and what is odd about it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from otklik.lib.cell import Cell, Fault, Number
from otklik.moving import columns as c
from otklik.moving.cells import Clock
from otklik.moving.oddities import WORDS
from otklik.moving.rows import Row, Skip, read
from otklik.moving.tests.files import row

MOSCOW = Clock(ZoneInfo("Europe/Moscow"))
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
