"""Whose a question to a second agency is: who of its people see it and answer it.

An agency that is asked for a part gets no card: the question opens nothing else of it.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from otklik.people.access import NEED_AN_AGENCY, grants_of, may
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.routing.models import Inquiry
from otklik.routing.outside import ENDED

NEEDED = frozenset({Permission.HOLD, Permission.ANSWER})
"""Both: those who answer for the cards of an agency, and may prepare its answers."""
MOST_ASKED = 50


def theirs(user: User) -> Q:
    """The filter on Inquiry: the questions to the agencies of this user, by his grants' agency and territory."""
    opened = Q(pk__in=[])
    for grant in grants_of(user):
        if not grant.allows >= NEEDED or (grant.agency is None and grant.role in NEED_AN_AGENCY):
            continue
        one = Q(agency__isnull=False)
        if grant.agency is not None:
            one &= Q(agency__path__startswith=grant.agency.path)
        if grant.place is not None:
            one &= Q(incident__place__path__startswith=grant.place.path) | Q(incident__place__isnull=True)
        opened |= one
    return opened


def question_for(user: User, pk: int) -> Inquiry | None:
    """The question, if it is to an agency of this user's, whatever has become of it."""
    inquiries = Inquiry.objects.select_related(
        "incident__place__parent", "incident__theme", "message", "deadline", "agency", "asked_by", "replied_by"
    )
    for inquiry in inquiries.filter(theirs(user), pk=pk):
        place = inquiry.incident.place
        # Asked once more so that the journal says in whose place it is done, where it is in somebody's.
        may(user, {Permission.HOLD}, inquiry.agency.path if inquiry.agency else "", place.path if place else "")
        return inquiry
    return None


def waiting_for(user: User, at: datetime) -> list[Inquiry]:
    """The questions that wait for this user's agencies, what ends first. One query, at most 50."""
    return list(_waiting(user, at).order_by("until", "pk")[:MOST_ASKED])


def _waiting(user: User, at: datetime) -> QuerySet[Inquiry]:
    inquiries = Inquiry.objects.filter(
        theirs(user), replied_at=None, revoked_at=None, until__gt=at, deadline__cancelled_at=None
    ).exclude(incident__state__in=ENDED)
    return inquiries.select_related("incident__place", "incident__theme", "agency", "asked_by")
