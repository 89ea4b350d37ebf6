"""GET /find/?q=…: the cards that have these words somewhere on them, as far as one may see them. With &exact=1 as they
are typed; else a slip is put right where nothing is found by it, and the page says so."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from otklik.desk.card_rows import Row, rows_of
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.operator.by_hand import MAY_ENTER
from otklik.finding.links import is_link
from otklik.finding.meant import meant
from otklik.finding.search import search
from otklik.finding.words import MOST_QUERY
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Outcome, State
from otklik.lib.text import clean
from otklik.people.access import has
from otklik.work.translated import words_of

PAGE = 20


@require_safe
@permitted()
def find(request: HttpRequest) -> HttpResponse:
    """A link that leads to one card opens it at once. Everybody finds what his grants open."""
    words = clean(request.GET.get("q", ""), MOST_QUERY).strip()
    before = max(integer(request.GET.get("before")), 0)
    cards, link = visible_to(user_of(request)), is_link(words)
    ids = search(words, cards, PAGE + 1, before) if words else []
    if link and len(ids) == 1 and not before:
        return redirect("incident", ids[0])
    exactly = before or "exact" in request.GET or len(ids) >= PAGE
    other = meant(words, cards, len(ids)) if words and not exactly else None
    sought = other.words if other and other.sure else words
    if sought != words:
        ids = search(sought, cards, PAGE + 1)
        other, sought = (other, sought) if ids else (None, words)
    rows = rows_of(ids[:PAGE], sought)
    return render(
        request,
        "desk/find/page.html",
        {
            "words": words,
            "meant": other,
            "as_meant": urlencode({"q": other.words}) if other else "",
            "as_typed": urlencode({"q": words, "exact": 1}),
            "link": link,
            "may_enter": has(user_of(request), *MAY_ENTER),
            "rows": rows,
            "drawn": drawn(rows),
            "before": before,
            "first": urlencode({"q": sought}),
            "next": urlencode({"q": sought, "before": ids[PAGE - 1]}) if len(ids) > PAGE else "",
        },
    )


def drawn(rows: Sequence[Row]) -> SafeString:
    """The items of a list of cards."""
    words = {"states": words_of(State), "outcomes": words_of(Outcome)}
    html = get_template("desk/find/rows.html").render({"rows": rows, **words})
    return mark_safe(html)  # noqa: S308 the template escapes
