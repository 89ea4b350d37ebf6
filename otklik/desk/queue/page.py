"""The queue: tabs by state, filters in the address line, and what has changed since."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Value
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from otklik.desk.bring.page import BRINGERS
from otklik.desk.format import network_title
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.listing import counted
from otklik.desk.queue.counts import counts
from otklik.desk.queue.drawn import drawn
from otklik.desk.queue.filters import TABS, Filters, chosen_cards, read_filters
from otklik.desk.queue.ids import FIRST, PAGE, page_ids
from otklik.desk.queue.moves import DESK
from otklik.desk.queue.rows import rows_of
from otklik.desk.queue.worked import worked_today, worked_words
from otklik.desk.selections.shown import Selections, chips_of, selections_of
from otklik.desk.selections.shown import rows_of as selection_rows
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.kept import STAND_IN, Kept, keep
from otklik.networks.registry import NETWORKS
from otklik.people.access import has
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.themes.models import ThemeGroup

MOST_CHANGES = 200
MOST_SHOWN = 400


@require_safe
@permitted(*DESK)
def queue(request: HttpRequest) -> HttpResponse:
    """The page with its first rows. What it shows comes after the revision it names, so that no change falls between.

    The script asks for the rest of the page; without scripts the link leads on from the last row that is there.
    """
    user, now, chosen, settled = user_of(request), clock.now(), read_filters(request.GET), book.settled_before()
    choices, selections = _choices(user)
    found = counts(user, chosen, now, [one.filters for one in selections.pinned])
    ids = page_ids(user, chosen, now)
    rows = rows_of(ids[:FIRST], chosen.tab, user, now)
    return render(
        request,
        "desk/queue.html",
        {
            "chosen": chosen,
            "tabs": [_tab(chosen, key, found.tabs[key]) for key in TABS],
            "rows": rows,
            "drawn": zip(rows, drawn(request, rows, chosen, now), strict=True),
            "revision": book.not_past(found.revision, settled),
            "found": found,
            "selections": selections,
            "may_bring": has(user, *BRINGERS),
            "chips": chips_of(selections, found.pinned, chosen),
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
    cards, and nothing is told about others. Those in `redraw` are drawn anew, since clocks change by themselves; with
    `fill=1` the rest of the page is told too, and whether more follows: for one that was just opened or worked off.
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
    """What is counted beside the list: where nothing has changed it is not told again."""
    pinned = selections_of(user).pinned
    found = counts(user, chosen, now, [one.filters for one in pinned])
    return {
        "tabs": {key: counted(number) for key, number in found.tabs.items()},
        "pinned": {one.pk: counted(number) for one, number in zip(pinned, found.pinned, strict=True)},
        "urgent": found.urgent,
        "newest_urgent": found.newest_urgent,
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
    found: dict[str, list[tuple[int, str]]] = {"group": [], "place": [], "agency": [], "selection": []}
    for kind, pk, name in _choices_question(connection.vendor).ask({STAND_IN: user.pk}):
        found[kind].append((pk, name))
    kept = selections_of(user, [("selection", pk, told) for pk, told in found.pop("selection")])
    return {kind: sorted(pairs, key=lambda pair: pair[1]) for kind, pairs in found.items()}, kept


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
