"""What happens around every call of every network's API: the planned fault, and the record for the tests."""

import json
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from sandbox import faults, lagging, settings
from sandbox.guards import drop
from sandbox.state import current


def answered(request: HttpRequest, network: str, method: str, answer: Callable[[int], HttpResponse]) -> HttpResponse:
    """The answer of one call, or what a planned fault makes of it.

    `answer` does the call, commits, and returns the network's own response; it is given the code of a planned error,
    0 when there is none, and must then refuse with that code and commit nothing.
    """
    fault = faults.take(current(), network, method)
    kind = fault.kind if fault else ""
    if fault and kind == "drop_before":
        return drop(request)
    if fault and kind == "http_before":
        return HttpResponse("server error", status=fault.code)
    if fault and kind in ("slow_before", "late"):
        time.sleep(fault.seconds)
    if kind == "slow_before":
        return drop(request)
    response = answer(fault.code if fault and kind == "error" else 0)
    lagging.hide(current(), network, method, response)
    if kind == "reorder":
        response.content = _turned(response.content)
    _record(network, method, request, response)
    if fault and kind == "drop_after":
        return drop(request)
    if fault and kind == "http_after":
        return HttpResponse("server error", status=fault.code)
    if fault and kind == "slow":
        time.sleep(fault.seconds)
    return response


def _turned(body: bytes) -> bytes:
    """The same JSON with its outermost lists of objects turned round; anything else as it came."""
    try:
        return json.dumps(_reversed(json.loads(body)), ensure_ascii=False).encode()
    except ValueError:
        return body


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(each) for name, each in value.items()}
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return value[::-1]
    return value


def _record(network: str, method: str, request: HttpRequest, response: HttpResponse) -> None:
    """One line of JSON for every answer, so that tests can check what any client was told."""
    if not settings.RECORD:
        return
    body = response.content.decode("utf-8", "replace")
    record = {
        "network": network,
        "method": method,
        "verb": request.method,
        "path": request.path,
        "given": {**request.GET.dict(), **request.POST.dict()},
        "status": response.status_code,
        "body": body,
    }
    with open(settings.RECORD, "a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
