"""Which cards stand on one page of the queue, in order: one query, whatever the size of the table."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.expressions import RawSQL

from otklik.desk.operator.queue.filters import SHOWN, Filters, Tab, chosen_ways, from_key, order_of, ranked
from otklik.desk.operator.queue.inside import inside_of, learn
from otklik.finding import store
from otklik.finding.search import only_words
from otklik.incidents.models import Incident
from otklik.people.models import User

PAGE = 50
FIRST = 25  # drawn with the page, more than a screen holds; its script asks for the rest at once
NEAR = 3000
ONE = RawSQL("one.pk", [])  # in a question about each of some ids

Sql = tuple[str, Sequence[Any]]


def page_ids(user: User, chosen: Filters, now: datetime) -> list[int]:
    """The ids of one page and of one card more: the further one tells that there is a next page."""
    if store.is_postgresql() and (search_text := only_words(chosen.text)):
        return _with_words(search_text, _ways(user, replace(chosen, text=""), now), chosen.tab)
    if store.is_postgresql() and chosen.tab.newest_first and (choice := _choice(chosen)):
        return _one_by_one(user, chosen, choice, now)
    ways = _ways(user, chosen, now)
    if len(ways) == 1:
        return list(ways[0].values_list("pk", flat=True)[: PAGE + 1])
    return _ids(_first_of(ways, chosen.tab, PAGE + 1))


def _ways(user: User, chosen: Filters, now: datetime) -> list[QuerySet[Incident]]:
    if not chosen.tab.ranked:
        return [from_key(cards, chosen.tab, chosen.start) for cards in chosen_ways(user, chosen, now)]
    ranks = enumerate(ranked(user, chosen, now))
    return [from_key(cards, chosen.tab, chosen.start, n).annotate(rank=Value(n)) for n, cards in ranks]


def _first_of(ways: Sequence[QuerySet[Incident]], tab: Tab, most: int) -> Sql | None:
    """The first cards out of several sets, each of which stops by itself. None when nothing can lie in any of them."""
    asked = []
    for way in ways:
        with suppress(EmptyResultSet):  # nothing lies inside of what is chosen
            asked.append(way.values_list(*_columns(tab))[:most].query.sql_with_params())
    if not asked:
        return None
    parts = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS way" for sql, _ in asked)  # noqa: S608 Django's own SQL
    return f"{parts} {_ordered(tab)} LIMIT {most}", [value for _, values in asked for value in values]


def _choice(chosen: Filters) -> str:
    """Which of the choices leads to its cards one theme, place or agency at a time; "" where something rarer does."""
    return "" if chosen.mine or chosen.text else next((name for name in SHOWN if getattr(chosen, name)), "")


def _one_by_one(user: User, chosen: Filters, choice: str, now: datetime) -> list[int]:
    """The first cards of each theme, place or agency inside the chosen one, and of these the first. On PostgreSQL only.

    For what is over, of which there is much: of a group that nobody has written about lately (heating, in July) it
    would read card after card to find a page.
    """
    learn(user, [chosen])
    inside = list(inside_of(user, (choice, getattr(chosen, choice))))
    whatever: dict[str, Any] = {choice: 0}
    ways = [way.filter(**{SHOWN[choice]: ONE}) for way in _ways(user, replace(chosen, **whatever), now)]
    return _ids(_of_each(("unnest(%s::bigint[])", [inside]), ways, chosen.tab, PAGE + 1))


def _of_each(rows: Sql, ways: Sequence[QuerySet[Incident]], tab: Tab, most: int) -> Sql | None:
    """Out of `ways`, which name ONE, the first for each of the ids that `rows` selects; of these the first of all."""
    first = _first_of(ways, tab, most)
    if first is None:
        return None
    sql = f"SELECT way.* FROM {rows[0]} AS one(pk), LATERAL ({first[0]}) AS way {_ordered(tab)} LIMIT {PAGE + 1}"  # noqa: S608
    return sql, [*rows[1], *first[1]]


def _with_words(search_text: str, bare: Sequence[QuerySet[Incident]], tab: Tab) -> list[int]:
    """The cards of `bare` that `search_text` fits. On PostgreSQL only.

    A common word has its page among the next few thousand cards; any other one is looked up, each of its cards by
    itself, and what is found sorted.
    PostgreSQL knows too little about words to choose between the two: of one that is a little less common than it
    thinks it reads card after card.
    """
    search_sql = f"SELECT {store.id_column()} FROM {store.TABLE} WHERE {store.condition()}"  # noqa: S608 our own names
    near = _first_of(bare, tab, NEAR)
    far = _of_each((f"({search_sql})", [search_text]), [way.filter(pk=ONE) for way in bare], tab, 1)
    if near is None or far is None:
        return []
    holds = f"{search_sql} AND {store.id_column()} = near.pk"
    enough = f"((SELECT COUNT(*) FROM found) > {PAGE} OR (SELECT COUNT(*) FROM near) < {NEAR})"  # noqa: S608
    sql = (
        f"WITH near AS NOT MATERIALIZED ({near[0]}),"  # noqa: S608 our own names and Django's own SQL, values apart
        f" found AS MATERIALIZED (SELECT * FROM near WHERE EXISTS ({holds}) {_ordered(tab)} LIMIT {PAGE + 1})"
        f" SELECT * FROM found WHERE {enough}"
        f" UNION ALL SELECT * FROM ({far[0]}) AS far WHERE NOT {enough} {_ordered(tab)}"
    )
    return _ids((sql, [*near[1], search_text, *far[1]]))


def _columns(tab: Tab) -> list[str]:
    """The id, and what the tab goes by: so that an index has all of it."""
    return list(dict.fromkeys(("pk", *(name.lstrip("-") for name in _order(tab)))))


def _order(tab: Tab) -> tuple[str, ...]:
    return ("rank", *order_of(tab)) if tab.ranked else order_of(tab)


def _ids(asked: Sql | None) -> list[int]:
    if asked is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*asked)
        return [row[0] for row in cursor.fetchall()]


def _ordered(tab: Tab) -> str:
    """By the place of each column among those that are asked for."""
    columns = _columns(tab)
    places = ((columns.index(name.lstrip("-")) + 1, "DESC" if name[0] == "-" else "ASC") for name in _order(tab))
    return "ORDER BY " + ", ".join(f"{place} {way}" for place, way in places)
