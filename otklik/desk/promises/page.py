"""The register of promises, its numbers for other pages, and its table for a spreadsheet."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.promises import shares
from otklik.desk.promises.export import sheet
from otklik.desk.promises.rows import (
    MOST_COUNTED,
    SEERS,
    TABS,
    Chosen,
    Row,
    chosen_from,
    due_for,
    open_counts,
    page_of,
    tone_of,
)
from otklik.desk.taken import taken
from otklik.incidents.cards import may_move
from otklik.incidents.workflow import MOVES
from otklik.lib import clock
from otklik.people.permissions import Permission
from otklik.registers.models import Promise


@require_safe
@permitted(*SEERS)
def page(request: HttpRequest) -> HttpResponse:
    user, now, chosen = user_of(request), clock.now(), _chosen(request)
    found, following = page_of(user, chosen, now)
    counts = open_counts(user, chosen, now)
    rows = [
        Row(
            promise,
            promise.fate == Promise.Fate.OPEN
            and promise.incident.state in MOVES["submit"].before
            and may_move(user, promise.incident, "submit"),
            tone_of(promise, now),
        )
        for promise in found
    ]
    context = {
        "rows": rows,
        "chosen": chosen,
        "tabs": [(tab, title, counts.get(tab), _query(chosen, tab=tab)) for tab, title in TABS.items()],
        "most": MOST_COUNTED,
        "agencies": shares.by_agency(user, now),
        "themes": shares.by_theme(user, now),
        "days": shares.PERIOD.days,
        "following": f"?{_query(chosen, after=following)}" if following else "",
        "narrowed": chosen.agency or chosen.theme,
        "whole": _query(Chosen(chosen.tab)),
        "table": _query(chosen),
    }
    return render(request, "desk/promises/page.html", context)


@require_safe
@permitted(Permission.HOLD)
def due(request: HttpRequest) -> HttpResponse:
    """A line for «Моё ведомство»: how much is promised for this week, and how much is overdue."""
    week, overdue = due_for(user_of(request), clock.now())
    return render(request, "desk/promises/_due.html", {"week": week, "overdue": overdue, "most": MOST_COUNTED})


@require_safe
@permitted(*SEERS)
def table(request: HttpRequest) -> HttpResponse:
    """The tab as CSV, as far as a spreadsheet is of use."""
    chosen = _chosen(request)
    taken("promises", user_of(request), clock.now())
    response = HttpResponse(sheet(user_of(request), chosen, clock.now()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="otklik-promises-{chosen.tab}.csv"'
    return response


def _chosen(request: HttpRequest) -> Chosen:
    asked = request.GET
    agency, theme = integer(asked.get("agency")), integer(asked.get("theme"))
    return chosen_from(asked.get("tab", ""), agency, theme, asked.get("after", ""))


def _query(chosen: Chosen, tab: str = "", after: str = "") -> str:
    told = {"tab": tab or chosen.tab, "agency": chosen.agency or "", "theme": chosen.theme or "", "after": after}
    return urlencode({name: value for name, value in told.items() if value})
