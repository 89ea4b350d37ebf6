"""«Моё ведомство»: the cards of one's own agency, with what is wanted of each and until when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.desk.agency.rows import OWNERS, sections
from otklik.desk.card.journal_words import RETURN_REASONS
from otklik.desk.gate import roles, user_of
from otklik.lib import clock
from otklik.people.access import grants_of


@require_safe
@roles(*OWNERS)
def agency(request: HttpRequest) -> HttpResponse:
    """The page; whoever has no agency yet is told whom to ask."""
    user = user_of(request)
    agencies = [grant.agency for grant in grants_of(user) if grant.role in OWNERS and grant.agency is not None]
    found, more = sections(user, clock.now())
    return render(
        request,
        "desk/agency.html",
        {"sections_found": found, "more": more, "agencies": agencies, "return_reasons": RETURN_REASONS},
    )
