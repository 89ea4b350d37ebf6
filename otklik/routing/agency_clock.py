"""The agency's clock: from an assignment to its answer sent for approval, by the agency's own calendar.

It runs only where a norm says how long. A new assignment starts a new one, since the next agency is not late for what
the last one has not done; the citizen's clocks know nothing of it and never start anew. While the author is asked
something it stands still, and goes on with what was left.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

from otklik.incidents.models import Incident
from otklik.routing.clocks import WARN_BEFORE, matter_of, norms_of
from otklik.routing.deadlines import TooFar, WorkWeek, limit, working_seconds
from otklik.routing.models import Deadline, Norm
from otklik.routing.norms import Allowed, find
from otklik.routing.weeks import weeks_now

_OVER = Q(cancelled_at__isnull=False, left=None)


def begin(incident: Incident, at: datetime, norms: Sequence[Allowed] | None = None) -> None:
    """The card has come to its agency. `norms` are those of this clock, and maybe others, where they have been read
    already. Inside `book.writing()`."""
    end(incident, at)
    norms = norms_of(Norm.Clock.AGENCY) if norms is None else norms
    norm = find(norms, Norm.Clock.AGENCY, matter_of(incident, incident.theme, at, norms)) if norms else None
    if norm is None or incident.agency is None:
        return
    limit_at = _limit(at, norm.minutes, norm.working, weeks_now().of(incident.agency))
    Deadline.objects.create(
        incident=incident,
        clock=Norm.Clock.AGENCY,
        starts_at=at,
        limit_at=limit_at,
        working=norm.working,
        due_at=max(limit_at - WARN_BEFORE, at),
    )


def end(incident: Incident, at: datetime) -> None:
    """The agency has the card no longer: what runs or stands still is over."""
    mine = Deadline.objects.filter(incident=incident, clock=Norm.Clock.AGENCY, met_at=None)
    mine.exclude(_OVER).update(cancelled_at=Coalesce("cancelled_at", at), left=None, due_at=None)


def pause(incident: Incident, at: datetime) -> None:
    """The author is asked: it is not for the agency to wait. A clock that has run out already stays so."""
    mine = Deadline.objects.filter(
        incident=incident, clock=Norm.Clock.AGENCY, met_at=None, cancelled_at=None, limit_at__gt=at
    )
    for deadline in mine:
        left = _left(deadline, at, weeks_now().of(incident.agency))
        Deadline.objects.filter(pk=deadline.pk).update(cancelled_at=at, left=left, due_at=None)


def go_on(incident: Incident, at: datetime) -> None:
    """The author has answered: the clock goes on with the minutes that were left, and keeps its start."""
    still = Deadline.objects.filter(incident=incident, clock=Norm.Clock.AGENCY, met_at=None).exclude(left=None)
    for deadline in still:
        limit_at = _limit(at, deadline.left or 0, deadline.working, weeks_now().of(incident.agency))
        Deadline.objects.filter(pk=deadline.pk).update(
            cancelled_at=None, left=None, limit_at=limit_at, due_at=max(limit_at - WARN_BEFORE, at)
        )


def _limit(at: datetime, minutes: int, working: bool, week: WorkWeek) -> datetime:
    try:
        return limit(at, minutes, working, week)
    except TooFar:  # a calendar by which nobody works: then the wall counts, as nothing may wait for ever
        return at + timedelta(minutes=minutes)


def _left(deadline: Deadline, at: datetime, week: WorkWeek) -> int:
    """Minutes to the limit; a begun one counts in favour of the agency."""
    seconds = int((deadline.limit_at - at).total_seconds())
    if deadline.working:
        with suppress(TooFar):
            seconds = working_seconds(at, deadline.limit_at, week)
    return -(-seconds // 60)
