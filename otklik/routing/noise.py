"""Verbs «not an incident» and «back into the queue»: the clocks stop, and go on where they always ran."""

from datetime import datetime

from otklik.incidents.gathering import part_all
from otklik.incidents.models import Incident
from otklik.incidents.workflow import hold, move
from otklik.routing import clocks


def dismiss(incident: Incident, actor: str, at: datetime, reason: str) -> Incident:
    """Not an incident, for a reason of NoiseReason. Cards that waited for its answer go their own way, and so does it.

    Raises NotAllowed.
    """
    with hold(incident.pk):
        moved = move(
            incident,
            "dismiss",
            at=at,
            actor=actor,
            reason=reason,
            noise_reason=reason,
            taken_by=None,
            taken_at=None,
            answered_with=None,
        )
        clocks.cancel_all(incident, at)
        part_all(incident, actor, at)
    return moved


def restore(incident: Incident, actor: str, at: datetime) -> Incident:
    """Back into the queue with the clocks it always had; the machine looks at it again. Raises NotAllowed."""
    with hold(incident.pk):
        moved = move(incident, "restore", at=at, actor=actor, noise_reason="", due_at=at)
        clocks.revive(incident, at)
    return moved
