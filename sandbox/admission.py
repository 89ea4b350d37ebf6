"""Whom the sandbox lets in: while its past is being written nobody but the control API.

Its clock stands in the past then, and what a citizen wrote would be dated there and pushed to nobody. It is the
process's own: SANDBOX_PREPARING starts it closed.
"""

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.guards import BadRequest, body, control
from sandbox.registry import NETWORKS as KNOWN

AGAIN = 5  # seconds
NOBODY, NETWORKS, ALL = "nobody", "networks", "all"
"""Who comes in: nobody; whoever calls a network, for subscriptions; people, too."""
_PAGE = f"""<!doctype html><html lang="ru"><meta charset="utf-8"><meta http-equiv="refresh" content="{AGAIN}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Песочница готовится…</title>
<h1>Песочница готовится…</h1><p>Загружаем учебный регион. Страница откроется сама.</p></html>"""
_state = {"whom": NOBODY if os.environ.get("SANDBOX_PREPARING") else ALL}


class Admission:
    """Middleware. 503 to whoever comes too early: a page that comes again, or a refusal in the network's own form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = "text/html" in request.headers.get("Accept", "")
        who, control_api = _state["whom"], request.path.startswith("/control/")
        if who == ALL or control_api or (who == NETWORKS and not person):
            return self.get_response(request)
        response = HttpResponse(_PAGE, status=503) if person else JsonResponse(_refusal(request.path), status=503)
        response.headers["Retry-After"] = str(AGAIN)
        vars(response)["_has_been_logged"] = True  # nothing is wrong: the log need not say so each time
        return response


def _refusal(path: str) -> dict[str, object]:
    kind = path.strip("/").partition("/")[0]
    return next((dict(network.unready) for network in KNOWN if network.kind == kind), {"error": "being prepared"})


@control("GET", "POST")
def admission(request: HttpRequest) -> HttpResponse:
    """POST {"whom": nobody | networks | all}."""
    if request.method == "POST":
        wanted = body(request).get("whom")
        if wanted not in (NOBODY, NETWORKS, ALL):
            raise BadRequest(f"whom is {NOBODY}, {NETWORKS} or {ALL}")
        _state["whom"] = str(wanted)
    return JsonResponse(_state)
