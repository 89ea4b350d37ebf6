"""`/max/…`: an entry for every call of the Bot API, with the checks in one order: path, verb, token, limits,
content type, parameters, body.
"""

import json
import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sandbox import faults
from sandbox.acts import NotThere
from sandbox.calls import answered
from sandbox.max.errors import MaxError, error_object
from sandbox.max.limits import Limiter
from sandbox.max.methods import OPERATIONS
from sandbox.max.spec import BODY, COMMON, QUERY, Call, Operation
from sandbox.max.switchboard import switch
from sandbox.state import State, current

limiter = Limiter(time.monotonic)
_DEFAULT_WAIT = 30


@csrf_exempt  # a machine's API, opened by a token
def call(request: HttpRequest, path: str) -> HttpResponse:
    """JSON, with the status of the answer; a refusal is {code, message}."""
    matches = [(operation, parts) for operation in OPERATIONS if (parts := operation.match(f"/{path}")) is not None]
    chosen = next(((operation, parts) for operation, parts in matches if operation.verb == request.method), None)
    name = chosen[0].name if chosen else matches[0][0].name if matches else "unknown"

    def answer(forced: int) -> HttpResponse:
        try:
            return _json(_answer(current(), request, *_known(chosen, request, bool(matches)), forced))
        except MaxError as error:
            return _json(error_object(error), error.status)

    return answered(request, "max", name, answer)


def _known(
    chosen: tuple[Operation, dict[str, str]] | None, request: HttpRequest, is_path: bool
) -> tuple[Operation, dict[str, str]]:
    if chosen is not None:
        return chosen
    if is_path:
        raise MaxError(405, f"Method {request.method} is not allowed")
    raise MaxError(404, f"Path {request.path} is not recognized")


def _json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _answer(
    state: State, request: HttpRequest, operation: Operation, parts: dict[str, str], forced: int
) -> dict[str, Any]:
    if forced:
        raise MaxError(forced)
    soft = _soft(state, operation)
    if soft:
        return soft
    bot = _bot(state, request)
    args = QUERY.read(operation.params, {name: str(value) for name, value in request.GET.items()}, COMMON)
    body = _body(request, operation)
    with state.write() as world:
        if switch(world.db, "rate_limits"):
            _check_limits(bot, operation, args, parts)
    if operation.waits:
        return _wait(state, operation, bot, parts, args)
    with state.write() as world:
        return _run(operation, Call(world, args, bot, parts, body))


def _soft(state: State, operation: Operation) -> dict[str, Any]:
    """Planned refusals that come with 200, and photos that are not ready; nothing is done in either case."""
    fault = faults.take(state, "max", operation.name, ("not_ready", "soft_refusal", "soft_error"))
    if fault is None:
        return {}
    if fault.kind == "not_ready":
        raise MaxError(400, "", "attachment.not.ready")
    if fault.kind == "soft_refusal":
        return {"success": False, "message": "planned refusal"}
    return {"error_code": "proto.payload", "error_data": "planned refusal"}


def _bot(state: State, request: HttpRequest) -> int:
    """By the bare token in the header. The old `?access_token=` is no longer taken."""
    token = request.headers.get("Authorization", "")
    with state.write() as world:
        row = world.db.execute("SELECT bot FROM max_token WHERE token = ?", (token,)).fetchone()
    if row is None or "access_token" in request.GET:
        raise MaxError(401)
    return int(row["bot"])


def _check_limits(bot: int, operation: Operation, args: dict[str, Any], parts: dict[str, str]) -> None:
    fits = limiter.allows("bot", str(bot))
    if operation.writes:
        mid = parts.get("messageId") or str(args.get("message_id", ""))
        place = mid[4:20] or str(args.get("chat_id") or args.get("user_id"))
        fits = fits and limiter.allows("chat", f"{bot}/{place}")
    if operation.waits:
        fits = fits and limiter.allows("updates", str(bot))
    if not fits:
        raise MaxError(429, "Too many requests")


def _body(request: HttpRequest, operation: Operation) -> dict[str, Any]:
    if operation.fields is None:
        if request.body.strip() not in (b"", b"{}"):
            raise MaxError(400, "body: this call has none")
        return {}
    if request.content_type != "application/json":
        raise MaxError(415, "Content-Type must be application/json")
    try:
        payload = json.loads(request.body)
        json.dumps(payload, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as fault:
        raise MaxError(400, "body: not JSON") from fault
    if not isinstance(payload, dict):
        raise MaxError(400, "body: must be an object")
    BODY.read(operation.fields, payload)
    return payload


def _run(operation: Operation, checked: Call) -> dict[str, Any]:
    try:
        return operation.run(checked)
    except NotThere as fault:
        raise MaxError(404, str(fault)) from fault


def _wait(state: State, operation: Operation, bot: int, parts: dict[str, str], args: dict[str, Any]) -> dict[str, Any]:
    """Hold the line until there is something to tell."""
    end = time.monotonic() + args.get("timeout", _DEFAULT_WAIT)
    while True:
        seen = state.version
        with state.write() as world:
            body = _run(operation, Call(world, args, bot, parts, {}))
        left = end - time.monotonic()
        if body["updates"] or left <= 0 or state.stopping:
            return body
        state.wait(seen, left)
