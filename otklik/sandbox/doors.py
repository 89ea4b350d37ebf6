"""The sandbox's doors: while its past is being written nobody but the control API comes in.

Its clock stands in the past then, and what a citizen wrote would be dated there and pushed to nobody. Which doors are
open is the process's own: SANDBOX_PREPARING starts it with closed ones.
"""

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from otklik.sandbox.guards import BadRequest, body, control

AGAIN = 5  # seconds
NOBODY, NETWORKS, ALL = "nobody", "networks", "all"
"""Who comes in: nobody; whoever calls a network, for subscriptions; people, too."""
_PAGE = f"""<!doctype html><html lang="ru"><meta charset="utf-8"><meta http-equiv="refresh" content="{AGAIN}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Песочница готовится…</title>
<h1>Песочница готовится…</h1><p>Загружаем учебный регион. Страница откроется сама.</p></html>"""
_state = {"open": NOBODY if os.environ.get("SANDBOX_PREPARING") else ALL}


class Doors:
    """Middleware. 503 to whoever comes too early: a page that comes again, or a refusal in the network's own form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = "text/html" in request.headers.get("Accept", "")
        who, control_api = _state["open"], request.path.startswith("/control/")
        if who == ALL or control_api or (who == NETWORKS and not person):
            return self.get_response(request)
        response = HttpResponse(_PAGE, status=503) if person else JsonResponse(_refusal(request.path), status=503)
        response.headers["Retry-After"] = str(AGAIN)
        return response


def _refusal(path: str) -> dict[str, object]:
    from otklik.sandbox.registry import NETWORKS as KNOWN

    kind = path.strip("/").partition("/")[0]
    return next((dict(network.unready) for network in KNOWN if network.kind == kind), {"error": "being prepared"})


@control("GET", "POST")
def doors(request: HttpRequest) -> HttpResponse:
    """POST {"open": nobody | networks | all}."""
    if request.method == "POST":
        wanted = body(request).get("open")
        if wanted not in (NOBODY, NETWORKS, ALL):
            raise BadRequest(f"open is {NOBODY}, {NETWORKS} or {ALL}")
        _state["open"] = str(wanted)
    return JsonResponse(_state)
