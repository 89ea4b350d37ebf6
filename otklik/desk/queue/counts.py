"""How many cards stand in each tab, and the newest revision: one query, whatever the size."""

from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from otklik.desk.queue.filters import TABS, Filters, in_tab, narrowed
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident
from otklik.people.models import User

MOST_COUNTED = 1000


def counts(user: User, chosen: Filters, now: datetime) -> tuple[dict[str, int], int]:
    """How many cards each tab holds under the filters, at most 1001 each; and the newest revision there is.

    One query: a scalar subselect for each tab, each of which stops counting by itself.
    """
    newest = Incident.objects.order_by("-revision").values("revision")[:1]
    asked: list[str] = []
    values: list[Any] = []
    for tab in TABS.values():
        cards = narrowed(in_tab(visible_to(user), tab), chosen, now).order_by().values("pk")
        try:
            sql, params = cards[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:  # this user's grants open nothing at all
            sql, params = "SELECT 1 WHERE 1 = 0", ()
        asked.append(f"(SELECT COUNT(*) FROM ({sql}) AS t)")  # noqa: S608 Django's own SQL, values apart
        values.extend(params)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({newest.query}), {', '.join(asked)}", values)
        revision, *found = cursor.fetchone()
    return dict(zip(TABS, found, strict=True)), int(revision or 0)


def counted(number: int) -> str:
    """«1000+» where counting stopped."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)
