"""Middleware for every page: a number to quote, a strict Content-Security-Policy, no NUL in an address, the language,
no cookies where everybody reads the same, a short way for networks, and a session's cookie that no late answer takes
away."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.urls import Resolver404, resolve
from django.utils import translation

from otklik.journal import book
from otklik.lib import trail

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)


class Numbered:
    """In front of everything: a number for the log, the error page and the header `X-Request-Id`.

    A number that comes with the request is not taken: anybody could write anything into the log by it. In whose place
    this thread worked for the request before is forgotten.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = trail.fresh()
        book.in_place_of(0, 0)
        with trail.of_request(number):
            response = self.get_response(request)
        response.headers["X-Request-Id"] = number
        return response


class ContentSecurityPolicy:
    """Middleware. Citizens' pictures are served by us, so no page needs another host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class NoNul:
    """Refuses a NUL in the path or the query: no honest address holds one, and PostgreSQL fails on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("a NUL in the address")
        return self.get_response(request)


class Language:
    """Russian, unless the reader has switched: what a browser happens to prefer decides nothing. A program has been
    asked already which it wants (otklik/api/middleware.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        usual = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
        language = chosen if chosen in dict(settings.LANGUAGES) else usual
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Nobody:
    """In front of sessions: under PUBLIC cookies are neither read nor set, so that nobody is asked who he is, nobody is
    remembered, and one copy in a cache is good for all."""

    PUBLIC = "/public/"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(self.PUBLIC):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        response = self.get_response(request)
        response.cookies.clear()
        response.headers.pop("Vary", None)
        return response


class Pushes:
    """In front of sessions: what a network pushes passes by all that only people need. An address of no account's form
    goes the long way, to the page that says so."""

    PREFIX = "/hooks"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._push = NoNul(CommonMiddleware(_view))  # type: ignore[arg-type]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(f"{self.PREFIX}/"):
            with suppress(Resolver404):
                request.resolver_match = resolve(request.path_info[len(self.PREFIX) :], "otklik.networks.urls")
        return self.get_response(request) if request.resolver_match is None else self._push(request)


def _view(request: HttpRequest) -> HttpResponse:
    """What its address stands for, which is known already."""
    view, words, named = request.resolver_match  # type: ignore[misc]
    return view(request, *words, **named)  # type: ignore[no-any-return]


class Sessions(SessionMiddleware):
    """Django's own, but the cookie is taken away only by the answer that ended the session.

    Django also takes it away when a session is not there any more. A page that stands open asks by the clock; if one
    signs in again in the next tab meanwhile, its answer comes late, and would take the new session's cookie along.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if not request.session.modified:
            response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return response
