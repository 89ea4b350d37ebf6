"""How many wait behind each line of the rail: one query for all of them, whatever the size."""

from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from otklik.desk.listing import MOST_COUNTED
from otklik.desk.rail.items import items_for
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.people.models import User


def numbers(user: User, now: datetime) -> tuple[int, dict[str, int]]:
    """The newest revision of a card, up to which this is told; and by an item's key how many there are within the
    reader's reach, of what he sees: 1001 stands for more than a thousand."""
    settled, newest = book.settled_before(), Incident.objects.order_by("-revision").values("revision")[:1]
    asked: list[str] = [f"({newest.query})"]
    values: list[Any] = []
    keys: list[str] = []
    for item in items_for(user):
        if item.counts is None:
            continue
        try:
            sql, params = (
                item.counts.rows(user, now).order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
            )
        except EmptyResultSet:  # his grants open nothing at all
            continue
        asked.append(f"(SELECT COUNT(*) FROM ({sql}) AS t)")  # noqa: S608 Django's own SQL, values apart
        values += params
        keys.append(item.key)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        revision, *found = cursor.fetchone()
    return book.not_past(int(revision or 0), settled), dict(zip(keys, map(int, found), strict=True))
