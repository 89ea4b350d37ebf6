"""Working time of many moments at once is what working_seconds says of each."""

from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from otklik.reports.worktime import WorkTable
from otklik.routing.deadlines import WorkWeek, worked_spans, working_seconds

MOSCOW = ZoneInfo("Europe/Moscow")
WEEKS = {
    "usual": WorkWeek(time(8, 30), time(17, 30), MOSCOW),
    "lunch": WorkWeek(time(9), time(18), MOSCOW, lunch=(time(13), time(13, 45))),
    "duty": WorkWeek(time(0), time(0), ZoneInfo("Asia/Vladivostok"), weekdays=frozenset(range(7)), holidays=False),
    "summer time": WorkWeek(time(8), time(17), ZoneInfo("Europe/Berlin"), holidays=False),
}


@pytest.mark.parametrize("name", WEEKS)
def test_it_is_the_same_to_the_second(name: str) -> None:
    week, chance = WEEKS[name], Random(7)
    table = WorkTable(worked_spans(week, 2024, 2027))
    first = datetime(2025, 1, 1, tzinfo=UTC)
    since = [first + timedelta(seconds=chance.randrange(600 * 86400)) for _number in range(300)]
    until = [one + timedelta(seconds=int(chance.expovariate(1 / 200_000)) - 5000) for one in since]
    before, after = (table.before(np.array([int(one.timestamp()) for one in some])) for some in (since, until))
    found = np.clip(after - before, 0, None)
    assert found.tolist() == [working_seconds(one, other, week) for one, other in zip(since, until, strict=True)]


def test_nobody_works_where_there_are_no_hours() -> None:
    assert WorkTable([]).before(np.array([0, 10**9])).tolist() == [0, 0]


def test_before_the_table_begins_there_is_no_work() -> None:
    assert WorkTable([(100, 200)]).before(np.array([0, 100, 150, 200, 999])).tolist() == [0, 0, 50, 100, 100]
