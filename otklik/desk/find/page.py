"""GET /find/?q=…: the cards that have these words somewhere on them, as far as one may see them."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from otklik.desk.bring.page import BRINGERS
from otklik.desk.find.drawn import drawn
from otklik.desk.find.rows import rows_of
from otklik.desk.gate import integer, permitted, user_of
from otklik.finding.links import is_link
from otklik.finding.search import search
from otklik.finding.words import MOST_QUERY
from otklik.incidents.cards import visible_to
from otklik.lib.text import clean
from otklik.people.access import has

PAGE = 20


@require_safe
@permitted()
def find(request: HttpRequest) -> HttpResponse:
    """A link that leads to one card opens it at once. Everybody finds what his grants open."""
    words = clean(request.GET.get("q", ""), MOST_QUERY).strip()
    before = max(integer(request.GET.get("before")), 0)
    ids = search(words, visible_to(user_of(request)), PAGE + 1, before) if words else []
    link = is_link(words)
    if link and len(ids) == 1 and not before:
        return redirect("incident", ids[0])
    more = len(ids) > PAGE
    rows = rows_of(ids[:PAGE], words)
    return render(
        request,
        "desk/find/page.html",
        {
            "words": words,
            "link": link,
            "may_bring": has(user_of(request), *BRINGERS),
            "rows": rows,
            "drawn": drawn(rows),
            "before": before,
            "first": urlencode({"q": words}),
            "next": urlencode({"q": words, "before": ids[PAGE - 1]}) if more else "",
        },
    )
