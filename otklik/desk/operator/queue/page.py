"""The queue: tabs by state, filters in the address line, and what has changed since."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.format import network_title
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.listing import MOST_COUNTED, counted
from otklik.desk.operator.by_hand import MAY_ENTER
from otklik.desk.operator.queue.drawn import drawn
from otklik.desk.operator.queue.filters import (
    TABS,
    Filters,
    Tab,
    chosen_cards,
    chosen_ways,
    fitting,
    in_tab,
    read_filters,
)
from otklik.desk.operator.queue.ids import FIRST, PAGE, page_ids
from otklik.desk.operator.queue.inside import learn
from otklik.desk.operator.queue.moves import DESK
from otklik.desk.operator.queue.rows import rows_of
from otklik.desk.operator.selections import Selections, chips_of, selections_of
from otklik.desk.operator.selections import rows_of as selection_rows
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import ENDED
from otklik.journal import book, when
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.days import begin_of, day_of
from otklik.lib.kept import STAND_IN, Kept, keep
from otklik.networks.registry import NETWORKS
from otklik.people.access import has
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.themes.models import ThemeGroup

MOST_CHANGES = 200
MOST_SHOWN = 400
URGENT = 4
NOTHING = ("SELECT 1 WHERE 1 = 0", ())


Sql = tuple[str, Sequence[Any]]
DECIDED = ("incident.assign", "incident.dismiss")


class Counts(NamedTuple):
    """`revision` is the newest there is. Numbers are at most 1001. `newest_urgent` is an id, 0 where there is none.

    `tabs` has None for what is not counted. `pinned` are the numbers of the selections asked for, in their order.
    """

    revision: int
    tabs: dict[str, int | None]
    urgent: int
    newest_urgent: int
    pinned: list[int]


_ANY = "any state"
_RUNNING = [state for state in State if state not in ENDED]


@require_safe
@permitted(*DESK)
def queue(request: HttpRequest) -> HttpResponse:
    """The page with its first rows. What it shows comes after the revision it names, so that no change falls between.

    The script asks for the rest of the page; without scripts the link leads on from the last row that is there.
    """
    user, now, chosen, settled = user_of(request), clock.now(), read_filters(request.GET), book.settled_before()
    choices, selections = _choices(user)
    totals = counts(user, chosen, now, [one.filters for one in selections.pinned])
    ids = page_ids(user, chosen, now)
    rows = rows_of(ids[:FIRST], chosen.tab, user, now)
    return render(
        request,
        "desk/queue.html",
        {
            "chosen": chosen,
            "tabs": [_tab(chosen, key, totals.tabs[key]) for key in TABS],
            "rows": rows,
            "drawn": zip(rows, drawn(request, rows, chosen, now), strict=True),
            "revision": book.not_past(totals.revision, settled),
            "totals": totals,
            "selections": selections,
            "may_enter": has(user, *MAY_ENTER),
            "chips": chips_of(selections, totals.pinned, chosen),
            "next": chosen.address(start=rows[-1].key) if len(ids) > FIRST and rows else "",
            "choices": choices,
            "networks": [(kind, network_title(kind)) for kind in NETWORKS],
            "feed": chosen.address(start=""),
            "now": now,
            "worked": worked_words(worked_today(user, now)) if _worked_off(chosen, rows) else "",
        },
    )


@require_safe
@permitted(*DESK)
def changes(request: HttpRequest) -> HttpResponse:
    """Rows that changed after a revision, as JSON; 204 when nothing did.

    `shown` are the ids on the page: those that do not belong there come back as `gone`, whether or not there are such
    cards; others are not mentioned. Those in `redraw` are drawn anew, since clocks change by themselves; with
    `fill=1` the rest of the page comes, too, and whether more follows: for a page just opened or worked off.
    """
    user, now, chosen = user_of(request), clock.now(), read_filters(request.GET)
    fill, redraw = request.GET.get("fill") == "1", _ids(request.GET.get("redraw", ""))
    after = max(integer(request.GET.get("after")), 0)
    settled = None if fill else book.settled_before()
    changed = _changed(after)
    if not (changed or redraw or fill):
        return HttpResponse(status=204)
    shown = _ids(request.GET.get("shown", ""))
    page = page_ids(user, chosen, now) if fill else []
    sure = set(page[:PAGE]) - shown
    unsure = (set(changed) | shown) - sure
    here = set(chosen_cards(user, chosen, now).filter(pk__in=unsure).values_list("pk", flat=True)) if unsure else set()
    rows = rows_of(sorted(here & (set(changed) | redraw) | sure), chosen.tab, user, now)
    # Not the newest revision there is: what changed since the first question here comes with the next one, and what
    # has changed beside somebody who is not ready comes once more. So does everything to a page that was only filled.
    upto = after if fill else max(book.not_past(max(changed.values(), default=after), settled), after)
    return JsonResponse(
        {
            "revision": upto,
            "rows": [
                {"id": row.card.pk, "key": row.key, "html": html}
                for row, html in zip(rows, drawn(request, rows, chosen, now), strict=True)
            ],
            "gone": sorted(shown - here - sure),
            **(_numbers(user, chosen, now) if changed or chosen.overdue else {}),
            "more": len(page) > PAGE if fill else None,
            "worked": worked_words(worked_today(user, now)) if _worked_off(chosen, [*shown, *rows]) else "",
            "at": f"{timezone.localtime(now):%H:%M}",
        }
    )


def _numbers(user: User, chosen: Filters, now: datetime) -> dict[str, Any]:
    """What is counted beside the list: not sent again where nothing has changed."""
    pinned = selections_of(user).pinned
    totals = counts(user, chosen, now, [one.filters for one in pinned])
    return {
        "tabs": {key: counted(number) for key, number in totals.tabs.items()},
        "pinned": {one.pk: counted(number) for one, number in zip(pinned, totals.pinned, strict=True)},
        "urgent": totals.urgent,
        "newest_urgent": totals.newest_urgent,
    }


def _changed(after: int) -> dict[int, int]:
    newer = Incident.objects.filter(revision__gt=after).order_by("revision")
    return dict(newer.values_list("pk", "revision")[:MOST_CHANGES])


def _ids(text: str) -> set[int]:
    return {pk for pk in map(integer, text.split(",")[:MOST_SHOWN]) if pk > 0}


def _worked_off(chosen: Filters, rows: Sequence[object]) -> bool:
    """Whether there is nothing new at all: then the page says how much one has done."""
    return not (rows or chosen.active or chosen.start) and chosen.tab.key == "new"


class TabShown(NamedTuple):
    key: str
    title: Any
    address: str
    cards: str
    current: bool


def _tab(chosen: Filters, key: str, number: int | None) -> TabShown:
    tab = TABS[key]
    return TabShown(key, tab.title, chosen.address(tab=tab, start=""), counted(number), tab == chosen.tab)


def _choices(user: User) -> tuple[dict[str, list[tuple[int, str]]], Selections]:
    """What the selects offer: groups of themes, municipalities, agencies of level 1; and the selections.

    One query for the four.
    """
    choices_by_kind: dict[str, list[tuple[int, str]]] = {"group": [], "place": [], "agency": [], "selection": []}
    for kind, pk, name in _choices_question(connection.vendor).ask({STAND_IN: user.pk}):
        choices_by_kind[kind].append((pk, name))
    kept = selections_of(
        user, [("selection", pk, selection_json) for pk, selection_json in choices_by_kind.pop("selection")]
    )
    return {kind: sorted(pairs, key=lambda pair: pair[1]) for kind, pairs in choices_by_kind.items()}, kept


@cache
def _choices_question(_vendor: str) -> Kept:
    groups = ThemeGroup.objects.order_by().values_list(Value("group"), "pk", "name")
    places = Place.objects.filter(level=Place.Level.MUNICIPALITY).order_by().values_list(Value("place"), "pk", "name")
    agencies = (
        Agency.objects.filter(active=True, parent__isnull=True)
        .order_by()
        .values_list(Value("agency"), "pk", "short_name")
    )
    return keep(groups.union(places, agencies, selection_rows(User(pk=STAND_IN)), all=True))


def counts(user: User, chosen: Filters, now: datetime, pinned: Sequence[Filters] = ()) -> Counts:
    """Each tab under the filters, each pinned selection by itself, and what is urgent and new anywhere in one's reach.

    One query: a scalar subselect for each number, each of which stops counting by itself. With words only the chosen
    tab is counted: in the others each card would have to be looked through.
    """
    newest = Incident.objects.order_by("-revision").values("revision")[:1]
    urgent = visible_to(user).filter(state=State.NEW, priority__gte=URGENT)
    learn(user, [chosen])
    tabs = [tab for tab in TABS.values() if not chosen.text or tab == chosen.tab]
    late, numbers = _of_tabs(user, chosen, now, tabs)
    numbers += [*(_sum(chosen_ways(user, one, now)) for one in pinned), _sum([urgent])]
    latest = _select(urgent.order_by("-pk").values("pk")[:1])
    values = [value for _, params in (late, *numbers, latest) for value in params]
    asked = ", ".join(sql for sql, _ in numbers)
    with connection.cursor() as cursor:
        cursor.execute(f"{late[0]}SELECT ({newest.query}), {asked}, ({latest[0]})", values)
        revision, *sums, newest_urgent = cursor.fetchone()
    capped_sums = [min(number, MOST_COUNTED + 1) for number in sums]
    by_tab = dict(zip((tab.key for tab in tabs), capped_sums, strict=False))
    tab_counts = {key: by_tab.get(key) for key in TABS}
    return Counts(int(revision or 0), tab_counts, capped_sums[-1], int(newest_urgent or 0), capped_sums[len(tabs) : -1])


def _of_tabs(user: User, chosen: Filters, now: datetime, tabs: Sequence[Tab]) -> tuple[Sql, list[Sql]]:
    """What goes before the query, and a number for each tab.

    All that is late is looked for once, since it is little: to ask of each open card costs more. Otherwise the SQL for
    one state is made once, and only the state's name differs.
    """
    cards = fitting(user, chosen, now)
    if chosen.overdue:
        sql, values = _select(
            cards.filter(state__in=_RUNNING).order_by().values("pk", "state"), ("SELECT 1, '' WHERE 1 = 0", ())
        )
        parts = [_sum([in_tab(cards, tab)]) if not tab.states else _late_in(tab) for tab in tabs]
        return (f"WITH late (id, state) AS MATERIALIZED ({sql}) ", values), parts
    one, at = _select(cards.filter(state=_ANY).order_by().values("pk")[: MOST_COUNTED + 1])
    return ("", ()), [
        _together([(one, [state if value == _ANY else value for value in at]) for state in tab.states])
        if tab.states
        else _sum([in_tab(cards, tab)])
        for tab in tabs
    ]


def _late_in(tab: Tab) -> Sql:
    marks = ", ".join(["%s"] * len(tab.states))
    return _together([(f"SELECT 1 FROM late WHERE state IN ({marks}) LIMIT {MOST_COUNTED + 1}", tab.states)])  # noqa: S608


def _sum(ways: Sequence[QuerySet[Incident]]) -> Sql:
    """How many there are on all the ways together; each stops counting by itself."""
    return _together([_select(cards.order_by().values("pk")[: MOST_COUNTED + 1]) for cards in ways])


def _together(parts: Sequence[Sql]) -> Sql:
    counted = (f"(SELECT COUNT(*) FROM ({sql}) AS t)" for sql, _ in parts)  # noqa: S608 Django's own SQL, values apart
    return " + ".join(counted), [value for _, params in parts for value in params]


def _select(rows: QuerySet[Incident, Any], nothing: Sql = NOTHING) -> Sql:
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:  # this user's grants open nothing at all
        return nothing


def worked_today(user: User, now: datetime) -> int:
    """The cards that this user assigned or dismissed since midnight by local time. One query, over one day."""
    midnight = begin_of(day_of(now))
    mine = Entry.objects.filter(when.since(midnight), actor=f"user:{user.pk}", verb__in=DECIDED)
    return mine.order_by().values("incident").distinct().count()


def worked_words(cards: int) -> str:
    """«Разобрано вами сегодня: 15», "" for none."""
    return _("Разобрано вами сегодня: %d") % cards if cards else ""
