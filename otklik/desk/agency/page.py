"""«Моё ведомство»: the cards of one's own agency, with what is wanted of each and until when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.desk.agency.drawn import drawn
from otklik.desk.agency.rows import ALL, OWNERS, WHOSE, sections
from otklik.desk.agency.team import led_by
from otklik.desk.card.reply import is_fragment
from otklik.desk.gate import permitted, user_of
from otklik.lib import clock
from otklik.people.access import grants_of
from otklik.people.permissions import Permission
from otklik.routing.parts import waiting_for


@require_safe
@permitted(*OWNERS)
def agency(request: HttpRequest) -> HttpResponse:
    """The page, or its list alone; whoever has no agency yet is told whom to ask."""
    user = user_of(request)
    whose = request.GET.get("whose", ALL)
    whose = whose if whose in WHOSE else ALL
    agencies = [
        grant.agency for grant in grants_of(user) if Permission.HOLD in grant.allows and grant.agency is not None
    ]
    now = clock.now()
    found, more = sections(user, now, whose)
    facts = {
        "asked": waiting_for(user, now),
        "sections_found": found,
        "drawn_sections": [(section, drawn(request, section.rows, user, agencies)) for section in found],
        "more": more,
        "agencies": agencies,
        "whose": whose,
        "whose_titles": WHOSE,
        "leads": bool(led_by(user)),
    }
    return render(request, "desk/agency/_list.html" if is_fragment(request) else "desk/agency.html", facts)
