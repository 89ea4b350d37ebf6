"""The cards of one's own agency, sorted into what is wanted of them. Five queries, whatever their number.

Which cards they are is asked first, and by itself: asked together with all that is shown of them, PostgreSQL puts that
together for every card there is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from otklik.answers.models import Answer
from otklik.desk.format import ago, duration, short_moment, working_duration
from otklik.feedback.models import Rating
from otklik.incidents.handing import HELD
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.people.access import grants_of, reach_by_agency
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.routing.clocks import CITIZENS, work_week
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Deadline, Extension, Norm
from otklik.work.translated import translated

OWNERS = (Permission.HOLD,)
MOST, MOST_UNHELD = 200, 100
RECENT, RECENT_FOR = 20, timedelta(days=14)
SOON = 3600
ANSWER, REMARK, PROMISE, APPROVAL, ASKED, ANSWERED = range(6)
_OURS = (ANSWER, REMARK, PROMISE)

_IN_TIME = {
    ANSWER: gettext_lazy("Ответить жителю до %(until)s, осталось %(left)s"),
    REMARK: gettext_lazy("Исправить по замечанию до %(until)s, осталось %(left)s"),
    PROMISE: gettext_lazy("Показать, что обещание выполнено, до %(until)s, осталось %(left)s"),
    APPROVAL: gettext_lazy("Ждём согласующего, срок ответа %(until)s"),
    ASKED: gettext_lazy("Ждём ответа жителя до %(until)s"),
}
_LATE = {
    ANSWER: gettext_lazy("Ответить жителю сейчас: просрочено на %(left)s, срок был %(until)s"),
    REMARK: gettext_lazy("Исправить по замечанию сейчас: просрочено на %(left)s"),
    PROMISE: gettext_lazy("Показать, что обещание выполнено: обещали до %(until)s, прошло %(left)s"),
    APPROVAL: gettext_lazy("Ждём согласующего, срок ответа прошёл %(left)s назад"),
    ASKED: gettext_lazy("Житель не ответил до %(until)s, карточка вернётся оператору"),
}
_WITHOUT_CLOCK = {
    ANSWER: gettext_lazy("Ответить жителю, срок не задан"),
    REMARK: gettext_lazy("Исправить по замечанию"),
    PROMISE: gettext_lazy("Обещано без даты: уточните срок"),
    APPROVAL: gettext_lazy("Ждём согласующего"),
    ASKED: gettext_lazy("Ждём ответа жителя"),
}


def wanted(
    incident: Incident, want: int, deadline: Deadline | None, week: WorkWeek | None, now: datetime
) -> tuple[str, str]:
    """The sentence, and its tone: late, soon or ""."""
    if want == ANSWERED:
        return _after(incident, now), ""
    if deadline is None or week is None:
        return str(_WITHOUT_CLOCK[want]), ""
    left = _left(deadline, week, now)
    late = now > deadline.limit_at
    params = {
        "until": short_moment(localtime(deadline.limit_at), localtime(now)),
        "left": working_duration(left, week.usual_day) if deadline.working else duration(left),
    }
    words = str((_LATE if late else _IN_TIME)[want]) % params
    if late:
        return words, "late" if want in _OURS else "soon"
    return words, "soon" if left <= SOON and want in _OURS else ""


def _left(deadline: Deadline, week: WorkWeek, now: datetime) -> int:
    """Seconds to the limit, or since it; working ones where the clock counts so. Never negative."""
    first, last = sorted((now, deadline.limit_at))
    if deadline.working:
        try:
            return working_seconds(first, last, week)
        except TooFar:
            pass  # a clock set wrong by centuries is still shown, by the wall
    return int((last - first).total_seconds())


def _after(incident: Incident, now: datetime) -> str:
    when = ago(incident.first_answered_at, now) if incident.first_answered_at else ""
    if incident.state == State.RATING:
        return _("Ответ опубликован %s, ждём, что скажет житель") % when
    outcome = incident.get_outcome_display().lower() if incident.outcome else _("закрыто")
    return _("Ответ опубликован %(when)s, итог: %(outcome)s") % {"when": when, "outcome": outcome}


_WANT = {
    State.ASSIGNED: ANSWER,
    State.IN_WORK: ANSWER,
    State.APPROVAL: APPROVAL,
    State.PUBLISHING: APPROVAL,
    State.POSTPONED: PROMISE,
    State.CLARIFYING: ASKED,
    State.RATING: ANSWERED,
    State.DONE: ANSWERED,
}
_CLOCKS = {PROMISE: (Norm.Clock.PROMISE,), ASKED: (Norm.Clock.CLARIFICATION,), ANSWERED: ()}

AGAIN, LATE, TODAY, RETURNED, LATER, WAITING, AUTHOR, GONE = range(8)
TITLES = {
    AGAIN: gettext_lazy("Открыты снова"),
    LATE: gettext_lazy("Просрочено"),
    TODAY: gettext_lazy("Сегодня"),
    RETURNED: gettext_lazy("Возвращены с замечанием"),
    LATER: gettext_lazy("Позже"),
    WAITING: gettext_lazy("На согласовании"),
    AUTHOR: gettext_lazy("Ждём жителя"),
    GONE: gettext_lazy("Недавно отвеченные"),
}
_SHOWN = (
    *("main", "incident", "message__text"),
    *(f"incident__{name}" for name in ("number", "state", "network", "outcome", "street", "house", "reopened")),
    *(f"incident__{name}" for name in ("started_at", "first_answered_at", "theme", "place", "agency", "executor")),
    *("incident__theme__name", "incident__theme__group__name"),
    *("incident__place__name", "incident__place__level", "incident__place__parent__name"),
    "incident__agency__short_name",
    *(f"incident__executor__{name}" for name in ("username", "last_name", "first_name", "patronymic")),
)
"""What a row shows. All columns of two hundred cards, and of what they point to, take longer than the page."""
_SECTION = {REMARK: RETURNED, APPROVAL: WAITING, ASKED: AUTHOR, ANSWERED: GONE}

ALL, MINE, NOBODYS = "all", "mine", "nobody"
WHOSE = {
    ALL: gettext_lazy("Все"),
    MINE: gettext_lazy("Мои"),
    NOBODYS: gettext_lazy("Ничьи"),
}
TO_ANSWER = (State.ASSIGNED, State.IN_WORK)


@dataclass(frozen=True, slots=True)
class Row:
    """One card. `wanted` says in plain words what to do until when; `tone` is late, soon or "". `asked_until`: a
    later day was asked for and nobody has decided. Of a card that was opened again and has had no answer since, `text`
    is the newest that its citizen wrote, `again` says so and `waited` for how long he waits in all; else both are "".
    """

    incident: Incident
    text: str
    wanted: str
    tone: str
    limit_at: datetime | None
    remark: str
    again: str
    waited: str
    asked_until: date | None
    can_take: bool
    can_work: bool
    can_give_back: bool


@dataclass(frozen=True, slots=True)
class Section:
    key: int
    title: Any
    rows: Sequence[Row]


def sections(user: User, now: datetime, whose: str = ALL) -> tuple[list[Section], bool]:
    """What is open, the most urgent first, and the last answered; empty sections are left out. And whether there is
    more than is shown. Only grants of an executor or a curator open cards here."""
    mine = Incident.objects.filter(reach_by_agency(user, OWNERS), _whose(user, whose))
    ids = list(_open(mine)[: MOST + 1])
    more, ids = len(ids) > MOST, [*ids[:MOST], *_answered(mine, now)[:RECENT]]
    rows_by_key: dict[int, list[Row]] = {key: [] for key in TITLES}
    for key, row in _rows(ids, user, now):
        rows_by_key[key].append(row)
    for key, rows in rows_by_key.items():
        if key != GONE:
            rows.sort(key=_urgency)
    return [Section(key, TITLES[key], rows) for key, rows in rows_by_key.items() if rows], more


def unheld(user: User, now: datetime) -> tuple[list[Row], bool]:
    """The open cards that nobody answers yet, the most urgent first, and whether there are more. Three queries."""
    cards = Incident.objects.filter(reach_by_agency(user, OWNERS), _whose(user, NOBODYS))
    links = list(_links(_open(cards)[: MOST_UNHELD + 1]))
    rows = sorted((row for _key, row in _shown(links, user, now)), key=_urgency)
    return rows[:MOST_UNHELD], len(rows) > MOST_UNHELD


def _whose(user: User, whose: str) -> Q:
    if whose == MINE:
        # His own, and those of whoever he stands in for: their grants are among his.
        return Q(executor__in={user.pk, *(grant.user_id for grant in grants_of(user))})
    return Q(executor__isnull=True) if whose == NOBODYS else Q()


def _open(mine: QuerySet[Incident]) -> QuerySet[Incident, int]:
    running = Deadline.objects.filter(incident=OuterRef("pk"), met_at__isnull=True, cancelled_at__isnull=True)
    running = running.exclude(clock__in=(Norm.Clock.AGENCY, Norm.Clock.EXTERNAL)).order_by("limit_at")
    held = mine.filter(state__in=HELD).annotate(limit_at=Subquery(running.values("limit_at")[:1]))
    again = Case(When(reopened__gt=0, state__in=TO_ANSWER, then=Value(0)), default=Value(1))
    return held.order_by(again, F("limit_at").asc(nulls_last=True), "pk").values_list("pk", flat=True)


def _answered(mine: QuerySet[Incident], now: datetime) -> QuerySet[Incident, int]:
    late = mine.filter(state__in=(State.RATING, State.DONE), first_answered_at__gte=now - RECENT_FOR)
    return late.order_by("-first_answered_at", "-pk").values_list("pk", flat=True)


def _urgency(row: Row) -> tuple[bool, float, int]:
    return row.limit_at is None, row.limit_at.timestamp() if row.limit_at else 0.0, row.incident.pk


def _links(ids: Sequence[int] | QuerySet[Incident, int]) -> QuerySet[Any]:
    latest = Answer.objects.filter(incident=OuterRef("incident_id"), copy_of__isnull=True).order_by("-pk")
    asked = Extension.objects.filter(
        incident=OuterRef("incident_id"), state=Extension.State.ASKED, asked_at__gte=OuterRef("incident__assigned_at")
    )
    return (
        IncidentMessage.objects.filter(main=True, incident_id__in=ids)
        .select_related(
            "message",
            "incident__theme__group",
            "incident__place__parent",
            "incident__agency",
            "incident__executor",
        )
        .annotate(
            answer_state=Subquery(latest.values("state")[:1]),
            answer_remark=Subquery(latest.values("remark")[:1]),
            asked_until=Subquery(asked.values("until")[:1]),
            **latest_columns(),
        )
    )


def _rows(ids: Sequence[int], user: User, now: datetime) -> Iterable[tuple[int, Row]]:
    """In the order of `ids`."""
    links = {link.incident_id: link for link in _links(ids).only(*_SHOWN)} if ids else {}
    return _shown([links[pk] for pk in ids if pk in links], user, now)


def _shown(links: Sequence[Any], user: User, now: datetime) -> Iterable[tuple[int, Row]]:
    clocks = _clocks([link.incident_id for link in links]) if links else {}
    week = work_week() if clocks else None
    for link in links:
        yield _row(link, clocks.get(link.incident_id, []), week, user, now)


def _clocks(ids: Sequence[int]) -> dict[int, list[Deadline]]:
    clocks_by_card: dict[int, list[Deadline]] = {}
    running = Q(met_at__isnull=True) | Q(clock=Norm.Clock.SECOND_ANSWER)
    clocks = Deadline.objects.filter(running, incident_id__in=ids, cancelled_at__isnull=True).order_by("limit_at", "pk")
    for deadline in clocks.only("incident", "clock", "limit_at", "met_at", "working"):
        clocks_by_card.setdefault(deadline.incident_id, []).append(deadline)
    return clocks_by_card


def _row(link: Any, clocks: Sequence[Deadline], week: WorkWeek | None, user: User, now: datetime) -> tuple[int, Row]:
    incident = link.incident
    want = _WANT[State(incident.state)]
    again = waits_again(incident, clocks)
    clocks = [one for one in clocks if one.met_at is None]
    promise = _promise(clocks)
    if want == ANSWER and link.answer_state == Answer.State.RETURNED:
        want = REMARK
    elif want == ANSWER and promise and not again:
        want = PROMISE
    deadline = _deadline(want, clocks, None if again else promise)
    opened, waited = words_of(incident, now) if again else ("", "")
    words, tone = wanted(incident, want, deadline, week, now)
    row = Row(
        incident=incident,
        text=latest_words(link) if again else link.message.text,
        wanted=words,
        tone=tone,
        limit_at=deadline.limit_at if deadline else None,
        remark=translated(link.answer_remark) if want == REMARK else "",
        again=opened,
        waited=waited,
        asked_until=link.asked_until,
        can_take=incident.executor_id is None and incident.state in HELD,
        can_work=incident.executor_id == user.pk and incident.state == State.ASSIGNED,
        can_give_back=incident.state in TO_ANSWER,
    )
    return AGAIN if again else _SECTION.get(want, _by_day(row.limit_at, now)), row


def _promise(clocks: Sequence[Deadline]) -> Deadline | None:
    """The day last promised to the citizen, whatever state the card is in: the promise runs until it is kept."""
    promises = [one for one in clocks if one.clock == Norm.Clock.PROMISE]
    return max(promises, key=lambda one: one.pk, default=None)


def _deadline(want: int, clocks: Sequence[Deadline], promise: Deadline | None) -> Deadline | None:
    """The limit of what is wanted; where a promise was given, the agency is measured by it and not by the norm."""
    if promise and want in (PROMISE, REMARK, APPROVAL):
        return promise
    fitting = [one for one in clocks if one.clock in _CLOCKS.get(want, CITIZENS)]
    return min(fitting, key=lambda one: one.clock != Norm.Clock.SECOND_ANSWER, default=None)


def _by_day(limit_at: datetime | None, now: datetime) -> int:
    if limit_at is None:
        return LATER
    if limit_at < now:
        return LATE
    return TODAY if localdate(limit_at) == localdate(now) else LATER


def waits_again(incident: Incident, clocks: Sequence[Deadline]) -> bool:
    """`clocks` are those of the card that were not cancelled, its second answers among them. A card that was opened
    before those had a clock, or was never answered at all, has none."""
    seconds = [one for one in clocks if one.clock == Norm.Clock.SECOND_ANSWER]
    unanswered = not seconds or any(one.met_at is None for one in seconds)
    return bool(incident.reopened) and incident.state in TO_ANSWER and unanswered


def words_of(incident: Incident, now: datetime) -> tuple[str, str]:
    """What has happened, and for how long the citizen waits: since his first words, whatever was answered."""
    again = ngettext(
        "Открыт снова: житель пишет, что не сделано",
        "Открыт снова %(n)d-й раз: житель пишет, что не сделано",
        incident.reopened,
    )
    params = {
        "since": short_moment(localtime(incident.started_at), localtime(now)),
        "span": duration((now - incident.started_at).total_seconds()),
    }
    return again % {"n": incident.reopened}, _("ждёт с %(since)s: всего %(span)s") % params


def latest_columns() -> dict[str, Any]:
    """The newest message of a citizen and the newest words by the link of a survey, for a query of the links between
    cards and their main messages. Nothing is looked for on a card that was never opened again."""
    messages = IncidentMessage.objects.filter(incident=OuterRef("incident_id"), message__own=False)
    messages = messages.order_by("-message__posted_at", "-message_id")
    voted = Rating.objects.filter(incident=OuterRef("incident_id"), dismissed_at__isnull=True).exclude(reason="")
    voted = voted.order_by("-at", "-pk")
    return {
        "rating_text": _of_reopened(messages, "message__text"),
        "said_at": _of_reopened(messages, "message__posted_at"),
        "voted_text": _of_reopened(voted, "reason"),
        "voted_at": _of_reopened(voted, "at"),
    }


def _of_reopened(rows: QuerySet[Any], column: str) -> Case:
    return Case(When(incident__reopened__gt=0, then=Subquery(rows.values(column)[:1])))


def latest_words(link: Any) -> str:
    """The newer of the two."""
    voted = link.voted_at is not None and (link.said_at is None or link.voted_at > link.said_at)
    return str(link.voted_text if voted else link.rating_text or link.message.text)
