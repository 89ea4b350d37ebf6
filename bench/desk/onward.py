"""What a region counts and follows, brought up to rows that were put in beside it, so that work can go on there.

Rows come in with ids and numbers of their own: the next card would take a number that is there, and whoever follows the
journal would read on from its beginning.
"""

from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from otklik.feedback.registers.follow import next_night
from otklik.feedback.registers.models import Pace
from otklik.incidents.models import Counter, Incident
from otklik.journal.models import Entry, Seal, Sealing
from otklik.lib import clock
from otklik.notify.alerts.models import Bookmark
from otklik.notify.hooks.models import Subscription


def bring_up(tables: list[type[Any]]) -> None:
    """Numbers go on after the last card, ids of these tables after their last row, and what the rows' journal tells is
    news to nobody. The registers look at all cards in the next night: it takes them hours at a million."""
    with connection.cursor() as cursor:
        # SQLite keeps the last id itself.
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
    Counter.objects.update_or_create(name="incident", defaults={"value": _last(Incident, "number")})
    newest = _last(Entry, "pk")
    _cover(newest)
    Bookmark.objects.update(entry=newest)
    Subscription.objects.update(entry=newest)
    Pace.objects.filter(name=Pace.Name.JOURNAL).update(at=newest)
    Pace.objects.filter(name=Pace.Name.ROUND).update(at=None, due_at=next_night(clock.now()))


def _cover(newest: int) -> None:
    """As far as pages look, everything has its seal: each of them asks for the first entry that has none. Its hash is
    no hash, for to make one of ten million entries takes longer than the rest of the run."""
    before = _last(Seal, "last")
    if newest > before:
        Seal.objects.create(after=before, last=newest, at=clock.now(), hash="")
        Sealing.objects.update(entry=newest)


def _last(model: type[models.Model], column: str) -> int:
    return int(model._default_manager.aggregate(last=models.Max(column))["last"] or 0)
