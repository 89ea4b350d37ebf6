"""The front page and the static files."""

import pathlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sandbox import faces
from sandbox.network import Network, Place
from sandbox.registry import NETWORKS
from sandbox.stage.contract import Figures
from sandbox.state import World, current

STATIC = pathlib.Path(__file__).parent / "static"
STYLE, SCRIPT, PICTURE = "text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"
Section = dict[str, object]
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
        networks = [section for network in NETWORKS for section in _sections(world, network)]
    return render(request, "sandbox/index.html", {"networks": networks})


def _sections(world: World, network: Network) -> list[Section]:
    """One for all places that are shown alike, most often for the whole network."""
    counter = network.stage.figures if network.stage else None
    figures = counter(world) if counter else {}
    places = [
        (place.stage or network.stage, _place(world, place, figures.get(place.id))) for place in network.places(world)
    ]
    stages = list(dict.fromkeys(stage for stage, _ in places)) or [network.stage]
    return [
        {
            "id": f"{network.kind}-{number}" if number else network.kind,
            "title": (stage and stage.title) or network.title,
            "stage": stage,
            "places": [shown for other, shown in places if other == stage],
        }
        for number, stage in enumerate(stages)
    ]


def _place(world: World, place: Place, figures: Figures | None) -> Section:
    return {
        "place": place,
        "initials": faces.initials(place.title),
        "tone": faces.tone_of(place.id),
        "figures": figures,
        "last": faces.moment(figures.last, world.now) if figures and figures.last else None,
    }


def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the few files of our own; nothing else can be named."""
    if name not in KINDS:
        raise Http404
    return HttpResponse((STATIC / name).read_bytes(), headers={"Content-Type": KINDS[name]})
