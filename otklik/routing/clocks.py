"""The clocks on a card: started once, never restarted, met or missed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Max, Q, prefetch_related_objects

from otklik.incidents.models import Incident
from otklik.lib.kept import KeptRows, in_place, keep_rows, stand_ins
from otklik.routing.deadlines import TooFar, WorkWeek, limit, morning_before, working_seconds
from otklik.routing.models import Deadline, Extension, Norm
from otklik.routing.norms import Allowed, Matter, allowed, pick
from otklik.routing.weeks import region_week, weeks_now
from otklik.themes.models import Theme

WARN_BEFORE = timedelta(hours=1)


FROM_THE_START = (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER)
"""The clocks that run from the citizen's own start, by the region's calendar, whatever agency answers."""
CITIZENS = (*FROM_THE_START, Norm.Clock.SECOND_ANSWER)
"""These, and the one that begins when the card is opened again: each waits for an answer to the citizen."""
ANSWERED = (Norm.Clock.FIRST_ANSWER, Norm.Clock.SECOND_ANSWER)
"""Those that any answer meets, an interim one too."""
OURS = (*CITIZENS, Norm.Clock.PROMISE)
"""What we owe the citizen by a moment. The other clocks wait for him, for an agency or for somebody outside."""


def work_week() -> WorkWeek:
    """The region's week, by which the citizen's clocks are reckoned."""
    return region_week()


def norms_of(*clocks: str) -> list[Allowed]:
    """Those that are written down for these clocks, in force or not any more. One query."""
    return [allowed(norm) for norm in _norms(clocks, connection.vendor).ask({})]


@lru_cache(16)
def _norms(clocks: tuple[str, ...], vendor: str) -> KeptRows[Norm]:
    return keep_rows(Norm.objects.filter(clock__in=clocks).select_related("place").order_by("pk"))


def matter_of(incident: Incident, theme: Theme | None, at: datetime, norms: Iterable[Allowed]) -> Matter:
    """What norms ask of the card, for a clock that starts then. Its place is looked up where a norm asks."""
    place = incident.place or incident.guessed_place if any(one.place for one in norms) else None
    return Matter(
        theme.pk if theme else None,
        theme.group_id if theme else None,
        theme is not None and theme.fast_track,
        incident.priority,
        incident.network,
        place.path if place else "",
        at,
    )


def norm_for(clock: str, theme: Theme | None) -> tuple[int, bool]:
    """(minutes, working) of a card of which only the theme is known, now."""
    matter = Matter(theme.pk, theme.group_id, theme.fast_track) if theme else Matter()
    return pick(norms_of(*CITIZENS, clock), clock, matter)


def start(incident: Incident, theme: Theme | None, norms: Sequence[Allowed] | None = None) -> None:
    """First and final answer run from the citizen's own start. A clock that runs keeps its start; a theme set later
    may move its limit, and nothing else: that of a second answer, too. The card is locked, or nobody else knows of it
    yet: two who start its clocks at once would start them twice. `norms` are those of CITIZENS, and maybe others, where
    they have been read already. Inside `book.writing()`."""
    start_all([(incident, theme)], norms=norms)


def start_all(
    cards: Sequence[tuple[Incident, Theme | None]],
    week: WorkWeek | None = None,
    norms: Sequence[Allowed] | None = None,
) -> None:
    """The same for many cards, each with its theme. Three statements, and one for each limit that moves."""
    week = week or work_week()
    norms = norms_of(*CITIZENS) if norms is None else norms
    if any(one.place for one in norms):  # each card will be asked for it
        prefetch_related_objects([incident for incident, _ in cards], "place", "guessed_place")
    running = _citizens_clocks([incident for incident, _ in cards])
    fresh: list[Deadline] = []
    limits: list[_Limit] = []
    for incident, theme in cards:
        matter = matter_of(incident, theme, incident.started_at, norms)
        for clock in FROM_THE_START:
            minutes, working = pick(norms, clock, matter)
            limit_at = _limit(incident, minutes, working, week)
            if runs := running[incident.pk, clock]:
                limits.append(_Limit(runs[0], limit_at, working, limit_at - WARN_BEFORE))
            else:
                fresh.append(_from_the_start(incident, clock, limit_at, working))
        for one in running[incident.pk, Norm.Clock.SECOND_ANSWER] if incident.reopened else ():
            limit_at, working = _second_limit(incident, theme, one.starts_at, norms, week)
            limits.append(_Limit(one, limit_at, working, _first_look(incident, one.clock, one.starts_at, limit_at)))
    Deadline.objects.bulk_create(fresh)
    _move([one for one in limits if one.deadline.limit_at != one.limit_at])


class _Limit(NamedTuple):
    """The limit that a clock is to have now."""

    deadline: Deadline
    limit_at: datetime
    working: bool
    due_at: datetime


def _citizens_clocks(cards: Sequence[Incident]) -> Mapping[tuple[int, str], list[Deadline]]:
    """By card and kind: those from the start, and those of second answers that run."""
    rows: defaultdict[tuple[int, str], list[Deadline]] = defaultdict(list)
    for one in _running(len(cards), connection.vendor).ask(in_place([card.pk for card in cards])) if cards else ():
        rows[one.incident_id, one.clock].append(one)
    return rows


@lru_cache(64)
def _running(number: int, vendor: str) -> KeptRows[Deadline]:
    mine = Deadline.objects.filter(incident__in=stand_ins(number))
    second = Q(clock=Norm.Clock.SECOND_ANSWER, met_at=None, missed_at=None, cancelled_at=None)
    return keep_rows(mine.filter(second | Q(clock__in=FROM_THE_START)).order_by("pk"))


def _from_the_start(incident: Incident, clock: str, limit_at: datetime, working: bool) -> Deadline:
    return Deadline(
        incident=incident,
        clock=clock,
        starts_at=incident.started_at,
        limit_at=limit_at,
        working=working,
        due_at=limit_at - WARN_BEFORE,
    )


def _move(limits: Sequence[_Limit]) -> None:
    grants = _last_grants([one.deadline.incident_id for one in limits])
    for one in limits:
        runs = Deadline.objects.filter(pk=one.deadline.pk, met_at__isnull=True, missed_at__isnull=True)
        if one.deadline.clock == Norm.Clock.SECOND_ANSWER:
            runs = runs.filter(cancelled_at__isnull=True)
        if not _is_granted(one.deadline, grants.get(one.deadline.incident_id)):
            runs.update(limit_at=one.limit_at, working=one.working, due_at=one.due_at)


def _last_grants(cards: Sequence[int]) -> Mapping[int, datetime]:
    """When an operator has granted a later day last, on those of these cards that have one."""
    rows = Extension.objects.filter(incident__in=cards, state=Extension.State.GRANTED, decided_at__isnull=False)
    return dict(rows.values_list("incident").annotate(last=Max("decided_at"))) if cards else {}


def _is_granted(deadline: Deadline, last: datetime | None) -> bool:
    """Whether its limit is a day that was granted: no norm takes that back. Of a second answer, since that began."""
    if last is None or deadline.clock == Norm.Clock.FIRST_ANSWER:
        return False
    return deadline.clock != Norm.Clock.SECOND_ANSWER or last >= deadline.starts_at


def begin_second(incident: Incident, at: datetime) -> None:
    """The card is open again: its author, who has had an answer, is to have the next one from now on. Each opening has
    a clock of its own; a card that was never answered goes on by its first ones. Inside `book.writing()`."""
    clock = Norm.Clock.SECOND_ANSWER
    running = Deadline.objects.filter(incident=incident, clock=clock, met_at__isnull=True, cancelled_at__isnull=True)
    running.update(cancelled_at=at, due_at=None)
    if incident.first_answered_at is not None:
        theme = incident.theme or incident.guessed_theme
        limit_at, working = _second_limit(incident, theme, at, norms_of(*CITIZENS), work_week())
        wait(incident, clock, at, limit_at, working=working)


def _second_limit(
    incident: Incident, theme: Theme | None, at: datetime, norms: Sequence[Allowed], week: WorkWeek
) -> tuple[datetime, bool]:
    """When it runs out, and whether by working time."""
    minutes, working = pick(norms, Norm.Clock.SECOND_ANSWER, matter_of(incident, theme, at, norms))
    try:
        return limit(at, minutes, working, week), working
    except TooFar:  # a calendar by which nobody works
        return at + timedelta(minutes=minutes), working


def _limit(incident: Incident, minutes: int, working: bool, week: WorkWeek) -> datetime:
    try:
        return limit(incident.started_at, minutes, working, week)
    except TooFar:
        # A message dated by a broken clock, decades away: it is answered by the wall, from when the card was made.
        return incident.created_at + timedelta(minutes=minutes)


def wait(
    incident: Incident, clock: str, starts_at: datetime, limit_at: datetime, words: str = "", working: bool = False
) -> Deadline:
    """A clock of another kind: a promise, a clarification, an answer from outside."""
    return Deadline.objects.create(
        incident=incident,
        clock=clock,
        starts_at=starts_at,
        limit_at=limit_at,
        working=working,
        words=words,
        due_at=_first_look(incident, clock, starts_at, limit_at),
    )


def _first_look(incident: Incident, clock: str, starts_at: datetime, limit_at: datetime) -> datetime:
    """When to warn. Of a promise from the working morning before its day on, by the agency's calendar: within an hour
    nobody does what was promised."""
    if clock == Norm.Clock.PROMISE:
        week = weeks_now().of(incident.agency)
        with suppress(TooFar):
            morning = morning_before(limit_at.astimezone(week.zone).date(), week)
            if morning > starts_at:
                return morning
    return limit_at - WARN_BEFORE if limit_at - starts_at > WARN_BEFORE else limit_at


def wait_for_author(incident: Incident, at: datetime) -> Deadline:
    """He was asked something, and has as long as the norm says: `CLARIFICATION_HOURS` by the wall without one."""
    clock, norms = Norm.Clock.CLARIFICATION, norms_of(Norm.Clock.CLARIFICATION)
    minutes, working = pick(norms, clock, matter_of(incident, incident.theme, at, norms))
    try:
        limit_at = limit(at, minutes, working, work_week())
    except TooFar:
        limit_at = at + timedelta(minutes=minutes)
    return wait(incident, clock, at, limit_at, working=working)


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
    """The card came back: its clocks go on from where they always ran. The agency's begins with its agency, and a
    question to somebody outside is asked anew: its link has ended."""
    over = Deadline.objects.filter(incident=incident, cancelled_at__isnull=False, met_at__isnull=True)
    over.exclude(clock__in=(Norm.Clock.AGENCY, Norm.Clock.EXTERNAL)).update(cancelled_at=None, due_at=at)


def working_time(start_at: datetime, end_at: datetime) -> int:
    """Working seconds between two moments, by the default calendar."""
    return working_seconds(start_at, end_at, work_week())
