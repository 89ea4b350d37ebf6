"""Verbs that end a card. Kind and outcome must be known: closed is not fixed, and figures must tell them apart."""

from datetime import datetime

from otklik.incidents.models import Incident
from otklik.incidents.workflow import move
from otklik.journal import book
from otklik.routing import clocks


class Unready(Exception):
    """The card lacks its kind or its outcome."""


def close(incident: Incident, why: str, at: datetime, actor: str) -> Incident:
    """End a card after its answer, for a CloseReason. Raises Unready, NotAllowed."""
    if not (incident.kind and incident.outcome):
        raise Unready(str(incident))
    with book.turn():
        moved = move(
            incident,
            "close",
            at=at,
            actor=actor,
            reason=why,
            data={"outcome": incident.outcome},
            close_reason=why,
            closed_at=at,
        )
        clocks.cancel_all(incident, at)
    return moved


def close_unanswered(incident: Incident, why: str, words: str, at: datetime, actor: str) -> Incident:
    """End a card to which nobody will answer, with a reason. Raises NotAllowed."""
    with book.turn():
        moved = move(
            incident,
            "close_unanswered",
            at=at,
            actor=actor,
            reason=why,
            words=words,
            close_reason=why,
            closed_at=at,
        )
        clocks.cancel_all(incident, at)
    return moved
