"""The one search: words in any form, the beginning of the last one, a number, or a pasted link."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from otklik.finding import links, store
from otklik.finding.words import asked
from otklik.incidents.models import Incident

Allowed = tuple[str, tuple[Any, ...]]
"""SQL with its values: the card `f` is one of those that may be seen."""

NEWEST = 120  # six pages of hits: who sees most cards has his page among them
_SIGNS = "№#Nn \t"
_MOST_NUMBER = 2**31 - 1


def search(words: str, cards: QuerySet[Incident], most: int, before: int = 0) -> list[int]:
    """Ids of at most `most` of these cards that have all the words somewhere on them, newest first. Never raises.

    `cards` are those that whoever asks may see. `before` is the last id of the page before (0: the first page). The
    card of that number comes first of all; a link finds the cards of what it leads to. Three queries at most, four
    for a link.
    """
    if links.is_link(words):
        return _visible(links.cards_of(words), cards, most, before)
    number = number_in(words)
    first = list(cards.filter(number=number).values_list("pk", flat=True)) if number else []
    ids = [pk for pk in _walk(words, cards, most + 1, before) if pk not in first]
    return ([] if before else first) + ids[: most - (0 if before else len(first))]


def matching(words: str) -> Q:
    """The same as a filter on cards, for lists that have an order and pages of their own."""
    if links.is_link(words):
        return links.matching(words)
    wanted = asked(words)
    number = number_in(words)
    condition = Q(pk__in=[])
    if wanted:
        sql = f"SELECT {store.id_column()} FROM {store.TABLE} WHERE {store.condition()}"  # noqa: S608 our own names
        condition = Q(pk__in=RawSQL(sql, [store.query(wanted)]))  # noqa: S611 the words are a parameter
    return condition | Q(number=number) if number else condition


def only_words(words: str) -> str:
    """The query of `store.condition` where nothing but words was typed; "" for a link, a number, or nothing at all."""
    wanted = asked(words) if words and not links.is_link(words) and not number_in(words) else []
    return store.query(wanted) if wanted else ""


def number_in(words: str) -> int:
    """The card's number in «№ 123» or «123»; 0 when that is not what was typed."""
    bare = words.strip().lstrip(_SIGNS)
    if not bare.isascii() or not bare.isdigit() or len(bare) > 10:
        return 0
    return int(bare) if int(bare) <= _MOST_NUMBER else 0


def _visible(ids: list[int], cards: QuerySet[Incident], most: int, before: int) -> list[int]:
    asked_for = cards.filter(pk__in=ids, **({"pk__lt": before} if before else {}))
    return list(asked_for.order_by("-pk").values_list("pk", flat=True)[:most])


def _walk(words: str, cards: QuerySet[Incident], most: int, before: int) -> list[int]:
    """From the newest hit to older ones until the page is full.

    First among the newest few hundred hits, which is enough for a common word or a wide reach, and for a rare word
    is all there are; whoever sees little of much is asked for again among the rest, by whichever way the database
    thinks shorter.
    """
    wanted = asked(words)
    column = f"f.{store.id_column()}"
    try:
        allowed = cards.order_by().filter(pk=RawSQL(column, [])).values("pk").query.sql_with_params()  # noqa: S611
    except EmptyResultSet:  # his grants open nothing at all
        return []
    if not wanted:
        return []
    query = store.query(wanted)
    ids, oldest = _newest(query, allowed, most, before)
    return ids + (_rest(query, allowed, most - len(ids), oldest) if oldest and len(ids) < most else [])


def _newest(query: str, allowed: Allowed, most: int, before: int) -> tuple[list[int], int]:
    """What is found among the newest hits, and the last of those when there may be more (else 0)."""
    column = store.id_column()
    older = f" AND {column} < %s" if before else ""
    hits = (
        f"SELECT {column} FROM {store.TABLE} WHERE {store.condition()}{older}"  # noqa: S608 our own names
        f" ORDER BY {column} DESC LIMIT {NEWEST}"
    )
    sql = (
        f"WITH f({column}) AS MATERIALIZED ({hits})"  # noqa: S608 our own names and Django's own SQL, values apart
        f" SELECT {column}, 0 FROM f WHERE EXISTS ({allowed[0]})"
        f" UNION ALL SELECT MIN({column}), COUNT(*) FROM f"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, *([before] if before else []), *allowed[1]])
        *rows, (oldest, number) = sorted(cursor.fetchall(), key=lambda row: (row[1], -(row[0] or 0)))
    return [pk for pk, _ in rows][:most], oldest if number == NEWEST else 0


def _rest(query: str, allowed: Allowed, most: int, before: int) -> list[int]:
    column = f"f.{store.id_column()}"
    sql = (
        f"SELECT {column} FROM {store.TABLE} AS f WHERE {store.condition('f')} AND {column} < %s"  # noqa: S608
        f" AND EXISTS ({allowed[0]}) ORDER BY {column} DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, before, *allowed[1], most])
        return [row[0] for row in cursor.fetchall()]
