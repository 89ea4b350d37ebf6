"""Answers that wait for an approver, the oldest deadline first. Three queries, whatever their number."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery

from otklik.answers.models import Answer
from otklik.desk.format import ClockWords, clock_words
from otklik.incidents.models import Incident, State
from otklik.people.access import has_role, reach
from otklik.people.models import Role, User
from otklik.routing.clocks import work_week
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Deadline, Norm

APPROVERS = (Role.APPROVER, Role.ADMINISTRATOR)
PAGE = 20
CLOCKS = (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer beside what it answers. `own`: the reader wrote it himself and may not approve it."""

    answer: Answer
    photos: Sequence[Any]
    clock: ClockWords | None
    clock_name: str
    own: bool


def waiting(user: User, now: datetime) -> tuple[list[Row], bool]:
    """The first page of what this user may decide on, and whether there is more. What was decided makes room."""
    running = Deadline.objects.filter(
        incident=OuterRef("incident_id"), clock__in=CLOCKS, met_at__isnull=True, cancelled_at__isnull=True
    ).order_by("limit_at", "pk")
    within = Incident.objects.filter(reach(user, APPROVERS), state=State.APPROVAL)
    found = list(
        Answer.objects.filter(state=Answer.State.APPROVAL, incident__in=within)
        .select_related("incident__theme__group", "incident__place__parent", "reply_to", "author", "agency")
        .prefetch_related("photos")
        .annotate(
            limit_at=Subquery(running.values("limit_at")[:1]),
            limit_clock=Subquery(running.values("clock")[:1]),
            limit_working=Subquery(running.values("working")[:1]),
        )
        .order_by(F("limit_at").asc(nulls_last=True), "pk")[: PAGE + 1]
    )
    week = work_week() if found else None
    any_own = has_role(user, Role.ADMINISTRATOR)
    return [_row(answer, user, any_own, week, now) for answer in found[:PAGE]], len(found) > PAGE


def _row(answer: Any, user: User, any_own: bool, week: WorkWeek | None, now: datetime) -> Row:
    return Row(
        answer=answer,
        photos=answer.photos.all(),
        clock=_clock(answer.limit_at, answer.limit_working, week, now) if answer.limit_at and week else None,
        clock_name=str(Norm.Clock(answer.limit_clock).label) if answer.limit_clock else "",
        own=answer.author_id == user.pk and not any_own,
    )


def _clock(limit_at: datetime, working: bool, week: WorkWeek, now: datetime) -> ClockWords:
    first, last = sorted((now, limit_at))
    seconds = int((last - first).total_seconds())
    if working:
        with suppress(TooFar):  # a clock set wrong by centuries is still shown, by the wall
            seconds = working_seconds(first, last, week)
    return clock_words(limit_at, None, working, seconds, now)
