"""`/vk/method/<name>`: an entry for every API method, with the checks in VK's order."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from sandbox.calls import answered
from sandbox.state import State, World, current
from sandbox.vk.acts import NotThere
from sandbox.vk.errors import VkError, error_object
from sandbox.vk.limits import Limiter
from sandbox.vk.methods import METHODS
from sandbox.vk.spec import COMMON, DIALECT, Call, Method, Token
from sandbox.vk.switchboard import switch

OLDEST = (5, 131)
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")
WRONG_KIND = {
    "group": (27, "method is unavailable with group auth."),
    "service": (28, "method is unavailable with service token."),
    "user": (15, "method is unavailable with user auth."),
}
limiter = Limiter(time.monotonic)


@csrf_exempt  # a machine's API, opened by a token
def method(request: HttpRequest, name: str) -> HttpResponse:
    """Answers 200 with {"response"} or {"error"}; only planned faults answer anything else."""

    def answer(forced: int) -> HttpResponse:
        body = _answer(current(), request, name, forced)
        return JsonResponse(body, json_dumps_params={"ensure_ascii": False})

    return answered(request, "vk", name, answer)


def _answer(state: State, request: HttpRequest, name: str, forced: int) -> dict[str, object]:
    raw_args: dict[str, str] = {}
    try:
        raw_args = _parameters(request)
        return {"response": _call(state, name, raw_args, forced)}
    except VkError as error:
        echo = [("method", name), ("oauth", "1"), *raw_args.items()]
        return error_object(error, echo, state.base)


def _parameters(request: HttpRequest) -> dict[str, str]:
    """Parameters of the query and of the body; the body wins. JSON and other bodies are refused."""
    if request.method not in ("GET", "POST"):
        raise VkError(8, "use GET or POST")
    if request.method == "POST" and request.content_type not in FORMS:
        raise VkError(100, f"content type {request.content_type} is not supported")
    raw_args = {key: str(value) for key, value in request.GET.items()}
    try:
        raw_args |= {key: str(value) for key, value in request.POST.items()}
    except MultiPartParserError as fault:
        raise VkError(8, "broken form") from fault
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind == "Bearer" and token:
        raw_args["access_token"] = token.strip()
    return raw_args


def _call(state: State, name: str, raw_args: dict[str, str], forced: int) -> object:
    if forced:  # a planned error
        raise VkError(forced)
    wanted = METHODS.get(name)
    if wanted is None:
        raise VkError(3)
    _check_version(raw_args.get("v", ""))
    with state.write() as world:
        token = _token(world, raw_args.get("access_token", ""))
        if switch(world.db, "rate_limits") and not limiter.allows(token.text, token.kind):
            raise VkError(6)
        _check_kind(wanted, token)
        args = DIALECT.read(wanted.params, raw_args, COMMON)
        return _run(wanted.run, Call(world, args, token))


def _run(run: Callable[[Call], object], call: Call) -> object:
    """A method that names something that is not there is refused with 100 unless it says better itself."""
    try:
        return run(call)
    except NotThere as fault:
        raise VkError(100, str(fault)) from fault


def _check_version(text: str) -> None:
    """`v` must be sent; answers have the shape of 5.199, so versions long before it are refused."""
    major, _, minor = text.partition(".")
    if not (major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit() and len(text) < 9):
        raise VkError(8, "v (version) is required")
    if (int(major), int(minor)) < OLDEST:
        raise VkError(8, "versions below 5.131 are deprecated")


def _token(world: World, text: str) -> Token:
    if not text:
        raise VkError(5, "no access_token passed.")
    row = world.db.execute("SELECT kind, holder FROM vk_token WHERE token = ?", (text,)).fetchone()
    if row is None:
        raise VkError(5, "invalid access_token (4).")
    return Token(row["kind"], row["holder"], text)


def _check_kind(wanted: Method, token: Token) -> None:
    if token.kind not in wanted.tokens:
        code, text = WRONG_KIND[token.kind]
        raise VkError(code, text)
