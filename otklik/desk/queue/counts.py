"""How many cards stand in each tab, in the pinned selections and among the urgent: one query, whatever the size."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from otklik.desk.listing import MOST_COUNTED
from otklik.desk.queue.filters import TABS, Filters, Tab, chosen_ways, fitting, in_tab
from otklik.desk.queue.inside import learn
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import ENDED
from otklik.people.models import User

URGENT = 4
NOTHING = ("SELECT 1 WHERE 1 = 0", ())


Sql = tuple[str, Sequence[Any]]


class Counts(NamedTuple):
    """`revision` is the newest there is. Numbers are at most 1001. `newest_urgent` is an id, 0 where there is none.

    `tabs` has None for what is not counted. `pinned` are the numbers of the selections asked for, in their order.
    """

    revision: int
    tabs: dict[str, int | None]
    urgent: int
    newest_urgent: int
    pinned: list[int]


def counts(user: User, chosen: Filters, now: datetime, pinned: Sequence[Filters] = ()) -> Counts:
    """Each tab under the filters, each pinned selection by itself, and what is urgent and new anywhere in one's reach.

    One query: a scalar subselect for each number, each of which stops counting by itself. With words only the chosen
    tab is counted: in the others each card would have to be looked through.
    """
    newest = Incident.objects.order_by("-revision").values("revision")[:1]
    urgent = visible_to(user).filter(state=State.NEW, priority__gte=URGENT)
    learn(user, [chosen])
    tabs = [tab for tab in TABS.values() if not chosen.text or tab == chosen.tab]
    late, numbers = _of_tabs(user, chosen, now, tabs)
    numbers += [*(_sum(chosen_ways(user, one, now)) for one in pinned), _sum([urgent])]
    latest = _select(urgent.order_by("-pk").values("pk")[:1])
    values = [value for _, params in (late, *numbers, latest) for value in params]
    asked = ", ".join(sql for sql, _ in numbers)
    with connection.cursor() as cursor:
        cursor.execute(f"{late[0]}SELECT ({newest.query}), {asked}, ({latest[0]})", values)
        revision, *sums, newest_urgent = cursor.fetchone()
    found = [min(number, MOST_COUNTED + 1) for number in sums]
    by_tab = dict(zip((tab.key for tab in tabs), found, strict=False))
    told = {key: by_tab.get(key) for key in TABS}
    return Counts(int(revision or 0), told, found[-1], int(newest_urgent or 0), found[len(tabs) : -1])


def _of_tabs(user: User, chosen: Filters, now: datetime, tabs: Sequence[Tab]) -> tuple[Sql, list[Sql]]:
    """What goes before the query, and a number for each tab.

    All that is late is looked for once, since it is little: to ask of each open card costs more. Otherwise the SQL for
    one state is made once, and only the state's name differs.
    """
    cards = fitting(user, chosen, now)
    if chosen.overdue:
        sql, values = _select(
            cards.filter(state__in=_RUNNING).order_by().values("pk", "state"), ("SELECT 1, '' WHERE 1 = 0", ())
        )
        parts = [_sum([in_tab(cards, tab)]) if not tab.states else _late_in(tab) for tab in tabs]
        return (f"WITH late (id, state) AS MATERIALIZED ({sql}) ", values), parts
    one, at = _select(cards.filter(state=_ANY).order_by().values("pk")[: MOST_COUNTED + 1])
    return ("", ()), [
        _together([(one, [state if value == _ANY else value for value in at]) for state in tab.states])
        if tab.states
        else _sum([in_tab(cards, tab)])
        for tab in tabs
    ]


_ANY = "any state"
_RUNNING = [state for state in State if state not in ENDED]


def _late_in(tab: Tab) -> Sql:
    marks = ", ".join(["%s"] * len(tab.states))
    return _together([(f"SELECT 1 FROM late WHERE state IN ({marks}) LIMIT {MOST_COUNTED + 1}", tab.states)])  # noqa: S608


def _sum(ways: Sequence[QuerySet[Incident]]) -> Sql:
    """How many there are on all the ways together; each stops counting by itself."""
    return _together([_select(cards.order_by().values("pk")[: MOST_COUNTED + 1]) for cards in ways])


def _together(parts: Sequence[Sql]) -> Sql:
    counted = (f"(SELECT COUNT(*) FROM ({sql}) AS t)" for sql, _ in parts)  # noqa: S608 Django's own SQL, values apart
    return " + ".join(counted), [value for _, params in parts for value in params]


def _select(rows: QuerySet[Incident, Any], nothing: Sql = NOTHING) -> Sql:
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:  # this user's grants open nothing at all
        return nothing
