"""The clocks on a card: started once, never restarted, met or missed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from otklik.incidents.models import Incident
from otklik.routing.deadlines import TooFar, WorkWeek, limit, read_special, working_seconds
from otklik.routing.models import Calendar, Deadline, Extension, Norm
from otklik.routing.norms import allowed, pick
from otklik.themes.models import Theme

WARN_BEFORE = timedelta(hours=1)


def work_week() -> WorkWeek:
    """The default calendar's week; Monday to Friday 08:30–17:30 when nobody has made one."""
    kept = Calendar.objects.filter(default=True).first() or Calendar()
    return WorkWeek(kept.opens, kept.closes, ZoneInfo(settings.TIME_ZONE), read_special(kept.special_days))


def norm_for(clock: str, theme: Theme | None) -> tuple[int, bool]:
    """(minutes, working): the norm of the theme, of fast-track themes, or of all."""
    norms = [allowed(norm) for norm in Norm.objects.filter(clock=clock)]
    return pick(norms, clock, theme.pk if theme else None, theme is not None and theme.fast_track)


def start(incident: Incident, theme: Theme | None, week: WorkWeek | None = None) -> None:
    """First and final answer run from the citizen's own start. A clock that runs keeps its start; a theme set later
    may move its limit, and nothing else."""
    week = week or work_week()
    for clock in (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER):
        minutes, working = norm_for(clock, theme)
        limit_at = _limit(incident, minutes, working, week)
        deadline, made = Deadline.objects.get_or_create(
            incident=incident,
            clock=clock,
            defaults={
                "starts_at": incident.started_at,
                "limit_at": limit_at,
                "working": working,
                "due_at": limit_at - WARN_BEFORE,
            },
        )
        if made or deadline.limit_at == limit_at:
            continue
        if clock == Norm.Clock.FIRST_ANSWER or not _extended(incident):
            Deadline.objects.filter(pk=deadline.pk, met_at__isnull=True, missed_at__isnull=True).update(
                limit_at=limit_at, working=working, due_at=limit_at - WARN_BEFORE
            )


def _extended(incident: Incident) -> bool:
    """An operator has granted a later day, which no norm takes back."""
    return Extension.objects.filter(incident=incident, state=Extension.State.GRANTED).exists()


def _limit(incident: Incident, minutes: int, working: bool, week: WorkWeek) -> datetime:
    try:
        return limit(incident.started_at, minutes, working, week)
    except TooFar:
        # A message dated by a broken clock, decades away: it is answered by the wall, from when the card was made.
        return incident.created_at + timedelta(minutes=minutes)


def wait(incident: Incident, clock: str, starts_at: datetime, limit_at: datetime, words: str = "") -> Deadline:
    """A clock of another kind: a promise, a clarification, an answer from outside."""
    return Deadline.objects.create(
        incident=incident,
        clock=clock,
        starts_at=starts_at,
        limit_at=limit_at,
        working=False,
        words=words,
        due_at=limit_at - WARN_BEFORE if limit_at - starts_at > WARN_BEFORE else limit_at,
    )


def meet(incident: Incident, clocks: tuple[str, ...], at: datetime) -> None:
    """What these clocks were waiting for has happened."""
    Deadline.objects.filter(incident=incident, clock__in=clocks, met_at__isnull=True, cancelled_at__isnull=True).update(
        met_at=at, due_at=None
    )


def cancel_all(incident: Incident, at: datetime) -> None:
    """The card needs no clock any more."""
    Deadline.objects.filter(incident=incident, met_at__isnull=True, cancelled_at__isnull=True).update(
        cancelled_at=at, due_at=None
    )


def revive(incident: Incident, at: datetime) -> None:
    """The card came back: its clocks go on from where they always ran."""
    Deadline.objects.filter(incident=incident, cancelled_at__isnull=False, met_at__isnull=True).update(
        cancelled_at=None, due_at=at
    )


def working_time(start_at: datetime, end_at: datetime) -> int:
    """Working seconds between two moments, by the default calendar."""
    return working_seconds(start_at, end_at, work_week())
