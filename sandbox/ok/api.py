"""`/ok/fb.do?method=…` and `/ok/api/<group>/<method>`: an entry for every REST method, with the network's checks."""

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from sandbox import faults
from sandbox.acts import NotThere
from sandbox.calls import answered
from sandbox.ok.errors import OkError, error_object
from sandbox.ok.limits import Limiter
from sandbox.ok.methods import METHODS
from sandbox.ok.spec import COMMON, DIALECT, Call, Method
from sandbox.ok.switchboard import switch
from sandbox.state import State, current

COMMENT = "discussions.addDiscussionComment"
ENDS = ("", "FIRST", "LAST", "UNREAD")  # anchors that are always known
limiter = Limiter(time.monotonic)


@csrf_exempt  # a machine's API, opened by a signature
def by_query(request: HttpRequest) -> HttpResponse:
    """The method is named by a parameter."""
    raw_args = _parameters(request)
    return _answered(request, raw_args, raw_args.get("method", ""))


@csrf_exempt  # a machine's API, opened by a signature
def by_path(request: HttpRequest, group: str, name: str) -> HttpResponse:
    """The method is named by the path; a parameter beside it must name the same one, since it is signed."""
    raw_args = _parameters(request)
    method = f"{group}.{name}"
    return _answered(
        request, raw_args, raw_args.get("method", method) if raw_args.get("method", method) == method else ""
    )


def _answered(request: HttpRequest, raw_args: Mapping[str, str], name: str) -> HttpResponse:
    """Answers 200 with the method's JSON or an error; only planned faults answer anything else."""

    def answer(forced: int) -> HttpResponse:
        try:
            body = _call(current(), name, raw_args, forced)
        except OkError as error:
            body = error_object(error)
        except NotThere as fault:
            body = error_object(OkError(300, str(fault)))
        return JsonResponse(body, safe=False, json_dumps_params={"ensure_ascii": False})

    return answered(request, "ok", name or "unknown", answer)


def _parameters(request: HttpRequest) -> dict[str, str]:
    """Parameters of the query and of the form; the form wins. Any other body carries none."""
    raw_args = {key: str(value) for key, value in request.GET.items()}
    try:
        raw_args |= {key: str(value) for key, value in request.POST.items()}
    except MultiPartParserError:
        return raw_args
    return raw_args


def _call(state: State, name: str, raw_args: Mapping[str, str], forced: int) -> object:
    if forced:  # a planned error
        raise OkError(forced)
    if raw_args.get("anchor", "") not in ENDS and faults.take(state, "ok", name, ("lost_anchor",)):
        raise OkError(100, "anchor is not valid")
    if raw_args.get("format", "json").lower() != "json":
        raise OkError(100, "only JSON is spoken here")
    with state.write() as world:
        secret = _application(world.db, raw_args)
        wanted = METHODS.get(name)
        if wanted is None or (name == COMMENT and not switch(world.db, "comment_method")):
            raise OkError(3, name[:100])
        token = _session(world.db, raw_args)
        if not secrets.compare_digest(_signature(raw_args, str(token["token"]) + secret), raw_args.get("sig", "")):
            raise OkError(104)
        if not limiter.allows(token["token"], switch(world.db, "rate_limit")):
            raise OkError(11)
        _check_rights(wanted, token)
        return wanted.run(Call(world, DIALECT.read(wanted.params, raw_args, COMMON), token["holder"]))


def _application(db: sqlite3.Connection, raw_args: Mapping[str, str]) -> str:
    row = db.execute(
        "SELECT secret_key FROM ok_app WHERE application_key = ?", (raw_args.get("application_key", ""),)
    ).fetchone()
    if row is None:
        raise OkError(101)
    return str(row["secret_key"])


def _session(db: sqlite3.Connection, raw_args: Mapping[str, str]) -> sqlite3.Row:
    """The row of the access token. A group's Bot API token opens nothing here."""
    text = raw_args.get("access_token") or raw_args.get("session_key") or ""
    if not text:
        raise OkError(453)
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM ok_token WHERE token = ? AND kind = 'access' AND application_key = ?",
        (text, raw_args.get("application_key", "")),
    ).fetchone()
    if row is None:
        raise OkError(103)
    if row["expired"]:
        raise OkError(102)
    return row


def _signature(raw_args: Mapping[str, str], secret: str) -> str:
    """md5 over the sorted pairs without a separator and the session's secret; values as they are, not URL-encoded."""
    pairs = sorted(
        (name, value) for name, value in raw_args.items() if name not in ("sig", "access_token", "session_key")
    )
    return _md5("".join(f"{name}={value}" for name, value in pairs) + _md5(secret))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _check_rights(wanted: Method, token: sqlite3.Row) -> None:
    granted = token["rights"].split(",")
    for right in wanted.rights:
        if right not in granted:
            raise OkError(200, right)
