"""`/telegram/bot<token>/<method>`: an entry for every method, and `/telegram/file/bot<token>/<path>` for files."""

import json
import re
import threading
import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from sandbox import pictures
from sandbox.calls import answered
from sandbox.state import State, World, current
from sandbox.telegram.errors import TelegramError, answer_of, bad, planned, too_many
from sandbox.telegram.limits import Limiter
from sandbox.telegram.methods import METHODS
from sandbox.telegram.methods.receive import LONGEST_WAIT
from sandbox.telegram.shapes import SIZES
from sandbox.telegram.spec import Call, Method, ResultWithWords, Upload, read_args
from sandbox.telegram.switchboard import switch

TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}", re.ASCII)
FILE = re.compile(r"photos/file_([0-9]{1,18})_([a-z])\.jpg", re.ASCII)
STEP = 0.5  # seconds between looks of a held line
hook_limiter = Limiter(time.monotonic)


class _Readers:
    """Who holds the line of which bot: a newer request ends the older one."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._turns: dict[int, int] = {}

    def enter(self, bot: int) -> int:
        with self._guard:
            self._turns[bot] = self._turns.get(bot, 0) + 1
            return self._turns[bot]

    def overtaken(self, bot: int, turn: int) -> bool:
        with self._guard:
            return self._turns[bot] != turn


_readers = _Readers()


@csrf_exempt  # a machine's API, opened by a token
def method(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Answers {"ok": true, "result"} with 200, or {"ok": false, "error_code", "description"} with that code."""
    known = METHODS.get(name.lower())

    def answer(forced: int) -> HttpResponse:
        try:
            body = _good(_answer(current(), request, token, known, forced))
        except TelegramError as error:
            return _json(answer_of(error), error.code)
        return _json(body, 200)

    return answered(request, "telegram", known.name if known else name, answer)


@csrf_exempt  # as above
def file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """The bytes of a picture."""

    def answer(forced: int) -> HttpResponse:
        try:
            if forced:
                raise planned(forced, 1)
            return HttpResponse(_file(current(), token, name), content_type="image/jpeg")
        except TelegramError as error:
            return _json(answer_of(error), error.code)

    return answered(request, "telegram", "file", answer)


def shown_photo(request: HttpRequest, number: int) -> HttpResponse:
    """A picture for people's pages, which hold no token."""
    with current().write() as world:
        row = world.db.execute("SELECT data FROM telegram_file WHERE id = ?", (number,)).fetchone()
    if row is None:
        return HttpResponse("not found", status=404, content_type="text/plain")
    return HttpResponse(bytes(row["data"]), content_type="image/jpeg")


def _json(body: dict[str, object], status: int) -> HttpResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _good(result: object) -> dict[str, object]:
    if isinstance(result, ResultWithWords):
        return {"ok": True, "result": result.result, "description": result.description}
    return {"ok": True, "result": result}


def _answer(state: State, request: HttpRequest, token: str, known: Method | None, forced: int) -> object:
    if request.method not in ("GET", "POST"):
        raise TelegramError(405, "Method Not Allowed")
    raw_args, files = _parameters(request)
    with state.write() as world:
        bot = _bot(world, token)
        if known is None:
            raise TelegramError(404, "Not Found: method not found")
        if forced:
            raise planned(forced, int(switch(world.db, "retry_after")))
        args = read_args(known, raw_args, strict=switch(world.db, "unknown_parameters") == "refused")
    if known.name == "getUpdates":
        return _held(state, known, int(bot["id"]), args)
    with state.write() as world:
        _slow_down(world, known, int(bot["id"]))
        return known.run(Call(world, args, _bot(world, token), files))


def _slow_down(world: World, known: Method, bot: int) -> None:
    """setWebhook may be called once a second."""
    if known.name == "setWebhook" and switch(world.db, "rate_limits") and hook_limiter.wait(bot, 1):
        raise too_many(1)


def _held(state: State, known: Method, bot: int, args: Mapping[str, Any]) -> object:
    """getUpdates: at once if something waits, else as long as it was asked to hold the line."""
    turn = _readers.enter(bot)
    until = time.monotonic() + min(max(int(args.get("timeout", 0)), 0), LONGEST_WAIT)
    first = True
    while True:
        seen = state.version
        with state.write() as world:
            row = world.db.execute("SELECT * FROM telegram_bot WHERE id = ?", (bot,)).fetchone()
            if row is None:
                raise TelegramError(401, "Unauthorized")
            if row["hook"] and not first:
                raise TelegramError(409, "Conflict: terminated by setWebhook request")
            if _readers.overtaken(bot, turn):
                raise planned(409, 0)
            pending_updates = known.run(Call(world, args, row, {}))
        left = until - time.monotonic()
        if pending_updates or left <= 0 or state.stopping:
            return pending_updates
        first = False
        state.wait(seen, min(left, STEP))


def _bot(world: World, token: str) -> Any:
    """A token of the wrong shape is no address at all; one of the right shape is wrong."""
    if not TOKEN.fullmatch(token):
        raise TelegramError(404, "Not Found")
    row = world.db.execute("SELECT * FROM telegram_bot WHERE token = ?", (token,)).fetchone()
    if row is None:
        raise TelegramError(401, "Unauthorized")
    return row


def _parameters(request: HttpRequest) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters of the query and of the body, which wins; bodies of other kinds are not read."""
    raw_args: dict[str, Any] = {key: str(value) for key, value in request.GET.items()}
    if request.method == "GET":
        return raw_args, {}
    if request.content_type == "application/json":
        return raw_args | _from_json(request.body), {}
    try:
        raw_args |= {key: str(value) for key, value in request.POST.items()}
        files = {
            key: Upload(str(sent.name), sent.read())
            for key, sent in request.FILES.items()
            if not isinstance(sent, list)
        }
    except MultiPartParserError as fault:
        raise bad("can't parse the multipart form") from fault
    return raw_args, files


def _from_json(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b"{}")
    except (ValueError, RecursionError) as fault:
        raise bad("can't parse JSON object") from fault
    if not isinstance(parsed, dict):
        raise bad("can't parse JSON object")
    return {key: value for key, value in parsed.items() if value is not None}


def _file(state: State, token: str, name: str) -> bytes:
    match = FILE.fullmatch(name)
    with state.write() as world:
        _bot(world, token)
        row = None
        if match:
            row = world.db.execute("SELECT * FROM telegram_file WHERE id = ?", (int(match[1]),)).fetchone()
    side = dict(SIZES).get(match[2]) if match else None
    if row is None or side is None:
        raise TelegramError(404, "Not Found")
    data = bytes(row["data"])
    return data if side >= max(row["width"], row["height"]) else pictures.scaled(data, side)
