"""The register, and its number for the menu."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.unheard.rows import (
    MOST_COUNTED,
    SEERS,
    WHY,
    Chosen,
    chosen_from,
    facets,
    groups,
    page_of,
    territories,
)
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.registers.follow import as_of


@require_safe
@permitted(*SEERS)
def page(request: HttpRequest) -> HttpResponse:
    user, chosen, places = user_of(request), _chosen(request), territories()
    territory = next((one for one in places if one.pk == chosen.place), None)
    told = facets(user, territory)
    rows, following = page_of(user, chosen, territory)
    agencies = {pk: name for _why, _network, pk, name, _count in told if pk}
    found = groups(told, chosen)
    context = {
        "rows": [(row, WHY[row.why]) for row in rows],
        "chosen": chosen,
        "groups": [(why, title, number, _query(chosen, why)) for why, title, number in found],
        "whole": sum(number for _why, _title, number in found),
        "most": MOST_COUNTED,
        "every_why": _query(chosen, ""),
        "networks": {kind: NETWORKS[kind].title for _w, kind, _a, _n, _i in told if kind in NETWORKS},
        "agencies": sorted(agencies.items(), key=lambda one: str(one[1])),
        "places": places,
        "following": f"?{_query(chosen, chosen.why, following)}" if following else "",
        "narrowed": chosen.why or chosen.network or chosen.agency or territory,
        "as_of": as_of(clock.now()),
    }
    return render(request, "desk/unheard/page.html", context)


def _chosen(request: HttpRequest) -> Chosen:
    asked = request.GET
    return chosen_from(
        asked.get("why", ""),
        asked.get("network", ""),
        integer(asked.get("agency")),
        integer(asked.get("place")),
        asked.get("after", ""),
    )


def _query(chosen: Chosen, why: str, after: str = "") -> str:
    told = {"why": why, "network": chosen.network, "agency": chosen.agency or "", "place": chosen.place or ""}
    return urlencode({name: value for name, value in {**told, "after": after}.items() if value})
