"""«Требует человека»: cards on which nothing goes on by itself.

Each way leads there by an index of its own that holds next to nothing; as conditions on a card they would read all
cards.
"""

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from otklik.answers.models import Answer
from otklik.feedback.models import Rating
from otklik.incidents.models import Heard, Incident, State
from otklik.publishing.hold import STUCK
from otklik.publishing.models import Delivery
from otklik.routing.extensions import ASKED_IN
from otklik.routing.models import Deadline, Extension


def needs_person() -> Q:
    """A row of the card was set aside; an answer cannot go on without somebody; an agency asks for a later day; an
    author has come to a card whose answer was out already; or one is not content with it, or may not be."""
    return Q(pk__in=_question(connection.vendor))


@cache
def _question(_vendor: str) -> RawSQL:
    """Put together once, since each page of the queue counts them."""
    here = Q(set_aside_at__isnull=False)
    ways: list[QuerySet[Any, Any]] = [
        *(Delivery.objects.filter(way).values("answer__incident") for way in STUCK),
        *(model.objects.filter(here).values("incident") for model in (Answer, Heard, Deadline)),
        open_asks().values("incident"),
        Rating.objects.filter(waits_since__isnull=False).values("incident"),
        Incident.objects.filter(owed_since__isnull=False, state=State.RATING).values("pk"),
    ]
    cards = Incident.objects.filter(here).order_by().values("pk").union(*(way.order_by() for way in ways))
    return RawSQL(*cards.query.sql_with_params())  # noqa: S611 Django's own SQL


def open_asks() -> QuerySet[Extension]:
    """Asked for by the agency that has the card now, and decided by nobody; see routing.extensions."""
    lapsed = Q(asked_at__lt=F("incident__assigned_at"))
    return Extension.objects.filter(state=Extension.State.ASKED, incident__state__in=ASKED_IN).exclude(lapsed)
