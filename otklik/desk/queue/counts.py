"""How many cards stand in each tab, in the pinned selections and among the urgent: one query, whatever the size."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from otklik.desk.queue.filters import TABS, Filters, chosen_ways
from otklik.desk.queue.inside import learn
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, State
from otklik.people.models import User

MOST_COUNTED = 1000
URGENT = 4
NOTHING: tuple[str, Sequence[Any]] = ("SELECT 1 WHERE 1 = 0", ())


class Counts(NamedTuple):
    """`revision` is the newest there is. Numbers are at most 1001. `newest_urgent` is an id, 0 where there is none.

    `pinned` are the numbers of the selections asked for, in their order.
    """

    revision: int
    tabs: dict[str, int]
    urgent: int
    newest_urgent: int
    pinned: list[int]


def counts(user: User, chosen: Filters, now: datetime, pinned: Sequence[Filters] = ()) -> Counts:
    """Each tab under the filters, each pinned selection by itself, and what is urgent and new anywhere in one's reach.

    One query: a scalar subselect for each number, each of which stops counting by itself.
    """
    newest = Incident.objects.order_by("-revision").values("revision")[:1]
    urgent = visible_to(user).filter(state=State.NEW, priority__gte=URGENT)
    learn(user, [chosen])
    numbers = [
        *(_sum(chosen_ways(user, chosen.into(tab), now)) for tab in TABS.values()),
        *(_sum(chosen_ways(user, one, now)) for one in pinned),
        _sum([urgent]),
    ]
    latest = _select(urgent.order_by("-pk").values("pk")[:1])
    asked = [sql for sql, _ in numbers]
    values = [value for _, params in (*numbers, latest) for value in params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({newest.query}), {', '.join(asked)}, ({latest[0]})", values)
        revision, *sums, newest_urgent = cursor.fetchone()
    found = [min(number, MOST_COUNTED + 1) for number in sums]
    tabs, rest = found[: len(TABS)], found[len(TABS) :]
    return Counts(int(revision or 0), dict(zip(TABS, tabs, strict=True)), rest[-1], int(newest_urgent or 0), rest[:-1])


def _sum(ways: Sequence[QuerySet[Incident]]) -> tuple[str, Sequence[Any]]:
    """How many there are on all the ways together; each stops counting by itself."""
    parts = [_select(cards.order_by().values("pk")[: MOST_COUNTED + 1]) for cards in ways]
    counted = (f"(SELECT COUNT(*) FROM ({sql}) AS t)" for sql, _ in parts)  # noqa: S608 Django's own SQL, values apart
    return " + ".join(counted), [value for _, params in parts for value in params]


def _select(rows: QuerySet[Incident, Any]) -> tuple[str, Sequence[Any]]:
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:  # this user's grants open nothing at all
        return NOTHING


def counted(number: int) -> str:
    """«1000+» where counting stopped."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)
