"""`/meta/vNN.N/…`: an entry for the whole graph, with the checks in the network's order."""

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from sandbox.acts import NotThere
from sandbox.calls import answered
from sandbox.meta import edges_facebook, edges_hooks, edges_instagram, edges_talk, selection
from sandbox.meta import world as w
from sandbox.meta.args import check
from sandbox.meta.calling import Call, Node, Token
from sandbox.meta.errors import EXPIRED, GraphError, error_object, gone
from sandbox.meta.graph import Painter, may_see, resolve
from sandbox.meta.selection import Field
from sandbox.meta.shapes import SHAPES
from sandbox.meta.spec import Edge
from sandbox.meta.switchboard import switch
from sandbox.state import State, World, current

FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data", "application/json")
MOST_IDS = 50
EDGES: Mapping[tuple[str, str, str], Edge] = {
    (edge.verb, edge.node, edge.edge): edge
    for edge in (*edges_facebook.EDGES, *edges_instagram.EDGES, *edges_talk.EDGES, *edges_hooks.EDGES)
}


@csrf_exempt  # a machine's API, opened by a token
def graph(request: HttpRequest, version: str, path: str = "") -> HttpResponse:
    """Every call. The name of a call for planned faults is its verb and edge: "POST comments", "GET" for a node."""
    name, _, edge = path.strip("/").partition("/")
    verb = request.method or "GET"

    def answer(forced: int) -> HttpResponse:
        return _answer(current(), request, verb, version, name, edge, forced)

    return answered(request, w.KIND, f"{verb} {edge}".strip(), answer)


def _answer(
    state: State, request: HttpRequest, verb: str, version: str, name: str, edge: str, forced: int
) -> HttpResponse:
    kind, usage, regain = "page", 0, 0
    try:
        raw_args = _parameters(request, verb)
        with state.write() as world:
            usage, regain = int(switch(world.db, "usage")), int(switch(world.db, "regain"))
            token = _token(world, raw_args)
            kind = token.kind
            _refuse(forced or (_limit_code(token) if usage >= 100 else 0))
            _proof(world, token, raw_args)
        _shake_hands(state, token, verb, name, edge, raw_args)
        with state.write() as world:
            body = _call(world, token, verb, version, name, edge, raw_args, _files(request))
        return _with_usage(JsonResponse(body), kind, usage, regain)
    except GraphError as error:
        trace = "A" + hashlib.sha256(f"{verb}{name}{edge}".encode()).hexdigest()[:22]
        response = JsonResponse(error_object(error, trace), status=error.status)
        return _with_usage(response, kind, usage, regain)


def _parameters(request: HttpRequest, verb: str) -> dict[str, str]:
    """Parameters of the query and of the body; the body wins. Clients put the token in either."""
    if verb not in ("GET", "POST", "DELETE"):
        raise GraphError(100, "Unsupported method")
    raw_args = {key: str(value) for key, value in request.GET.items()}
    if verb == "POST":
        if request.content_type not in FORMS:
            raise GraphError(100, f"Unsupported content type {(request.content_type or '')[:60]}")
        try:
            raw_args |= {key: str(value) for key, value in request.POST.items()}
        except MultiPartParserError as fault:
            raise GraphError(100, "Broken form") from fault
        if request.content_type == "application/json":
            raw_args |= _json_body(request.body)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme in ("Bearer", "OAuth") and token:
        raw_args["access_token"] = token.strip()
    return raw_args


def _json_body(body: bytes) -> dict[str, str]:
    try:
        payload = json.loads(body or b"{}")
    except (ValueError, RecursionError) as fault:
        raise GraphError(100, "The body is not JSON") from fault
    if not isinstance(payload, dict):
        raise GraphError(100, "The body is not a JSON object")
    return {name: each if isinstance(each, str) else json.dumps(each) for name, each in payload.items()}


def _files(request: HttpRequest) -> tuple[bytes, ...]:
    return tuple(file.read() for file in request.FILES.values() if not isinstance(file, list))


def _token(world: World, raw_args: Mapping[str, str]) -> Token:
    text = raw_args.get("access_token", "")
    if not text:
        raise GraphError(104)
    if text == f"{w.APP}|{w.app_secret(world)}":
        return Token("app", w.APP, frozenset(), text)
    row = world.db.execute("SELECT * FROM meta_token WHERE token = ?", (text,)).fetchone()
    if row is None:
        raise GraphError(190)
    ends, _data_ends = w.life_of(world, text)
    if 0 < ends <= world.now:
        raise GraphError(190, "Error validating access token: Session has expired", EXPIRED)
    return Token(row["kind"], row["holder"], frozenset(json.loads(row["rights"])), text)


