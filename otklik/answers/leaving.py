"""Somebody leaves: what he has in hand goes to a colleague, card by card."""

from datetime import datetime

from otklik.answers.drafts import OPEN
from otklik.answers.models import Answer
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import hold, record
from otklik.people.models import User

ENDED = (State.NOISE, State.DONE)


def pass_on(incident: Incident, leaver: User, to: User, by: User, at: datetime) -> bool:
    """Whatever of the card is in the leaver's hands is in `to`'s afterwards; False when none of it was any more.

    A card that he only has a draft on and nobody else has goes too: to whoever answers within the agency, or, not yet
    assigned, to whoever judges it. Drafts keep their author: the journal says in whose hands they are.
    """
    with hold(incident.pk):
        mine = Incident.objects.filter(pk=incident.pk).exclude(state__in=ENDED)
        taken = mine.filter(taken_by=leaver).update(taken_by=to, taken_at=at)
        executor_count = mine.filter(executor=leaver).update(executor=to)
        if not (taken or executor_count):
            if not Answer.objects.filter(incident__in=mine, author=leaver, state__in=OPEN).exists():
                return False
            executor_count = mine.filter(agency__isnull=False, executor__isnull=True).update(executor=to)
            taken = mine.filter(agency__isnull=True, taken_by__isnull=True).update(taken_by=to, taken_at=at)
            if not (taken or executor_count):
                return False
        details = {"from": leaver.pk, "to": to.pk, "taken": bool(taken), "given": bool(executor_count)}
        record(incident, "pass_on", at=at, actor=f"user:{by.pk}", data=details)
    incident.refresh_from_db()
    return True
