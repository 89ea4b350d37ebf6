"""«Обещания»: days that citizens were promised, what became of them, who keeps them, and the same as a spreadsheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.listing import MOST_COUNTED, Chosen, Key, Listing, by_id, counted, one_of, ordering
from otklik.desk.spreadsheet import sheet
from otklik.desk.taken import taken
from otklik.feedback.registers.fate import last_day_of_week
from otklik.feedback.registers.models import Promise
from otklik.incidents.cards import may_move, visible_through
from otklik.incidents.models import Incident
from otklik.incidents.workflow import MOVES
from otklik.lib import clock
from otklik.lib.days import end_of
from otklik.people.access import reach_by_agency
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports.arithmetic import Share, estimate, prior_of
from otklik.routing.hiding import hide

MOST_ROWS = 2000
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
PERIOD = timedelta(days=90)
MOST = 60


@require_safe
@permitted(*SEERS)
def page(request: HttpRequest) -> HttpResponse:
    user, now, chosen = user_of(request), clock.now(), LIST.chosen(request.GET)
    here = LIST.page(promises_for(user, chosen, now), request.GET, order_of(chosen))
    counts = open_counts(user, chosen, now)
    rows = [
        Row(
            promise,
            promise.fate == Promise.Fate.OPEN
            and promise.incident.state in MOVES["submit"].before
            and may_move(user, promise.incident, "submit"),
            tone_of(promise, now),
        )
        for promise in here.rows
    ]
    context = {
        "rows": rows,
        "following": here.following,
        "chosen": chosen,
        "tabs": [(tab, title, counted(counts.get(tab)), chosen.query(tab=tab)) for tab, title in TABS.items()],
        "agencies": by_agency(user, now),
        "themes": by_theme(user, now),
        "days": PERIOD.days,
        "narrowed": chosen["agency"] or chosen["theme"],
        "whole": chosen.query(agency=0, theme=0),
        "table": chosen.query(),
    }
    return render(request, "desk/promises/page.html", context)


@require_safe
@permitted(Permission.HOLD)
def due(request: HttpRequest) -> HttpResponse:
    """A line for «Моё ведомство»: how much is promised for this week, and how much is overdue."""
    week, overdue = due_for(user_of(request), clock.now())
    return render(request, "desk/promises/_due.html", {"week": counted(week), "overdue": overdue and counted(overdue)})


@require_safe
@permitted(*SEERS)
def table(request: HttpRequest) -> HttpResponse:
    """The tab as CSV, as far as a spreadsheet is of use."""
    chosen = LIST.chosen(request.GET)
    taken("promises", user_of(request), clock.now())
    response = HttpResponse(sheet(rows(user_of(request), chosen, clock.now())), content_type="text/csv; charset=utf-8")
    name = f"otklik-promises-{chosen['tab']}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def rows(user: User, chosen: Chosen, now: datetime) -> Iterable[list[object]]:
    """The first 2000 of the tab, below their titles."""
    yield [
        _("Карточка"),
        _("Ведомство"),
        _("Тема"),
        _("Место"),
        _("Обещано"),
        _("До какого дня"),
        _("Перенесено раз"),
        _("Что стало"),
        _("Когда"),
        _("Слова обещания"),
    ]
    promises = promises_for(user, chosen, now).select_related("answer__reply_to__author")
    for one in promises.order_by(*ordering(order_of(chosen)))[:MOST_ROWS]:
        card = one.incident
        yield [
            card.number,
            card.agency.short_name if card.agency else "",
            card.theme.name if card.theme else "",
            card.place.name if card.place else "",
            localdate(one.given_at).isoformat(),
            localdate(one.limit_at).isoformat(),
            one.moves,
            one.get_fate_display() if one.fate or one.limit_at >= now else _("просрочено"),
            localdate(one.settled_at).isoformat() if one.settled_at else "",
            hide(one.answer.text, one.answer.reply_to.author.name),
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """`may_move`: a new day can be promised instead. `late` is what it is by the day, in a tone of the desk."""

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
    totals = _counted(Promise.objects.filter(fate=F.OPEN, incident__in=mine), now)
    return totals[WEEK], totals[OVERDUE]


def pressing(user: User, now: datetime) -> QuerySet[Promise]:
    """What is promised for this week or was for an earlier day, and is open."""
    return Promise.objects.filter(visible_through(user, "incident"), fate=F.OPEN, limit_at__lte=sunday(now))


def _counted(rows: QuerySet[Promise], now: datetime) -> dict[str, int]:
    counts = {tab: Count("pk", filter=_in_tab(tab, now)) for tab in OPEN_TABS}
    totals = rows.aggregate(**{f"n_{tab}": count for tab, count in counts.items()})
    return {tab: min(totals[f"n_{tab}"], MOST_COUNTED + 1) for tab in OPEN_TABS}


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


@dataclass(frozen=True, slots=True)
class Line:
    """`pk` 0 is for cards that have none. `kept` is of all whose day has come."""

    pk: int
    name: str
    kept: Share
    late: int
    undone: int
    moved: int
    broken: int


def by_agency(user: User, now: datetime) -> list[Line]:
    return _lines(user, now, "incident__agency", "incident__agency__short_name")


def by_theme(user: User, now: datetime) -> list[Line]:
    return _lines(user, now, "incident__theme", "incident__theme__name")


def _lines(user: User, now: datetime, key: str, name: str) -> list[Line]:
    """Over promises whose day has come. Of `n` all count that were not cancelled, also those that were moved in time: a
    new day is honest, and what was said first is still not done."""
    come = Promise.objects.filter(visible_through(user, "incident"), limit_at__gte=now - PERIOD, limit_at__lt=now)
    columns = (
        come.exclude(fate=F.CANCELLED)
        .order_by()
        .values_list(key, name)
        .annotate(
            n=Count("pk"),
            kept=Count("pk", filter=Q(fate=F.KEPT)),
            late=Count("pk", filter=Q(fate=F.LATE)),
            undone=Count("pk", filter=Q(fate=F.UNDONE)),
            moved=Count("pk", filter=Q(fate__in=(F.MOVED, F.MOVED_LATE))),
            broken=Count("pk", filter=Q(fate__in=(F.OPEN, F.BROKEN))),
        )
        .order_by("-n", key)[:MOST]
    )
    return ordered(Line(pk or 0, word or "", Share(kept, n), *rest) for pk, word, n, kept, *rest in columns)


def ordered(lines: Iterable[Line]) -> list[Line]:
    """Those that keep least first, compared as in the rating (arithmetic.estimate); whoever has too few to be ranked
    comes after all the others, by his name."""
    every = list(lines)
    prior = prior_of(one.kept for one in every)
    return sorted(
        every, key=lambda one: (0, estimate(one.kept, prior), one.name) if one.kept.enough else (1, 0.0, one.name)
    )
