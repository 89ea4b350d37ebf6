"""«Распределить»: which person of the agency answers a card. The card's state and clocks stay as they are."""

from datetime import datetime

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import hold, record
from otklik.people.access import may
from otklik.people.models import User
from otklik.people.permissions import STANDING, Permission

HELD = (State.ASSIGNED, State.IN_WORK, State.CLARIFYING, State.APPROVAL, State.PUBLISHING, State.POSTPONED)
HOLDERS = frozenset({Permission.HOLD})
LEADERS = frozenset({Permission.LEAD})
HOLDING = tuple(role for role, allows in STANDING.items() if Permission.HOLD in allows)
"""Who holds cards, as a database is asked for them: it comes with the role or its base alone."""


class OutOfReach(Exception):
    """This person does not answer for the card's agency and place, or is not with us any more."""


class HandedMeanwhile(Exception):
    """Somebody else has handed the card to another person, or it has left the agency."""


def answers_for(user: User, incident: Incident) -> bool:
    """Whether this person's grants let him answer this card."""
    return _holds(user, HOLDERS, incident)


def leads(user: User, incident: Incident) -> bool:
    """Whether he may give this card to others of the agency."""
    return _holds(user, LEADERS, incident)


def may_hand(by: User, to: User, incident: Incident) -> bool:
    """Everybody of the agency may take a card himself; to give it to another is for whoever leads."""
    return leads(by, incident) or (by.pk == to.pk and answers_for(by, incident))


def hand(incident: Incident, to: User, by: User, at: datetime) -> Incident:
    """The card is `to`'s from now on. Whoever has it in `incident` is part of the guard; to the same person it is
    no change and leaves no trace. Raises OutOfReach, HandedMeanwhile."""
    if not answers_for(to, incident):
        raise OutOfReach
    if incident.executor_id == to.pk:
        return incident
    with hold(incident.pk):
        mine = Incident.objects.filter(
            pk=incident.pk, agency=incident.agency_id, executor=incident.executor_id, state__in=HELD
        )
        if not mine.update(executor=to):
            raise HandedMeanwhile
        entry_data = {"to": to.pk, "from": incident.executor_id or 0}
        record(incident, "hand", at=at, actor=f"user:{by.pk}", data=entry_data)
    incident.refresh_from_db()
    return incident


def _holds(user: User, permissions: frozenset[Permission], incident: Incident) -> bool:
    return may(
        user,
        permissions,
        incident.agency.path if incident.agency else "",
        incident.place.path if incident.place else "",
    )
