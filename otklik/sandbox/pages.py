"""The front page and the static files."""

import pathlib
from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from otklik.sandbox import faces
from otklik.sandbox.network import Network
from otklik.sandbox.registry import NETWORKS
from otklik.sandbox.state import World, current
from otklik.sandbox.vk import showing as vk

STATIC = pathlib.Path(__file__).parent / "static"
STYLE, SCRIPT, PICTURE = "text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"
KINDS = {
    "sandbox.css": STYLE,
    "talk.css": STYLE,
    "refresh.js": SCRIPT,
    "merge.js": SCRIPT,
    "forms.js": SCRIPT,
    "favicon.svg": PICTURE,
    "check.svg": PICTURE,
    "photo.svg": PICTURE,
}
# How lively each place is, by the path of its wall. A network without a line here shows its places without figures.
FIGURES: Mapping[str, Callable[[World], Mapping[str, vk.Figures]]] = {"vk": vk.figures}


def index(request: HttpRequest) -> HttpResponse:
    """All networks and their communities."""
    with current().write() as world:
        networks = [{"title": network.title, "places": _places(world, network)} for network in NETWORKS]
    return render(request, "sandbox/index.html", {"networks": networks})


def _places(world: World, network: Network) -> list[dict[str, object]]:
    figures = FIGURES[network.kind](world) if network.kind in FIGURES else {}
    shown = []
    for number, place in enumerate(network.places(world)):
        known = figures.get(place.wall)
        shown.append(
            {
                "place": place,
                "initials": faces.initials(place.title),
                "tone": known.tone if known else faces.tone(number),
                "figures": known,
                "last": faces.moment(known.last, world.now) if known and known.last else None,
            }
        )
    return shown


def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the few files of our own; nothing else can be named."""
    if name not in KINDS:
        raise Http404
    return HttpResponse((STATIC / name).read_bytes(), headers={"Content-Type": KINDS[name]})
