"""«Продлить срок»: an agency asks for a later day for its answer, an operator or a curator decides.

Only the limit of the final answer moves, or of the next one on a card that was opened again. The first answer's clock
and the start of every clock stay: the citizen has waited since he wrote. Where he was told a day, nothing moves behind
his back: a new day is told by a new answer. An ask belongs to the assignment it was made under: when the card has gone
to another agency since, it has lapsed.
"""

from datetime import date, datetime, timedelta

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import hold, record
from otklik.lib.days import day_of, end_of
from otklik.people.models import User
from otklik.routing.clocks import WARN_BEFORE
from otklik.routing.models import Deadline, Extension, Norm

LONGEST = timedelta(days=90)
ASKED_IN = (State.ASSIGNED, State.IN_WORK, State.CLARIFYING, State.POSTPONED)
MOVABLE = (Norm.Clock.FINAL_ANSWER, Norm.Clock.SECOND_ANSWER)
E = Extension.State


class Untimely(Exception):
    """The day or the moment does not fit. `why` is a code: past, far, earlier, asked, decided, no_clock,
    promise, state."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def clock_to_move(incident: Incident) -> Deadline | None:
    """That of the final answer, or once that is given, of the next one on a card opened again; None when neither runs.
    Raises Untimely "promise" where he was told a day."""
    running = Deadline.objects.filter(incident=incident, met_at__isnull=True, cancelled_at__isnull=True)
    by_clock = {one.clock: one for one in running.filter(clock__in=(Norm.Clock.PROMISE, *MOVABLE))}
    if Norm.Clock.PROMISE in by_clock:
        raise Untimely("promise")
    return next((by_clock[clock] for clock in MOVABLE if clock in by_clock), None)


def lapsed(asked_at: datetime, incident: Incident) -> bool:
    """Whether the card was assigned anew since."""
    return incident.assigned_at is not None and asked_at < incident.assigned_at


def ask(incident: Incident, until: date, reason: str, by: User, at: datetime) -> Extension:
    """Ask for the end of that day. Raises Untimely; one ask at a time."""
    _fits(until, at)
    with hold(incident.pk):
        now = Incident.objects.get(pk=incident.pk)
        if now.state not in ASKED_IN or now.agency_id != incident.agency_id:
            raise Untimely("state")
        clock = clock_to_move(now)
        if clock is None:
            raise Untimely("no_clock")
        if end_of(until) <= clock.limit_at:
            raise Untimely("earlier")
        _clear_the_way(now, at)
        asked = Extension.objects.create(incident=now, until=until, reason=reason, asked_by=by, asked_at=at)
        payload = {"extension": asked.pk, "until": until.isoformat(), "clock": clock.clock}
        record(now, "extension_asked", at=at, actor=f"user:{by.pk}", words=reason, data=payload)
    return asked


def grant(extension: Extension, words: str, by: User, at: datetime) -> Extension:
    """The limit moves to the end of the day that was asked for, and the clock runs on from there. Raises Untimely."""
    _fits(extension.until, at)
    with hold(extension.incident_id):
        _decide(extension, E.GRANTED, words, by, at)
        clock = clock_to_move(extension.incident)
        if clock is None:
            raise Untimely("no_clock")
        limit_at = end_of(extension.until)
        if limit_at <= clock.limit_at:
            raise Untimely("earlier")
        Deadline.objects.filter(pk=clock.pk).update(
            limit_at=limit_at, due_at=max(limit_at - WARN_BEFORE, at), warned_at=None, missed_at=None
        )
        _record(extension, "extension_granted", words, by, at, clock.clock)
    return extension


def refuse(extension: Extension, words: str, by: User, at: datetime) -> Extension:
    """The limit stays where it is. Raises Untimely when somebody has decided before."""
    with hold(extension.incident_id):
        _decide(extension, E.REFUSED, words, by, at)
        _record(extension, "extension_refused", words, by, at)
    return extension


def _fits(until: date, at: datetime) -> None:
    if until < day_of(at):
        raise Untimely("past")
    if until > day_of(at) + LONGEST:
        raise Untimely("far")


def _clear_the_way(incident: Incident, at: datetime) -> None:
    """What another agency once asked for and nobody decided is over; an ask that still stands is enough."""
    for before in Extension.objects.filter(incident=incident, state=E.ASKED):
        if not lapsed(before.asked_at, incident):
            raise Untimely("asked")
        Extension.objects.filter(pk=before.pk).update(state=E.REFUSED, decided_at=at)
        record(incident, "extension_lapsed", at=at, actor="machine:routing", data={"extension": before.pk})


def _decide(extension: Extension, state: str, words: str, by: User, at: datetime) -> None:
    if lapsed(extension.asked_at, Incident.objects.get(pk=extension.incident_id)):
        raise Untimely("decided")
    waiting = Extension.objects.filter(pk=extension.pk, state=E.ASKED)
    if not waiting.update(state=state, words=words, decided_by=by, decided_at=at):
        raise Untimely("decided")


def _record(extension: Extension, verb: str, words: str, by: User, at: datetime, clock: str = "") -> None:
    payload = {"extension": extension.pk, "until": extension.until.isoformat(), "asker": extension.asked_by_id}
    payload |= {"clock": clock} if clock else {}
    record(extension.incident, verb, at=at, actor=f"user:{by.pk}", words=words, data=payload)
    extension.refresh_from_db()
