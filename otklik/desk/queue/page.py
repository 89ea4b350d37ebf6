"""The queue: tabs by state, filters in the address line, and what has changed since."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Value
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from otklik.desk.format import network_title
from otklik.desk.gate import integer, roles, user_of
from otklik.desk.queue.counts import counted, counts
from otklik.desk.queue.filters import TABS, Filters, in_tab, narrowed, read_filters
from otklik.desk.queue.moves import DESK
from otklik.desk.queue.rows import PAGE, Row, page_ids, rows_of
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, NoiseReason
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.themes.models import ThemeGroup

MOST_CHANGES = 200
MOST_SHOWN = 400


@require_safe
@roles(*DESK)
def queue(request: HttpRequest) -> HttpResponse:
    """The page. What it shows comes after the revision it names, so that no change falls between."""
    user, now, chosen = user_of(request), clock.now(), read_filters(request.GET)
    found, revision = counts(user, chosen, now)
    ids = page_ids(user, chosen, now)
    rows = rows_of(ids[:PAGE], chosen.tab, now)
    return render(
        request,
        "desk/queue.html",
        {
            "chosen": chosen,
            "tabs": [_tab(chosen, key, found[key]) for key in TABS],
            "rows": rows,
            "revision": revision,
            "next": chosen.address(start=rows[-1].key) if len(ids) > PAGE and rows else "",
            "choices": _choices(),
            "networks": [(kind, network_title(kind)) for kind in NETWORKS],
            "feed": chosen.address(start=""),
            "noise_reasons": NoiseReason.choices,
            "now": now,
        },
    )


@require_safe
@roles(*DESK)
def changes(request: HttpRequest) -> HttpResponse:
    """Rows that changed after a revision, as JSON; 204 when nothing did.

    `shown` are the ids on the page: those that no longer belong there come back as `gone`, and nothing is told
    about other cards. With `full=1` all of them are drawn anew, since clocks change by themselves; with `fill=1` the
    first page is told too, for a page that was worked off.
    """
    user, now, chosen = user_of(request), clock.now(), read_filters(request.GET)
    full, fill = request.GET.get("full") == "1", request.GET.get("fill") == "1"
    changed = _changed(max(integer(request.GET.get("after")), 0))
    if not (changed or full or fill):
        return HttpResponse(status=204)
    found, revision = counts(user, chosen, now)
    shown = _shown(request.GET.get("shown", ""))
    asked = set(changed) | (shown if full else set())
    page = page_ids(user, chosen, now) if fill else []
    asked |= set(page[:PAGE])
    cards = narrowed(in_tab(visible_to(user), chosen.tab), chosen, now).filter(pk__in=asked)
    here = list(cards.values_list("pk", flat=True))
    rows = rows_of(here, chosen.tab, now)
    # With too many changes for one answer the rest comes with the next question.
    upto = max(changed.values()) if len(changed) == MOST_CHANGES else revision
    return JsonResponse(
        {
            "revision": upto,
            "rows": [
                {"id": row.incident.pk, "key": row.key, "html": _drawn(request, row, chosen, now)} for row in rows
            ],
            "gone": sorted((asked & shown) - set(here)),
            "tabs": {key: counted(number) for key, number in found.items()},
            "more": len(page) > PAGE if fill else None,
            "at": f"{timezone.localtime(now):%H:%M}",
        }
    )


def _changed(after: int) -> dict[int, int]:
    newer = Incident.objects.filter(revision__gt=after).order_by("revision")
    return dict(newer.values_list("pk", "revision")[:MOST_CHANGES])


def _shown(text: str) -> set[int]:
    return {pk for pk in map(integer, text.split(",")[:MOST_SHOWN]) if pk > 0}


def _drawn(request: HttpRequest, row: Row, chosen: Filters, now: datetime) -> str:
    context = {"row": row, "chosen": chosen, "noise_reasons": NoiseReason.choices, "now": now}
    return render_to_string("desk/queue/_row.html", context, request)


class TabShown(NamedTuple):
    key: str
    title: Any
    address: str
    cards: str
    current: bool


def _tab(chosen: Filters, key: str, number: int) -> TabShown:
    tab = TABS[key]
    return TabShown(key, tab.title, chosen.address(tab=tab, start=""), counted(number), tab == chosen.tab)


def _choices() -> dict[str, list[tuple[int, str]]]:
    """What the selects offer: groups of themes, municipalities, agencies of level 1. One query for the three."""
    groups = ThemeGroup.objects.order_by().values_list(Value("group"), "pk", "name")
    places = Place.objects.filter(level=Place.Level.MUNICIPALITY).order_by().values_list(Value("place"), "pk", "name")
    agencies = (
        Agency.objects.filter(active=True, parent__isnull=True)
        .order_by()
        .values_list(Value("agency"), "pk", "short_name")
    )
    found: dict[str, list[tuple[int, str]]] = {"group": [], "place": [], "agency": []}
    for kind, pk, name in groups.union(places, agencies, all=True):
        found[kind].append((pk, name))
    return {kind: sorted(pairs, key=lambda pair: pair[1]) for kind, pairs in found.items()}
