"""«Моё ведомство»: the cards of one's own agency, with what is wanted of each and until when."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.backends.utils import csrf_input
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from otklik.desk.agency.rows import ALL, OWNERS, WHOSE, Row, sections
from otklik.desk.agency.team import led_by
from otklik.desk.card.reply import is_fragment
from otklik.desk.gate import permitted, user_of
from otklik.lib import clock
from otklik.people.access import grants_of
from otklik.people.models import Agency, User
from otklik.people.permissions import Permission
from otklik.routing.parts import waiting_for
from otklik.work.words import RETURN_REASONS


@require_safe
@permitted(*OWNERS)
def agency(request: HttpRequest) -> HttpResponse:
    """The page, or its list alone; a reader without an agency sees whom to ask."""
    user = user_of(request)
    whose = request.GET.get("whose", ALL)
    whose = whose if whose in WHOSE else ALL
    agencies = [
        grant.agency for grant in grants_of(user) if Permission.HOLD in grant.allows and grant.agency is not None
    ]
    now = clock.now()
    page_sections, more = sections(user, now, whose)
    facts = {
        "asked": waiting_for(user, now),
        "sections_found": page_sections,
        "drawn_sections": [(section, drawn(request, section.rows, user, agencies)) for section in page_sections],
        "more": more,
        "agencies": agencies,
        "whose": whose,
        "whose_titles": WHOSE,
        "leads": bool(led_by(user)),
    }
    return render(request, "desk/agency/_list.html" if is_fragment(request) else "desk/agency.html", facts)


def drawn(request: HttpRequest, rows: Sequence[Row], user: User, agencies: Sequence[Agency]) -> SafeString:
    """The articles of these rows. `agencies` are the reader's own: with one alone its name stands on no row."""
    context = {
        "rows": rows,
        "user": user.pk,
        "one_agency": agencies[0].pk if len(agencies) == 1 else 0,
        "reasons": {code: str(title) for code, title in RETURN_REASONS.items()},
        "csrf": csrf_input(request),
    }
    return mark_safe(get_template("desk/agency/rows.html").render(context))  # noqa: S308 the template escapes
