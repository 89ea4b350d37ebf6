"""The groups' Bot API: `/ok/graph/me/<path>?access_token=…`, JSON in and out, errors over HTTP 200 as in REST."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sandbox.acts import Forbidden, NotThere
from sandbox.calls import answered
from sandbox.ok import graph_read, graph_write
from sandbox.ok.errors import OkError, error_object
from sandbox.ok.graph_read import Asked
from sandbox.state import State, World, current

SLICE = 0.5  # seconds: a stopping server lets go of its readers this soon
JSON_TYPE = "application/json"
Verb = Callable[[Asked], object]

READ: Mapping[str, tuple[Verb, frozenset[str]]] = {
    "info": (graph_read.info, frozenset()),
    "chats": (graph_read.chats, frozenset({"count", "marker"})),
    "chat": (graph_read.chat, frozenset({"chat_id"})),
    "messages": (graph_read.messages, frozenset({"chat_id", "from", "to", "count"})),
    "subscriptions": (graph_read.subscriptions, frozenset()),
    "updates": (graph_read.updates, frozenset({"marker", "timeout", "count"})),
}
WRITE: Mapping[str, Verb] = {
    "messages": graph_write.send,
    "subscribe": graph_write.subscribe,
    "unsubscribe": graph_write.unsubscribe,
}


@csrf_exempt  # a machine's API, opened by a token
def call(request: HttpRequest, path: str) -> HttpResponse:
    """One call. The record of the tests names it by verb and path without ids: "GET graph.messages"."""
    name, _, rest = path.strip("/").partition("/")

    def answer(forced: int) -> HttpResponse:
        try:
            body = _answer(current(), request, name, rest, forced)
        except OkError as error:
            body = error_object(error)
        except NotThere as fault:
            body = error_object(OkError(300, str(fault)))
        except Forbidden as fault:
            body = error_object(OkError(2001, str(fault)))
        except UnicodeEncodeError:
            body = error_object(OkError(2001, "the text is not Unicode"))
        return JsonResponse(body, safe=False, json_dumps_params={"ensure_ascii": False})

    return answered(request, "ok", f"graph.{name}" if request.method == "GET" else f"graph.{name}.post", answer)


def _answer(state: State, request: HttpRequest, name: str, rest: str, forced: int) -> object:
    if forced:  # a planned error
        raise OkError(forced)
    query = {key: str(value) for key, value in request.GET.items()}
    token = query.pop("access_token", "")
    if request.method == "POST":
        if name not in WRITE:
            raise OkError(3, name[:100])
        with state.write() as world:
            asked = Asked(world, _group(world, token), rest, query, _body(request))
            return WRITE[name](asked)
    if request.method != "GET" or name not in READ:
        raise OkError(3, name[:100])
    return _read(state, name, token, rest, query)


def _read(state: State, name: str, token: str, rest: str, query: Mapping[str, str]) -> object:
    """A reading; of "updates" it waits until there are some or its time is up."""
    verb, known = READ[name]
    for parameter in query:
        if parameter not in known:
            raise OkError(2001, f"unknown parameter {parameter}")
    deadline = time.monotonic() + (graph_read.whole(query, "timeout", 20, 0, 90) if name == "updates" else 0)
    while True:
        seen = state.version
        with state.write() as world:
            body = verb(Asked(world, _group(world, token), rest, query, {}))
        left = deadline - time.monotonic()
        if name != "updates" or graph_read.has_updates(body) or left <= 0 or state.stopping:
            return body
        state.wait(seen, min(left, SLICE))


def _group(world: World, token: str) -> str:
    """The group whose token it is. A REST token opens nothing here."""
    if not token:
        raise OkError(453)
    row = world.db.execute("SELECT * FROM ok_token WHERE token = ? AND kind = 'group'", (token,)).fetchone()
    if row is None:
        raise OkError(103)
    if row["expired"]:
        raise OkError(102)
    return str(row["holder"])


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != JSON_TYPE:
        raise OkError(2001, "Content-Type must be application/json;charset=utf-8")
    try:
        parsed = json.loads(request.body)
    except (ValueError, RecursionError) as fault:
        raise OkError(2001, "the body is not JSON") from fault
    if not isinstance(parsed, dict):
        raise OkError(2001, "the body must be an object")
    return parsed
