"""The front page and the static files."""

import pathlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from otklik.sandbox.registry import NETWORKS
from otklik.sandbox.state import current

STATIC = pathlib.Path(__file__).parent / "static"
KINDS = {"sandbox.css": "text/css; charset=utf-8", "refresh.js": "text/javascript; charset=utf-8"}


def index(request: HttpRequest) -> HttpResponse:
    """All networks and their communities."""
    with current().write() as world:
        networks = [{"title": network.title, "places": network.places(world)} for network in NETWORKS]
    return render(request, "sandbox/index.html", {"networks": networks})


def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the few files of our own; nothing else can be named."""
    if name not in KINDS:
        raise Http404
    return HttpResponse((STATIC / name).read_bytes(), headers={"Content-Type": KINDS[name]})
