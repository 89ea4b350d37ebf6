"""The numbers of the rail, asked for by an open page: they hold up none."""

from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.listing import MOST_COUNTED, counted
from otklik.desk.rail.items import items_for
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib import clock
from otklik.people.models import User


@require_safe
@permitted()
def rail(request: HttpRequest) -> HttpResponse:
    """In words, by an item's key: «7», «1000+»; nothing where there are none. `cards` is the newest change of a card
    that they know of, as the pulse tells it (`X-Cards`)."""
    revision, found = numbers(user_of(request), clock.now())
    told = {key: counted(number) for key, number in found.items() if number}
    return JsonResponse({"cards": str(revision), "numbers": told})


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
