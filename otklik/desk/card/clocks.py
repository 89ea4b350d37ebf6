"""The clocks of a card for a person: how long the citizen has waited, and what is left, by which clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.desk.format import ClockWords, clock_words, duration, working_duration
from otklik.incidents.models import Incident, State
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Deadline, Norm
from otklik.routing.weeks import read_week, told_default, told_of_agency


@dataclass(frozen=True, slots=True)
class Face:
    """One clock."""

    title: str
    told: ClockWords
    running: bool


@dataclass(frozen=True, slots=True)
class Clocks:
    """`waited` is what the citizen waited by the calendar, `waited_working` the working time in it; both in words."""

    faces: list[Face]
    waited: str
    waited_working: str
    answered: bool
    promise_until: datetime | None = None
    clarification_until: datetime | None = None


def clocks_of(incident: Incident, now: datetime) -> Clocks:
    """One query: the deadlines bring the calendars with them."""
    deadlines: list[Any] = list(
        Deadline.objects.filter(incident=incident)
        .annotate(region=told_default(), own=told_of_agency("incident__agency__path"))
        .order_by("pk")[:40]
    )
    week = read_week(deadlines[0].region if deadlines else None)
    until = incident.first_answered_at or incident.closed_at or now
    running = {deadline.clock: deadline for deadline in deadlines if not deadline.met_at and not deadline.cancelled_at}
    return Clocks(
        faces=_faces(incident, deadlines, week, now),
        waited=duration((until - incident.started_at).total_seconds()),
        waited_working=working_duration(_worked(incident.started_at, until, week), week.usual_day),
        answered=incident.first_answered_at is not None,
        promise_until=running["promise"].limit_at if "promise" in running else None,
        clarification_until=running["clarification"].limit_at if "clarification" in running else None,
    )


def _faces(incident: Incident, deadlines: Sequence[Any], week: WorkWeek, now: datetime) -> list[Face]:
    """The last clock of each kind; a promise or a question only while it runs."""
    latest = {deadline.clock: deadline for deadline in deadlines if not deadline.cancelled_at}
    ended = incident.state in (State.NOISE, State.DONE)
    faces = []
    for clock in (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER, Norm.Clock.PROMISE, Norm.Clock.CLARIFICATION):
        deadline = latest.get(clock)
        side = clock in (Norm.Clock.PROMISE, Norm.Clock.CLARIFICATION)
        if deadline is None or (ended and deadline.met_at is None) or (side and deadline.met_at is not None):
            continue
        faces.append(_face(deadline, week, now))
    return faces


def _face(deadline: Any, week: WorkWeek, now: datetime) -> Face:
    if deadline.clock == Norm.Clock.AGENCY and deadline.own:
        week = read_week(deadline.own)
    first, last = sorted((now, deadline.limit_at))
    left = _worked(first, last, week) if deadline.working else int((last - first).total_seconds())
    titles = {
        "first_answer": _("Первый ответ"),
        "final_answer": _("Итоговый ответ"),
        "promise": _("Обещание"),
        "clarification": _("Уточнение автора"),
    }
    return Face(
        title=titles.get(deadline.clock, deadline.clock),
        told=clock_words(deadline.limit_at, deadline.met_at, week.usual_day if deadline.working else 0, left, now),
        running=deadline.met_at is None,
    )


def _worked(start: datetime, end: datetime, week: WorkWeek) -> int:
    try:
        return working_seconds(start, end, week)
    except TooFar:  # a network's broken clock: the calendar has no answer for such a moment
        return 0