def _proof(world: World, token: Token, raw_args: Mapping[str, str]) -> None:
    proof = raw_args.get("appsecret_proof")
    if proof is None:
        return
    right = hmac.new(w.app_secret(world).encode(), token.text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(proof.encode(), right.encode()):
        raise GraphError(100, "Invalid appsecret_proof provided in the API argument")


def _refuse(code: int) -> None:
    """A planned error, or a budget that is used up."""
    if code:
        raise GraphError(code)


def _limit_code(token: Token) -> int:
    return {"page": 80001, "instagram": 80002, "user": 17}.get(token.kind, 4)


def _shake_hands(state: State, token: Token, verb: str, name: str, edge: str, raw_args: Mapping[str, str]) -> None:
    """Before a subscription is kept its address is asked. Not in a transaction: it may call us meanwhile."""
    if (verb, edge) != ("POST", "subscriptions") or token.kind != "app" or name not in ("app", "me", w.APP):
        return
    with state.write() as world:
        node = resolve(world, token, name)
        check(EDGES[("POST", node.type, edge)], raw_args)
    edges_hooks.handshake(raw_args.get("callback_url", ""), raw_args.get("verify_token", ""))


def _call(
    world: World,
    token: Token,
    verb: str,
    version: str,
    name: str,
    edge: str,
    raw_args: dict[str, str],
    files: tuple[bytes, ...],
) -> dict[str, Any]:
    if name == "debug_token" and verb == "GET" and not edge:
        return _debug(world, token, raw_args)
    if not name and verb == "GET" and raw_args.get("ids"):
        ids = [each.strip() for each in raw_args.pop("ids").split(",") if each.strip()]
        if len(ids) > MOST_IDS:
            raise GraphError(100, f"Too many IDs. Maximum: {MOST_IDS}")
        return {each: _one(world, token, verb, version, each, "", raw_args, files) for each in ids}
    if not name:
        raise GraphError(2500, "Unknown path components: /")
    return _one(world, token, verb, version, name, edge, raw_args, files)


def _one(
    world: World,
    token: Token,
    verb: str,
    version: str,
    name: str,
    edge: str,
    raw_args: Mapping[str, str],
    files: tuple[bytes, ...],
) -> dict[str, Any]:
    node = resolve(world, token, name)
    may_see(world, token, node, verb)
    operation = EDGES.get((verb, node.type, edge))
    if operation is None:
        if edge and verb == "GET":
            raise GraphError(2500, f"Unknown path components: /{edge[:60]}")
        raise gone(name)
    _allowed(token, node, operation)
    args = check(operation, raw_args, lenient=switch(world.db, "unknown") == "ignored")
    call = Call(world, args, token, node, version, files)
    asked = selection.read(raw_args["fields"]) if raw_args.get("fields") else None
    try:
        outcome = operation.run(call)
    except NotThere as fault:
        raise gone(name) from fault
    if not operation.answers:
        return dict(outcome)
    if isinstance(outcome, Node):
        return dict(PAINTER.show(call, node.type, node.row, asked))
    listing = PAINTER.listing(call, edge, operation.answers, outcome, asked, dict(raw_args))
    return listing | _summary(call, operation, outcome)


def _allowed(token: Token, node: Node, operation: Edge) -> None:
    if token.kind not in operation.tokens:
        raise GraphError(200, f"Requires another kind of access token than {token.kind}")
    guest = w.PUBLIC in token.rights and node.place != token.holder
    if operation.right and operation.right not in token.rights and token.kind != "app" and not guest:
        code = 10 if operation.verb == "GET" else 200
        raise GraphError(code, f"This endpoint requires the '{operation.right}' permission")


def _summary(call: Call, operation: Edge, rows: Any) -> dict[str, Any]:
    if operation.answers != "Comment" or call.args.get("summary", "") in ("", "false", "0"):
        return {}
    return {"summary": edges_facebook.summary(call, rows)}


def _expand(call: Call, field: Field) -> dict[str, Any] | None:
    """An edge asked for as a field of a node: {} for an empty one, None where there is no such edge."""
    operation = EDGES.get(("GET", call.node.type, field.name))
    if operation is None:
        return None
    _allowed(call.token, call.node, operation)
    inner = dataclasses.replace(call, args=check(operation, field.args))
    rows = operation.run(inner)
    query = {**field.args, "access_token": call.token.text}
    query |= {"fields": selection.written(field.below)} if field.below else {}
    listing = PAINTER.listing(inner, field.name, operation.answers, rows, field.below, query)
    listing |= _summary(inner, operation, rows)
    return listing if listing["data"] or "summary" in listing else {}


PAINTER = Painter(SHAPES, _expand)


def _debug(world: World, token: Token, raw_args: Mapping[str, str]) -> dict[str, Any]:
    """What the network knows of a token. Only the application may ask."""
    if token.kind != "app":
        raise GraphError(100, "You must provide an app access token")
    row = world.db.execute("SELECT * FROM meta_token WHERE token = ?", (raw_args.get("input_token", ""),)).fetchone()
    if row is None:
        return {"data": {"is_valid": False, "scopes": [], "error": {"code": 190, "message": "Invalid OAuth token"}}}
    scopes = sorted(right for right in json.loads(row["rights"]) if not right.isdigit())
    kind = row["kind"].upper()
    ends, data_ends = w.life_of(world, row["token"])
    token_fields = {"app_id": w.APP, "type": kind, "is_valid": not 0 < ends <= world.now, "scopes": scopes}
    return {"data": {**token_fields, "expires_at": ends, "data_access_expires_at": data_ends}}


def _with_usage(response: HttpResponse, kind: str, usage: int, regain: int) -> HttpResponse:
    """The headers that tell how much of the budget is used: of the Page's, or of the application's."""
    counters = {"call_count": usage, "total_cputime": usage // 2, "total_time": usage // 2}
    if kind in ("page", "instagram"):
        entry = {
            "type": "pages" if kind == "page" else "instagram",
            **counters,
            "estimated_time_to_regain_access": regain if usage >= 100 else 0,
        }
        response["X-Business-Use-Case-Usage"] = json.dumps({"800100200300": [entry]})
    else:
        response["X-App-Usage"] = json.dumps(counters)
    response["facebook-api-version"] = "v26.0"
    return response
