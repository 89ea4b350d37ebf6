"""What stands before every view: strict Host, a strict page policy, the control token, a dropped connection."""

import functools
import json
import secrets
import socket
import sqlite3
from collections.abc import Callable
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sandbox import settings

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

View = Callable[..., HttpResponse]


class HostAndPolicy:
    """Refuses a foreign Host (400) and puts the security headers on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return HttpResponse("unknown host", status=400, content_type="text/plain")
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


def control(*verbs: str) -> Callable[[View], View]:
    """A view of the control API: JSON in, JSON out, only with the right X-Sandbox-Token (else 403)."""

    def decorate(view: View) -> View:
        @csrf_exempt  # a machine's API with a secret header of its own; no cookie opens it
        @functools.wraps(view)
        def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
            token = request.headers.get("X-Sandbox-Token", "")
            if not settings.CONTROL_TOKEN or not secrets.compare_digest(
                token.encode(), settings.CONTROL_TOKEN.encode()
            ):
                return JsonResponse({"error": "wrong or missing X-Sandbox-Token"}, status=403)
            if request.method not in verbs:
                return JsonResponse({"error": f"use {', '.join(verbs)}"}, status=405)
            try:
                return view(request, **parts)
            except (BadRequest, ValueError, TypeError, LookupError, OverflowError, sqlite3.Error) as fault:
                # The control API is for our own tests: tell them what was wrong instead of a bare 500.
                return JsonResponse({"error": f"{type(fault).__name__}: {fault}"}, status=400)

        return guarded

    return decorate


class BadRequest(Exception):
    """The control request makes no sense."""


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object a control request carries. BadRequest if it is none."""
    try:
        parsed = json.loads(request.body or b"{}")
    except ValueError as fault:
        raise BadRequest("the body is not JSON") from fault
    if not isinstance(parsed, dict):
        raise BadRequest("the body must be a JSON object")
    return parsed


def drop(request: HttpRequest) -> HttpResponse:
    """Close the client's connection without an answer. The returned response never reaches anyone."""
    connection = request.META.get("gunicorn.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return HttpResponse(status=500)
