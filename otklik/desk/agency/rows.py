"""The cards of one's own agency, sorted into what is wanted of them. Four queries, whatever their number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.answers.models import Answer
from otklik.desk.format import ago, duration, short_moment
from otklik.desk.translated import translated
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.people.access import reach
from otklik.people.models import Role, User
from otklik.routing.clocks import work_week
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Deadline, Norm

OWNERS = (Role.EXECUTOR, Role.CURATOR)
MOST = 200
RECENT, RECENT_FOR = 20, timedelta(days=14)
SOON = 3600

NEW, RETURNED, WORK, APPROVAL, PROMISED, ASKED, ANSWERED = range(7)
_SECTION = {
    State.ASSIGNED: NEW,
    State.IN_WORK: WORK,
    State.APPROVAL: APPROVAL,
    State.PUBLISHING: APPROVAL,
    State.POSTPONED: PROMISED,
    State.CLARIFYING: ASKED,
    State.RATING: ANSWERED,
    State.DONE: ANSWERED,
}
_CLOCKS = {PROMISED: (Norm.Clock.PROMISE,), ASKED: (Norm.Clock.CLARIFICATION,)}
_ANSWER_CLOCKS = (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER)
OPEN = [state for state, place in _SECTION.items() if place != ANSWERED]
TITLES = {
    NEW: gettext_lazy("Новые для вас"),
    RETURNED: gettext_lazy("Возвращены с замечанием"),
    WORK: gettext_lazy("В работе"),
    APPROVAL: gettext_lazy("На согласовании"),
    PROMISED: gettext_lazy("Отложены: обещания"),
    ASKED: gettext_lazy("Ждём автора"),
    ANSWERED: gettext_lazy("Недавно отвеченные"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One card. `wanted` says in plain words what to do until when; `tone` is late, soon or ""."""

    incident: Incident
    text: str
    wanted: str
    tone: str
    limit_at: datetime | None
    remark: str
    can_take: bool
    can_give_back: bool


@dataclass(frozen=True, slots=True)
class Section:
    key: int
    title: Any
    rows: Sequence[Row]


def sections(user: User, now: datetime) -> tuple[list[Section], bool]:
    """What is open, the most urgent first, and the last answered; empty sections are left out. And whether there is
    more than is shown. Only grants of an executor or a curator open cards here."""
    mine = Incident.objects.filter(reach(user, OWNERS))
    links = list(_open(mine)[: MOST + 1])
    more, links = len(links) > MOST, links[:MOST]
    links += _answered(mine, now)[:RECENT]
    clocks = _clocks(links)
    week = work_week() if clocks else None
    found: dict[int, list[Row]] = {key: [] for key in TITLES}
    for link in links:
        key = _section(link)
        found[key].append(_row(link, key, clocks.get(link.incident_id, []), week, now))
    for key, rows in found.items():
        if key != ANSWERED:
            rows.sort(key=lambda row: (row.limit_at is None, row.limit_at or now, row.incident.pk))
    return [Section(key, TITLES[key], rows) for key, rows in found.items() if rows], more


def _open(mine: QuerySet[Incident]) -> QuerySet[Any]:
    running = Deadline.objects.filter(
        incident=OuterRef("incident_id"), met_at__isnull=True, cancelled_at__isnull=True
    ).order_by("limit_at")
    links = _links(mine.filter(state__in=OPEN)).annotate(limit_at=Subquery(running.values("limit_at")[:1]))
    urgent: QuerySet[Any] = links.order_by(F("limit_at").asc(nulls_last=True), "incident_id")
    return urgent


def _answered(mine: QuerySet[Incident], now: datetime) -> QuerySet[Any]:
    late = mine.filter(state__in=(State.RATING, State.DONE), first_answered_at__gte=now - RECENT_FOR)
    return _links(late).order_by("-incident__first_answered_at", "-incident_id")


def _links(cards: QuerySet[Incident]) -> QuerySet[Any]:
    latest = Answer.objects.filter(incident=OuterRef("incident_id")).order_by("-pk")
    return (
        IncidentMessage.objects.filter(main=True, incident__in=cards)
        .select_related("message", "incident__theme__group", "incident__place__parent", "incident__agency")
        .annotate(
            answer_state=Subquery(latest.values("state")[:1]), answer_remark=Subquery(latest.values("remark")[:1])
        )
    )


def _clocks(links: Iterable[Any]) -> dict[int, list[Deadline]]:
    found: dict[int, list[Deadline]] = {}
    for deadline in Deadline.objects.filter(
        incident__in=[link.incident_id for link in links], met_at__isnull=True, cancelled_at__isnull=True
    ).order_by("limit_at", "pk"):
        found.setdefault(deadline.incident_id, []).append(deadline)
    return found


