"""The control API that belongs to no single network: counts, clock, faults, switches, reset. All JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox import faults, switches
from sandbox.guards import BadRequest, body, control
from sandbox.network import Network
from sandbox.registry import NETWORKS
from sandbox.state import current, put_setting


def _network(kind: object) -> Network:
    for network in NETWORKS:
        if network.kind == kind:
            return network
    raise BadRequest(f"unknown network {kind}")


@control("GET")
def counts(request: HttpRequest) -> HttpResponse:
    """How much of everything there is, by network: what an audit compares with."""
    with current().write() as world:
        return JsonResponse({network.kind: dict(network.counts(world)) for network in NETWORKS})


@control("POST")
def reset(request: HttpRequest) -> HttpResponse:
    """Forget everything."""
    current().reset()
    return JsonResponse({"ok": True})


@control("GET", "POST")
def clock(request: HttpRequest) -> HttpResponse:
    """{"fixed": unix} stops the clock there, {"offset": seconds} shifts it, {} gives the real one back."""
    if request.method == "POST":
        wanted = {name: float(value) for name, value in body(request).items() if name in {"fixed", "offset"}}
        with current().write() as world:
            put_setting(world.db, "clock", wanted)
    with current().write() as world:
        return JsonResponse({"now": world.now})


@control("GET", "POST", "DELETE")
def fault_script(request: HttpRequest) -> HttpResponse:
    """POST {network, method, kind, code?, seconds?, count?} plans faults; DELETE forgets all."""
    with current().write() as world:
        if request.method == "DELETE":
            faults.clear(world.db)
        elif request.method == "POST":
            payload = body(request)
            network = _network(payload.get("network", "vk"))
            if payload["kind"] not in faults.KINDS | network.fault_kinds:
                raise BadRequest(f"unknown fault {payload['kind']}")
            fault = faults.Fault(payload["kind"], int(payload.get("code", 503)), float(payload.get("seconds", 0)))
            faults.add(world.db, network.kind, str(payload.get("method", "*")), fault, int(payload.get("count", 1)))
        return JsonResponse({"faults": faults.planned(world.db)})


@control("GET", "POST")
def switch_board(request: HttpRequest) -> HttpResponse:
    """POST {network, switches: {name: value}} sets; both verbs answer with all values."""
    payload: dict[str, Any] = {"network": request.GET.get("network", "vk")}
    if request.method == "POST":
        payload = body(request)
    network = _network(payload.get("network", "vk"))
    with current().write() as world:
        for name, value in payload.get("switches", {}).items():
            switches.put(world.db, network.kind, name, value, network.switches)
        return JsonResponse(switches.read_all(world.db, network.kind, network.switches))
