"""From a moment to the numbers of entries: the times of every sixty-fourth entry alone are in an index.

An entry's moment is taken when its step begins, its number when it is written: both are in one order but for steps that
run at the same time. No step runs for a day, and none writes so many entries.
"""

from datetime import datetime, timedelta

from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce

from otklik.journal.models import MARKED, Entry

SLACK = timedelta(days=1)
MARGIN = 10_000


def since(moment: datetime) -> Q:
    """The condition of what happened then or later, with a bound of numbers, so that a walk from either end is short.
    No query of its own."""
    first = Entry.objects.filter(MARKED, at__gte=moment - SLACK).order_by("at").values("pk")[:1]
    newest = Entry.objects.order_by("-pk").values("pk")[:1]
    return Q(at__gte=moment, pk__gte=Coalesce(Subquery(first), Subquery(newest)) - MARGIN)


def until(moment: datetime) -> Q:
    """The same of what happened before."""
    last = Entry.objects.filter(MARKED, at__lt=moment + SLACK).order_by("-at").values("pk")[:1]
    return Q(at__lt=moment, pk__lte=Coalesce(Subquery(last), 0) + MARGIN)
