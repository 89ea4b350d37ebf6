"""`POST /x/2/oauth2/token` with a refresh token: who the client is, and the next pair.

Source: RFC 6749 (2.3.1, 5, 6) and the network's page on the authorization code flow. A refresh token works once. What
was issued here lives `token_seconds` by the sandbox's clock; a user's token of the control API alone does not end.
"""

import base64
import binascii
import secrets
import sqlite3
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sandbox.calls import answered
from sandbox.state import World, current
from sandbox.x import tokens

NAME = "oauth2/token"
_WANTED = ("grant_type", "refresh_token", "client_id")
_REPEATED, _BAD_GRANT = "Parameters must not be repeated.", "Value passed for the token was invalid."


class Refusal(Exception):
    """An error of RFC 6749, 5.2: status, code, words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(status, code)
        self.status, self.code, self.words = status, code, words


@csrf_exempt  # a machine's API, opened by a client's name and secret
def token(request: HttpRequest) -> HttpResponse:
    def run(forced: int) -> HttpResponse:
        try:
            with current().write() as world:
                pair = _next(world, request, forced)
        except Refusal as refusal:
            body = {"error": refusal.code, "error_description": refusal.words}
            return JsonResponse(body, status=refusal.status)
        return JsonResponse(pair, headers={"Cache-Control": "no-store"})

    return answered(request, "x", NAME, run)


def _next(world: World, request: HttpRequest, forced: int) -> dict[str, Any]:
    if forced:
        raise Refusal(forced, "temporarily_unavailable", "Planned by the sandbox.")
    if request.method != "POST":
        raise Refusal(405, "invalid_request", "Only POST is taken.")
    if request.content_type != "application/x-www-form-urlencoded" or request.GET:
        raise Refusal(400, "invalid_request", "The parameters stand in a form in the body.")
    if any(len(values) > 1 for _, values in request.POST.lists()):
        raise Refusal(400, "invalid_request", _REPEATED)
    form = request.POST.dict()
    strange = sorted(set(form).difference(_WANTED, ("scope",)))
    if strange:
        raise Refusal(400, "invalid_request", f"Unknown parameters: {', '.join(strange)}")
    app = _app(world, request, str(form.get("client_id", "")))
    if form.get("grant_type") != "refresh_token":
        raise Refusal(400, "unsupported_grant_type", "Only refresh_token is played here.")
    row = world.db.execute("SELECT * FROM x_refresh WHERE token = ?", (form.get("refresh_token", ""),)).fetchone()
    if row is None or row["used"] or row["app"] != app:
        raise Refusal(400, "invalid_request", _BAD_GRANT)
    scopes = str(form.get("scope") or row["scopes"])
    if not set(scopes.split()) <= set(row["scopes"].split()):
        raise Refusal(400, "invalid_scope", "More than was granted.")
    world.db.execute("UPDATE x_refresh SET used = 1 WHERE token = ?", (row["token"],))
    return tokens.issue(world, row["user"], app, scopes)


def _app(world: World, request: HttpRequest, named: str) -> str:
    """The app that asks. A client with a secret must prove itself, one without must name itself and prove nothing."""
    kind, _, coded = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        row = _client(world, named)
        if row is None:
            raise Refusal(400, "invalid_request", "Missing required parameter [client_id].")
        if row["secret"]:
            raise Refusal(401, "unauthorized_client", "Missing valid authorization header")
        return str(row["app"])
    try:
        number, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        number, secret = "", ""
    row = _client(world, number)
    if kind != "Basic" or row is None or not row["secret"] or not secrets.compare_digest(row["secret"], secret):
        raise Refusal(401, "invalid_client", "Invalid client credentials.")
    if named and named != number:
        raise Refusal(400, "invalid_request", "client_id is not that of the authorization header.")
    return str(row["app"])


def _client(world: World, number: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM x_client WHERE id = ?", (number,)).fetchone()
    return row