def _section(link: Any) -> int:
    key = _SECTION[State(link.incident.state)]
    return RETURNED if key == WORK and link.answer_state == Answer.State.RETURNED else key


def _row(link: Any, key: int, clocks: Sequence[Deadline], week: WorkWeek | None, now: datetime) -> Row:
    incident = link.incident
    fitting = [one for one in clocks if one.clock in _CLOCKS.get(key, _ANSWER_CLOCKS)]
    deadline = fitting[0] if fitting and key != ANSWERED else None
    wanted, tone = _wanted(incident, key, deadline, week, now)
    return Row(
        incident=incident,
        text=link.message.text,
        wanted=wanted,
        tone=tone,
        limit_at=deadline.limit_at if deadline else None,
        remark=translated(link.answer_remark) if key == RETURNED else "",
        can_take=key == NEW,
        can_give_back=key in (NEW, WORK, RETURNED),
    )


def _wanted(
    incident: Incident, key: int, deadline: Deadline | None, week: WorkWeek | None, now: datetime
) -> tuple[str, str]:
    if key == ANSWERED:
        return _after(incident, now), ""
    if deadline is None or week is None:
        return str(_WITHOUT_CLOCK[key]), ""
    left = _left(deadline, week, now)
    late = now > deadline.limit_at
    told = {
        "until": short_moment(localtime(deadline.limit_at), localtime(now)),
        "left": duration(left),
        "clock": _(" рабочего времени") if deadline.working else "",
    }
    words = str((_LATE if late else _IN_TIME)[key]) % told
    if late:
        return words, "late" if key in (NEW, WORK, RETURNED, PROMISED) else "soon"
    return words, "soon" if left <= SOON and key in (NEW, WORK, RETURNED, PROMISED) else ""


def _left(deadline: Deadline, week: WorkWeek, now: datetime) -> int:
    """Seconds to the limit, or since it; working ones where the clock counts so. Never negative."""
    first, last = sorted((now, deadline.limit_at))
    if deadline.working:
        try:
            return working_seconds(first, last, week)
        except TooFar:
            pass  # a clock set wrong by centuries is still shown, by the wall
    return int((last - first).total_seconds())


_ANSWER_IN_TIME = gettext_lazy("Ответить до %(until)s, осталось %(left)s%(clock)s")
_ANSWER_LATE = gettext_lazy("Ответ просрочен на %(left)s%(clock)s, срок был %(until)s")
_IN_TIME = {
    NEW: _ANSWER_IN_TIME,
    WORK: _ANSWER_IN_TIME,
    RETURNED: gettext_lazy("Исправить до %(until)s, осталось %(left)s%(clock)s"),
    APPROVAL: gettext_lazy("Ждём согласующего, срок ответа %(until)s"),
    PROMISED: gettext_lazy("Обещали до %(until)s, осталось %(left)s%(clock)s"),
    ASKED: gettext_lazy("Ждём ответа автора до %(until)s"),
}
_LATE = {
    NEW: _ANSWER_LATE,
    WORK: _ANSWER_LATE,
    RETURNED: gettext_lazy("Исправить сейчас: просрочено на %(left)s%(clock)s"),
    APPROVAL: gettext_lazy("Ждём согласующего, срок ответа прошёл %(left)s%(clock)s назад"),
    PROMISED: gettext_lazy("Обещание просрочено на %(left)s%(clock)s: обещали до %(until)s"),
    ASKED: gettext_lazy("Автор не ответил до %(until)s, карточка вернётся оператору"),
}
_WITHOUT_CLOCK = {
    NEW: gettext_lazy("Ответить, срок не задан"),
    WORK: gettext_lazy("Ответить, срок не задан"),
    RETURNED: gettext_lazy("Исправить ответ"),
    APPROVAL: gettext_lazy("Ждём согласующего"),
    PROMISED: gettext_lazy("Обещано без даты: уточните срок"),
    ASKED: gettext_lazy("Ждём ответа автора"),
}


def _after(incident: Incident, now: datetime) -> str:
    when = ago(incident.first_answered_at, now) if incident.first_answered_at else ""
    if incident.state == State.RATING:
        return _("Ответ опубликован %s, ждём, что скажет автор") % when
    outcome = incident.get_outcome_display().lower() if incident.outcome else _("закрыто")
    return _("Ответ опубликован %(when)s, итог: %(outcome)s") % {"when": when, "outcome": outcome}
