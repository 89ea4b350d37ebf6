"""Promises within what the reader may see, by what they are today. Each function asks one question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from otklik.desk.listing import MOST_COUNTED, Chosen, Key, Listing, by_id, one_of
from otklik.incidents.cards import visible_through
from otklik.incidents.models import Incident
from otklik.lib.days import end_of
from otklik.people.access import reach_by_agency
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.registers.fate import last_day_of_week
from otklik.registers.models import Promise

SEERS = (Permission.HOLD, Permission.FIGURES)
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


_LATEST_FIRST = (Key("limit_at", datetime, falling=True), Key("pk", falling=True))
LIST = Listing(
    (Key("limit_at", datetime), Key("pk")),
    {"tab": one_of(TABS, otherwise=WEEK), "agency": by_id, "theme": by_id},
)
"""Open ones by their day; the others (`order_of`) from the latest day back."""


@dataclass(frozen=True, slots=True)
class Row:
    """`may_move`: a new day can be told instead. `late` is what it is by the day, in a tone of the desk."""

    promise: Promise
    may_move: bool
    tone: str


def sunday(now: datetime) -> datetime:
    """The last second of this local week."""
    return end_of(last_day_of_week(localdate(now)))


def promises_for(user: User, chosen: Chosen, now: datetime) -> QuerySet[Promise]:
    """Those of the tab, narrowed."""
    mine = Promise.objects.filter(visible_through(user, "incident"), _in_tab(chosen["tab"], now))
    return _narrowed(mine, chosen).select_related("incident__agency", "incident__theme", "incident__place", "answer")


def order_of(chosen: Chosen) -> Sequence[Key]:
    return LIST.keys if chosen["tab"] in OPEN_TABS else _LATEST_FIRST


def _narrowed(promises: QuerySet[Promise], chosen: Chosen) -> QuerySet[Promise]:
    if chosen["agency"]:
        promises = promises.filter(incident__agency=chosen["agency"])
    return promises.filter(incident__theme=chosen["theme"]) if chosen["theme"] else promises


def open_counts(user: User, chosen: Chosen, now: datetime) -> dict[str, int]:
    """How many are open in each of their tabs, 1001 standing for more than a thousand."""
    mine = Promise.objects.filter(visible_through(user, "incident"), fate=F.OPEN)
    return _counted(_narrowed(mine, chosen), now)


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
