"""`/x/2/…`: an entry for every operation, with checks in the network's order: path, verb, token, limit, the rest."""

import re
import time
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sandbox.calls import answered
from sandbox.state import State, current
from sandbox.x import oauth1, tokens
from sandbox.x.bodies import read_body, read_form
from sandbox.x.limits import UNTOLD, Left, Limiter
from sandbox.x.operations import OPERATIONS
from sandbox.x.problems import Old, Problem, answer, forbidden, limited, planned, unauthorized, wrong_token
from sandbox.x.spec import QUERY, Call, Operation, Token
from sandbox.x.switchboard import switch

NAMES = {
    "oauth2": "OAuth 2.0 User Context",
    "oauth1": "OAuth 1.0a User Context",
    "bearer": "OAuth 2.0 Application-Only",
}
limiter = Limiter(time.time)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


# Fixed paths first: /2/users/me is no user's number.
_ROUTES = sorted(((_pattern(one.path), one) for one in OPERATIONS.values()), key=lambda route: route[1].path.count("{"))


@csrf_exempt  # a machine's API, opened by a token
def call(request: HttpRequest, path: str) -> HttpResponse:
    """The network's own answer, with its limit headers whatever the answer is."""
    operation, parts = _route(f"/{path}", str(request.method))
    name = operation.name if operation else path[:60]

    def run(forced: int) -> HttpResponse:
        left = Left(UNTOLD, UNTOLD - 1, int(time.time()) + 900, fits=True)
        try:
            if operation is None:
                raise _nowhere(f"/{path}")
            token = _token(current(), request, f"/{path}")
            left = _counted(current(), token, operation)
            if forced:
                left = Left(left.limit, 0 if forced in (429, 88) else left.remaining, left.reset, left.fits)
                raise planned(forced)
            body = _run(current(), request, operation, token, parts, left)
            response: HttpResponse = JsonResponse(
                body, status=operation.status, json_dumps_params={"ensure_ascii": False}
            )
            response.headers["Content-Type"] = "application/json; charset=utf-8"
        except (Problem, Old) as refusal:
            response = answer(refusal)
        for header, value in left.headers().items():
            response.headers[header] = value
        return response

    return answered(request, "x", name, run)


def _route(path: str, verb: str) -> tuple[Operation | None, dict[str, str]]:
    for pattern, operation in _ROUTES:
        match = pattern.fullmatch(path)
        if match and operation.verb == verb:
            return operation, match.groupdict()
    return None, {}


def _nowhere(path: str) -> Problem:
    if any(pattern.fullmatch(path) for pattern, _ in _ROUTES):
        return Problem(405, "", "Method Not Allowed", "Method Not Allowed")
    return Problem(404, "", "Not Found", "Not Found")


def _token(state: State, request: HttpRequest, path: str) -> Token:
    """Who calls: a bearer (app-only or a user's), or an OAuth 1.0a signature. Problem 401 for nobody."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    with state.write() as world:
        if kind == "OAuth":
            row = oauth1.signer(world.db, request, path, f"{state.base}/x")
        else:
            row = world.db.execute(
                "SELECT * FROM x_token WHERE token = ? AND kind IN ('bearer', 'oauth2')", (text.strip(),)
            ).fetchone()
            row = row if kind == "Bearer" and not tokens.is_over(world, text.strip()) else None
    if row is None:
        raise unauthorized()
    return Token(row["kind"], row["user"], row["app"], row["token"], frozenset(row["scopes"].split()))


def _counted(state: State, token: Token, operation: Operation) -> Left:
    with state.write() as world:
        enforced = bool(switch(world.db, "rate_limits"))
    limit = operation.limits[0 if token.kind == "bearer" else 1] or operation.limits[0] or operation.limits[1]
    return limiter.count(token.text, operation.name, limit or UNTOLD, enforced=enforced)


def _run(
    state: State, request: HttpRequest, operation: Operation, token: Token, parts: Mapping[str, str], left: Left
) -> Mapping[str, object]:
    _check_token(operation, token)
    with state.write() as world:
        if not left.fits:
            raise limited(switch(world.db, "limit_body") == "old")
        query = {name: str(value) for name, value in request.GET.items()}
        args = QUERY.read(operation.params, {**query, **parts})
        body: Mapping[str, object] = {}
        if operation.body is not None:
            body = _body(operation, request)
        checked = Call(world, args, token, body)
        if operation.run is not None:
            return operation.run(checked)
    return _outside(state, operation, checked)


def _body(operation: Operation, request: HttpRequest) -> Mapping[str, object]:
    assert operation.body is not None, operation.name  # noqa: S101 - a table's own mistake
    if operation.form and request.content_type == "multipart/form-data":
        return read_form(operation.body, request)
    return read_body(operation.body, request.body, str(request.content_type))


def _outside(state: State, operation: Operation, checked: Call) -> Mapping[str, object]:
    assert operation.outside is not None, operation.name  # noqa: S101 - a table's own mistake
    return operation.outside(state, checked)


def _check_token(operation: Operation, token: Token) -> None:
    if token.kind not in operation.tokens:
        raise wrong_token(NAMES[token.kind], ", ".join(NAMES[kind] for kind in sorted(operation.tokens)))
    if token.kind == "oauth2" and not set(operation.scopes) <= token.scopes:
        absent = ", ".join(sorted(set(operation.scopes) - token.scopes))
        raise forbidden(f"The token lacks the scopes: {absent}")
