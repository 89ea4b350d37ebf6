"""The register, and its number for the menu."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.listing import Select, by_name, counted, network_titles
from otklik.desk.unheard.rows import LIST, SEERS, WHY, facets, groups, narrowed, territories
from otklik.lib import clock
from otklik.registers.follow import as_of


@require_safe
@permitted(*SEERS)
def page(request: HttpRequest) -> HttpResponse:
    user, chosen, places = user_of(request), LIST.chosen(request.GET), territories()
    territory = next((one for one in places if one.pk == chosen["place"]), None)
    counts = facets(user, territory)
    here = LIST.page(narrowed(user, chosen, territory), request.GET)
    agencies = {pk: name for _why, _network, pk, name, _count in counts if pk}
    reasons = groups(counts, chosen)
    context = {
        "rows": [(row, WHY[row.why]) for row in here.rows],
        "following": here.following,
        "chosen": chosen,
        "groups": [(why, title, counted(number), chosen.query(why=why)) for why, title, number in reasons],
        "count": counted(sum(number for _why, _title, number in reasons)),
        "every_why": chosen.query(why=""),
        "kept": [("why", chosen["why"])],
        "selects": [
            Select("place", _("Территория"), [(one.pk, one.name) for one in places], chosen["place"]),
            Select("agency", _("Ведомство"), by_name(agencies), chosen["agency"]),
            Select("network", _("Сеть"), network_titles(kind for _w, kind, _a, _n, _i in counts), chosen["network"]),
        ],
        "narrowed": chosen["why"] or chosen["network"] or chosen["agency"] or territory,
        "as_of": as_of(clock.now()),
    }
    return render(request, "desk/unheard/page.html", context)
