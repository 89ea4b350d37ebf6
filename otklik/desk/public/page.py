"""GET /public/: the region's figures for everybody, as a page and for machines. Nobody is asked who he is.

What is shown is the same for all, so that any cache may keep it; the address line says nothing but the language. While
the page is off its addresses are not there.
"""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from otklik.desk.public.files import as_csv, as_json
from otklik.desk.public.memory import LIVES, MEMORY, Edition, Printed
from otklik.desk.public.shown import context_of
from otklik.lib import clock
from otklik.reports.public import current

View = Callable[[HttpRequest, Edition], HttpResponse]


def for_everybody(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """404 while the page is off. One query, of one row."""

    @wraps(view)
    @require_safe
    def shown(request: HttpRequest) -> HttpResponseBase:
        under = current()
        if not under.on:
            raise Http404
        return view(request, MEMORY.edition(under, clock.now()))

    return shown


@for_everybody
def page(request: HttpRequest, edition: Edition) -> HttpResponse:
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    def make() -> str:
        with translation.override(language):
            return render_to_string("desk/public/page.html", context_of(edition.facts, edition.under.licence))

    response = _sent(request, edition.printed(f"html {language}", make), "text/html; charset=utf-8")
    response["Content-Language"] = language
    return response


@for_everybody
def figures_json(request: HttpRequest, edition: Edition) -> HttpResponse:
    told = edition.printed("json", lambda: as_json(edition.facts, settings.REGION, edition.under.licence))
    return _for_machines(_sent(request, told, "application/json; charset=utf-8"))


@for_everybody
def figures_csv(request: HttpRequest, edition: Edition) -> HttpResponse:
    told = edition.printed("csv", lambda: as_csv(edition.facts, settings.REGION, edition.under.licence))
    response = _for_machines(_sent(request, told, "text/csv; charset=utf-8"))
    response["Content-Disposition"] = 'attachment; filename="otklik-public-figures.csv"'
    return response


def _sent(request: HttpRequest, printed: Printed, kind: str) -> HttpResponse:
    """The whole of it, or 304 for whoever has it already."""
    response = HttpResponse(printed.body, content_type=kind)
    response["ETag"] = printed.etag
    response["Cache-Control"] = f"public, max-age={int(LIVES.total_seconds())}"
    return cast(HttpResponse, get_conditional_response(request, etag=printed.etag, response=response))


def _for_machines(response: HttpResponse) -> HttpResponse:
    """Any page of anybody's may draw from it."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
