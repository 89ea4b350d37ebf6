"""The step of a Deadline: warn, escalate, and send an unanswered question back to the operator."""

from contextlib import suppress
from datetime import datetime

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed, move, record
from otklik.lib.due import finish
from otklik.routing import agency_clock
from otklik.routing.models import Deadline, Norm

ACTOR = "machine:clocks"


def watch(deadlines: list[Deadline], now: datetime) -> None:
    """All of it in the loop's one transaction."""
    for deadline in deadlines:
        if deadline.met_at or deadline.cancelled_at or deadline.missed_at:
            finish(deadline)
        elif now < deadline.limit_at:
            _warn(deadline, now)
        else:
            _miss(deadline, now)


def _warn(deadline: Deadline, now: datetime) -> None:
    if deadline.warned_at is None:
        Deadline.objects.filter(pk=deadline.pk).update(warned_at=now)
        record(deadline.incident, "warn", at=now, actor=ACTOR, data={"deadline": deadline.pk, "clock": deadline.clock})
    finish(deadline, deadline.limit_at)


def _miss(deadline: Deadline, now: datetime) -> None:
    incident = Incident.objects.get(pk=deadline.incident_id)
    Deadline.objects.filter(pk=deadline.pk).update(missed_at=now)
    record(incident, "overdue", at=now, actor=ACTOR, data={"deadline": deadline.pk, "clock": deadline.clock})
    follow(deadline, incident, now)
    finish(deadline)


def follow(deadline: Deadline, incident: Incident, now: datetime) -> None:
    """The move that follows from a clock that has run out, if any does in this state. Inside `book.writing()`."""
    verb = {
        (Norm.Clock.CLARIFICATION, State.CLARIFYING): "unclarified",
        (Norm.Clock.PROMISE, State.POSTPONED): "resume",
    }.get((Norm.Clock(deadline.clock), State(incident.state)))
    if verb:
        with suppress(NotAllowed):  # a person moved the card in the same moment: nothing is left to do
            move(incident, verb, at=now, actor=ACTOR, reason="deadline")
            if verb == "unclarified":  # the operator has it now, and the agency's clock does not stand by
                agency_clock.end(incident, now)
