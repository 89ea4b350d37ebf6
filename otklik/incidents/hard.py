"""«Особо сложный»: a mark with a reason, by which figures tell a card apart.

No clock stands still for it and no figure leaves the card out: a mark that made figures better would soon be on all.
"""

from datetime import datetime

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import hold, record
from otklik.people.models import User

MOST_WHY = 500
ENDED = (State.NOISE, State.DONE)


def mark_hard(incident: Incident, why: str, by: User, at: datetime) -> bool:
    """Mark an open card, or give the mark another reason. False, and nothing written, on a card that has ended.

    Raises ValueError without a reason: pages ask for it before they call.
    """
    if not why:
        raise ValueError("a hard card needs a reason")
    with hold(incident.pk):
        known = Incident.objects.filter(pk=incident.pk).exclude(state__in=ENDED)
        since = known.values_list("hard_since", flat=True).first()
        marked = known.update(hard_since=since or at, hard_why=why[:MOST_WHY])
        if marked:
            record(incident, "mark_hard", at=at, actor=f"user:{by.pk}", words=why[:MOST_WHY])
    return bool(marked)


def unmark_hard(incident: Incident, by: User, at: datetime) -> bool:
    """Take the mark off an open card. False, and nothing written, where there is none or the card has ended."""
    with hold(incident.pk):
        marked = Incident.objects.filter(pk=incident.pk, hard_since__isnull=False).exclude(state__in=ENDED)
        gone = marked.update(hard_since=None, hard_why="")
        if gone:
            record(incident, "unmark_hard", at=at, actor=f"user:{by.pk}")
    return bool(gone)
