"""Promises within what the reader may see, by what they are today. Each function asks one question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from otklik.desk.paging import after, mark_of, read_mark
from otklik.incidents.cards import visible_through
from otklik.incidents.models import Incident
from otklik.lib.days import end_of
from otklik.people.access import reach_by_agency
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.registers.fate import last_day_of_week
from otklik.registers.models import Promise

SEERS = (Permission.HOLD, Permission.FIGURES)
PAGE = 30
MOST_COUNTED = 1000
F = Promise.Fate

WEEK, LATER, OVERDUE = "week", "later", "overdue"
TABS: Mapping[str, Any] = {
    WEEK: gettext_lazy("На этой неделе"),
    OVERDUE: gettext_lazy("Просрочены"),
    LATER: gettext_lazy("Позже"),
    "kept": gettext_lazy("Сдержаны"),
    "late": gettext_lazy("Сделаны позже"),
    "undone": gettext_lazy("Ответили, но не сделали"),
    "moved": gettext_lazy("Перенесены"),
    "closed": gettext_lazy("Закрыты без ответа"),
}
_FATES = {
    "kept": (F.KEPT,),
    "late": (F.LATE,),
    "undone": (F.UNDONE,),
    "moved": (F.MOVED, F.MOVED_LATE),
    "closed": (F.CANCELLED, F.BROKEN),
}
OPEN_TABS = (WEEK, OVERDUE, LATER)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader has picked; 0 and "" are «всё». `after` is the mark of the last row of the page before."""

    tab: str = WEEK
    agency: int = 0
    theme: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """`may_move`: a new day can be told instead. `late` is what it is by the day, in a tone of the desk."""

    promise: Promise
    may_move: bool
    tone: str


def chosen_from(tab: str, agency: int, theme: int, mark: str) -> Chosen:
    """Out of an address line; whatever is unknown is the first tab, «всё», the first page."""
    known = mark if read_mark(mark) else ""
    return Chosen(tab if tab in TABS else WEEK, max(agency, 0), max(theme, 0), known)


def sunday(now: datetime) -> datetime:
    """The last second of this local week."""
    return end_of(last_day_of_week(localdate(now)))


def promises_for(user: User, chosen: Chosen, now: datetime) -> QuerySet[Promise]:
    """Those of the tab, narrowed, in its order: open ones by their day, the others from the latest day back."""
    found = Promise.objects.filter(visible_through(user, "incident"), _in_tab(chosen.tab, now))
    if chosen.agency:
        found = found.filter(incident__agency=chosen.agency)
    if chosen.theme:
        found = found.filter(incident__theme=chosen.theme)
    return found.order_by("limit_at", "pk") if chosen.tab in OPEN_TABS else found.order_by("-limit_at", "-pk")


def page_of(user: User, chosen: Chosen, now: datetime) -> tuple[list[Promise], str]:
    """The rows, and the mark from which the next page begins, "" when this is the last."""
    found, mark = promises_for(user, chosen, now), read_mark(chosen.after)
    if mark is not None:
        found = found.filter(after(mark, "limit_at", falling=chosen.tab not in OPEN_TABS))
    found = found.select_related("incident__agency", "incident__theme", "incident__place", "answer")
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    return shown, mark_of(shown[-1].limit_at, shown[-1].pk) if len(rows) > PAGE else ""


def open_counts(user: User, chosen: Chosen, now: datetime) -> dict[str, int]:
    """How many are open in each of their tabs, 1001 standing for more than a thousand."""
    found = Promise.objects.filter(visible_through(user, "incident"), fate=F.OPEN)
    if chosen.agency:
        found = found.filter(incident__agency=chosen.agency)
    if chosen.theme:
        found = found.filter(incident__theme=chosen.theme)
    return _counted(found, now)


def due_for(user: User, now: datetime) -> tuple[int, int]:
    """For «Моё ведомство»: how many are promised for this week, and how many are overdue."""
    mine = Incident.objects.filter(reach_by_agency(user, (Permission.HOLD,)))
    found = _counted(Promise.objects.filter(fate=F.OPEN, incident__in=mine), now)
    return found[WEEK], found[OVERDUE]


def pressing(user: User, now: datetime) -> QuerySet[Promise]:
    """What is promised for this week or was for an earlier day, and is open."""
    return Promise.objects.filter(visible_through(user, "incident"), fate=F.OPEN, limit_at__lte=sunday(now))


def _counted(found: QuerySet[Promise], now: datetime) -> dict[str, int]:
    counts = {tab: Count("pk", filter=_in_tab(tab, now)) for tab in OPEN_TABS}
    told = found.aggregate(**{f"n_{tab}": count for tab, count in counts.items()})
    return {tab: min(told[f"n_{tab}"], MOST_COUNTED + 1) for tab in OPEN_TABS}


def _in_tab(tab: str, now: datetime) -> Q:
    if tab not in OPEN_TABS:
        return Q(fate__in=_FATES[tab])
    end = sunday(now)
    day = {WEEK: Q(limit_at__gte=now, limit_at__lte=end), OVERDUE: Q(limit_at__lt=now), LATER: Q(limit_at__gt=end)}
    return Q(fate=F.OPEN) & day[tab]


def tone_of(promise: Promise, now: datetime) -> str:
    """late, soon or "", as the desk colours a clock."""
    if promise.fate in (F.BROKEN, F.MOVED_LATE, F.UNDONE) or (promise.fate == F.OPEN and promise.limit_at < now):
        return "late"
    return "soon" if promise.fate == F.LATE or promise.limit_at - now < timedelta(days=1) else ""
