"""`/healthz`, `/metrics` and `/health.json`: for load balancers and those who watch machines.

They are answered in front of everything else: without a session, under any name of the host, with or without TLS, so
that what asks from this machine need not pretend to be a browser behind the proxy.
"""

from collections.abc import Callable
from hmac import compare_digest
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from otklik.lib import clock
from otklik.lib.room import room
from otklik.site.exposition import CONTENT_TYPE, as_text, as_told
from otklik.site.figures import figures

HERE = ("127.0.0.1", "::1")
_BY_PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


class Watched:
    """Middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = PAGES.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return _plain("method not allowed", 405)
        response = answer(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def healthz(request: HttpRequest) -> HttpResponse:
    """For anybody: 200 `ok`, or 503 with one word, `database` or `disk`. A silent worker is no reason to send readers
    away from the site, so it is not asked for here."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        connection.close()
        return _plain("database", 503)
    try:
        full = room(Path(settings.DATA)).none
    except OSError:
        full = True
    return _plain("disk", 503) if full else _plain("ok")


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus; 403 for whoever may not have them, 503 while the database is away."""
    return _figures(request, as_json=False)


def health_json(request: HttpRequest) -> HttpResponse:
    """The same figures for scripts."""
    return _figures(request, as_json=True)


def _figures(request: HttpRequest, *, as_json: bool) -> HttpResponse:
    if not may_watch(request):
        return _plain("forbidden", 403)
    try:
        found = figures(clock.now())
    except Error:
        connection.close()
        return _plain("database", 503)
    except OSError:
        return _plain("disk", 503)
    return JsonResponse(as_told(found)) if as_json else HttpResponse(as_text(found), content_type=CONTENT_TYPE)


def may_watch(request: HttpRequest) -> bool:
    """With a token in the settings: whoever sends it. Without: whoever asks from this machine, and not by a proxy on
    it, which would bring everybody."""
    if settings.METRICS_TOKEN:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and compare_digest(given.strip().encode(), settings.METRICS_TOKEN.encode())
    return request.META.get("REMOTE_ADDR", "") in HERE and not any(name in request.headers for name in _BY_PROXY)


def _plain(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(words + "\n", status=status, content_type="text/plain")


PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/metrics": metrics,
    "/health.json": health_json,
}
