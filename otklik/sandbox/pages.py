"""The front page and the static files."""

import pathlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from otklik.sandbox import faces
from otklik.sandbox.network import Network
from otklik.sandbox.registry import NETWORKS
from otklik.sandbox.state import World, current

STATIC = pathlib.Path(__file__).parent / "static"
STYLE, SCRIPT, PICTURE = "text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"
KINDS = {
    "sandbox.css": STYLE,
    "talk.css": STYLE,
    "looks.css": STYLE,
    "refresh.js": SCRIPT,
    "merge.js": SCRIPT,
    "forms.js": SCRIPT,
    "favicon.svg": PICTURE,
    "check.svg": PICTURE,
    "photo.svg": PICTURE,
}


def index(request: HttpRequest) -> HttpResponse:
    """All networks and their places."""
    with current().write() as world:
        networks = [
            {
                "kind": network.kind,
                "title": network.title,
                "stage": network.stage,
                "places": _places(world, network),
            }
            for network in NETWORKS
        ]
    return render(request, "sandbox/index.html", {"networks": networks})


def _places(world: World, network: Network) -> list[dict[str, object]]:
    told = network.stage.figures if network.stage else None
    figures = told(world) if told else {}
    shown = []
    for place in network.places(world):
        known = figures.get(place.id)
        shown.append(
            {
                "place": place,
                "initials": faces.initials(place.title),
                "tone": faces.tone_of(place.id),
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
