"""The clocks of a card for a person: how long the citizen has waited, and what is left, by which clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.format import ClockWords, clock_words, duration, working_duration
from otklik.incidents.models import IN_HAND, Incident, State
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Deadline, Norm
from otklik.routing.weeks import default_week, read_week, resting_with, week_of_agency


@dataclass(frozen=True, slots=True)
class Face:
    """One clock. `about` says what it waits for and by what time it goes, "" when it has had that; one that stands
    still is not `running`."""

    title: str
    words: ClockWords
    running: bool
    about: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """`waited` is what the citizen waited by the calendar, `waited_working` the working time in it; both in words. On a
    card that was opened again that is all since his first words, while it is `open`; `past` are its clocks of before.
    """

    faces: list[Face]
    waited: str
    waited_working: str
    answered: bool
    open: bool
    past: Sequence[Face] = ()
    promise_until: datetime | None = None
    clarification_until: datetime | None = None
    asked_outside: bool = False

    @property
    def waiting(self) -> list[Face]:
        """Those that still wait for something."""
        return [face for face in self.faces if face.about]


def clocks_of(incident: Incident, now: datetime) -> Clocks:
    """One query: the deadlines bring the calendars with them."""
    deadlines: list[Any] = list(
        Deadline.objects.filter(incident=incident)
        .annotate(region=default_week(), own=week_of_agency("incident__agency__path"))
        .annotate(asked_agency=F("inquiry__agency_id"))
        .order_by("pk")[:40]
    )
    week = read_week(deadlines[0].region if deadlines else None)
    _number(incident, deadlines)
    faces, past = _faces(incident, deadlines, week, now)
    until, in_hand = incident.first_answered_at or incident.closed_at or now, incident.state in IN_HAND
    if incident.reopened:
        until = now if in_hand else incident.rating_since or until
    running = {deadline.clock: deadline for deadline in deadlines if not deadline.met_at and not deadline.cancelled_at}
    return Clocks(
        faces=faces,
        past=past,
        waited=duration((until - incident.started_at).total_seconds()),
        waited_working=working_duration(_worked(incident.started_at, until, week), week.usual_day),
        answered=incident.first_answered_at is not None,
        open=in_hand,
        promise_until=running["promise"].limit_at if "promise" in running else None,
        clarification_until=running["clarification"].limit_at if "clarification" in running else None,
        asked_outside=any(deadline.clock == Norm.Clock.EXTERNAL for deadline in deadlines),
    )


def _faces(
    incident: Incident, deadlines: Sequence[Any], week: WorkWeek, now: datetime
) -> tuple[list[Face], list[Face]]:
    """The last clock of each kind; a promise or a question only while it runs, the agency's also while it waits. And
    apart what is history on a card that was opened again: all that was met before its latest second answer."""
    still = incident.state == State.CLARIFYING
    shown = [one for one in deadlines if not one.cancelled_at or (still and one.left is not None)]
    # Several may be asked outside at once: one who has answered does not hide another who has not.
    shown = [one for one in shown if one.clock != Norm.Clock.EXTERNAL or one.met_at is None]
    latest = {deadline.clock: deadline for deadline in shown}
    second = latest.get(Norm.Clock.SECOND_ANSWER)
    ended = incident.state in (State.NOISE, State.DONE)
    faces: list[Face] = []
    past: list[Face] = []
    for clock in _TITLES:
        deadline = latest.get(clock)
        side = clock in (Norm.Clock.PROMISE, Norm.Clock.CLARIFICATION)
        if deadline is None or (ended and deadline.met_at is None) or (side and deadline.met_at is not None):
            continue
        over = incident.reopened and deadline.met_at is not None and deadline is not second
        (past if over else faces).append(_face(deadline, week, now))
    past += [_face(one, week, now) for one in shown if one.clock == Norm.Clock.SECOND_ANSWER and one is not second]
    return faces, past


def _number(incident: Incident, deadlines: Sequence[Any]) -> None:
    """Which opening a second answer belongs to: the last one to the last. A card opened before there was such a clock
    has fewer of them than openings."""
    seconds = [one for one in deadlines if one.clock == Norm.Clock.SECOND_ANSWER]
    for number, one in enumerate(seconds, start=incident.reopened - len(seconds) + 1):
        one.number = number if incident.reopened > 1 else 0


def _face(deadline: Any, week: WorkWeek, now: datetime) -> Face:
    if deadline.clock == Norm.Clock.AGENCY and deadline.own:
        week = resting_with(read_week(deadline.own), week)
    first, last = sorted((now, deadline.limit_at))
    left = _worked(first, last, week) if deadline.working else int((last - first).total_seconds())
    words = clock_words(deadline.limit_at, deadline.met_at, week.usual_day if deadline.working else 0, left, now)
    if deadline.cancelled_at:
        seconds = deadline.left * 60
        span = working_duration(seconds, week.usual_day) if deadline.working else duration(seconds)
        words = ClockWords(_("стоит, пока житель не ответит, останется %s") % span, "", deadline.limit_at)
    title, number = str(_TITLES[deadline.clock]), getattr(deadline, "number", 0)
    return Face(
        title=_("%(title)s, %(n)d-й раз") % {"title": title, "n": number} if number else title,
        words=words,
        running=deadline.met_at is None and not deadline.cancelled_at,
        about="" if deadline.met_at else f"{_awaited(deadline)}, {_pace(deadline)}",
    )


def _awaited(deadline: Any) -> str:
    if deadline.asked_agency:
        return _("ждёт ответа другого ведомства за его часть")
    return str(_AWAITED[deadline.clock])


def _pace(deadline: Any) -> str:
    if not deadline.working:
        return _("идёт и ночью, и в выходные")
    if deadline.clock == Norm.Clock.AGENCY and deadline.own:
        return _("идёт в рабочее время ведомства")
    return _("идёт в рабочее время региона")


_TITLES = {
    Norm.Clock.SECOND_ANSWER: gettext_lazy("Повторный ответ"),
    Norm.Clock.FIRST_ANSWER: gettext_lazy("Первый ответ"),
    Norm.Clock.FINAL_ANSWER: gettext_lazy("Итоговый ответ"),
    Norm.Clock.AGENCY: gettext_lazy("Ответ ведомства"),
    Norm.Clock.PROMISE: gettext_lazy("Обещание"),
    Norm.Clock.CLARIFICATION: gettext_lazy("Уточнение жителя"),
    Norm.Clock.EXTERNAL: gettext_lazy("Ответ извне"),
}
"""The clocks that are shown, in this order."""

_AWAITED = {
    Norm.Clock.FIRST_ANSWER: gettext_lazy("ждёт первого ответа жителю"),
    Norm.Clock.FINAL_ANSWER: gettext_lazy("ждёт итогового ответа жителю"),
    Norm.Clock.SECOND_ANSWER: gettext_lazy("ждёт следующего ответа жителю: карточку открыли снова"),
    Norm.Clock.AGENCY: gettext_lazy("ждёт, когда ведомство отправит ответ на согласование"),
    Norm.Clock.PROMISE: gettext_lazy("ждёт, когда обещанное будет сделано"),
    Norm.Clock.CLARIFICATION: gettext_lazy("ждёт ответа жителя на наш вопрос"),
    Norm.Clock.EXTERNAL: gettext_lazy("ждёт внешнего исполнителя, ссылка действует до этого времени"),
}


def _worked(start: datetime, end: datetime, week: WorkWeek) -> int:
    try:
        return working_seconds(start, end, week)
    except TooFar:  # a network's broken clock: the calendar has no answer for such a moment
        return 0
