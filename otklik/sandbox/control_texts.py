"""The control API that is the same for every network: places, people, tokens, and texts as a citizen writes them."""

import base64
import binascii
import dataclasses
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse

from otklik.sandbox import pictures, pusher
from otklik.sandbox.acts import Acts, Forbidden, Given, Item, People, Registered, Words, add_person, person_named
from otklik.sandbox.guards import BadRequest, body, control
from otklik.sandbox.state import World, current

MOST_IN_BATCH = 2000


def acts_of(kind: str) -> Acts:
    """What people can do in the network of this kind. BadRequest for one that does not say."""
    from otklik.sandbox.registry import NETWORKS

    found = next((network.acts for network in NETWORKS if network.kind == kind), None)
    if found is None:
        raise BadRequest(f"the network {kind} has no such addresses")
    return found


def _people_of(kind: str) -> People:
    from otklik.sandbox.registry import NETWORKS

    return next((one.people for one in NETWORKS if one.kind == kind and one.people), Registered(kind))


@control("POST")
def places(request: HttpRequest, kind: str) -> HttpResponse:
    with current().write() as world:
        return JsonResponse(acts_of(kind).place(world, body(request)))


@control("POST")
def people(request: HttpRequest, kind: str) -> HttpResponse:
    """{name, id?, handle?}: a person. A known name without an id gives the same person."""
    acts_of(kind)
    given = body(request)
    name, number, handle = str(given["name"]), str(given.get("id") or ""), str(given.get("handle") or "")
    with current().write() as world:
        if number or handle:
            return JsonResponse({"id": add_person(world, kind, name, number, handle)})
        return JsonResponse({"id": person_named(world, kind, name)})


@control("POST")
def tokens(request: HttpRequest, kind: str) -> HttpResponse:
    with current().write() as world:
        return JsonResponse(acts_of(kind).token(world, body(request)))


@control("POST")
def texts(request: HttpRequest, kind: str) -> HttpResponse:
    """{text, place | under | to, author? | person?, photos?, lat?, long?} → {"address"}; no author: the place."""
    given = body(request)
    with current().write() as world:
        return JsonResponse({"address": _write(world, kind, given)})


@control("POST")
def batch(request: HttpRequest, kind: str) -> HttpResponse:
    """{texts: [as above, …]}: many in one transaction; the answer keeps the order."""
    given = body(request)["texts"]
    if not isinstance(given, list) or len(given) > MOST_IN_BATCH:
        raise BadRequest(f"texts must be a list of at most {MOST_IN_BATCH}")
    with current().write() as world:
        return JsonResponse({"addresses": [_write(world, kind, item) for item in given]})


def _write(world: World, kind: str, given: Given) -> str:
    author = str(given.get("person") or "")
    if given.get("author"):
        author = _people_of(kind).named(world, str(given["author"]))
    words = Words(
        text=str(given.get("text", "")),
        author=author,
        place=str(given.get("place") or ""),
        under=str(given.get("under") or ""),
        to=str(given.get("to") or ""),
        photos=tuple(_photo(text) for text in given.get("photos", [])),
        spot=(float(given["lat"]), float(given["long"])) if "lat" in given else None,
    )
    try:
        return acts_of(kind).write(world, words)
    except Forbidden as fault:
        raise BadRequest(str(fault)) from fault


def _photo(text: str) -> bytes:
    """Photos come as base64 texts."""
    try:
        return pictures.check(base64.b64decode(text, validate=True)).data
    except binascii.Error as fault:
        raise BadRequest("a photo is not base64") from fault


@control("POST")
def edit(request: HttpRequest, kind: str) -> HttpResponse:
    """{address, text}"""
    given = body(request)
    try:
        with current().write() as world:
            acts_of(kind).edit(world, str(given["address"]), str(given["text"]))
    except Forbidden as fault:
        raise BadRequest(str(fault)) from fault
    return JsonResponse({"ok": True})


@control("POST")
def delete(request: HttpRequest, kind: str) -> HttpResponse:
    """{address}"""
    with current().write() as world:
        acts_of(kind).delete(world, str(body(request)["address"]))
    return JsonResponse({"ok": True})


@control("POST")
def events(request: HttpRequest, kind: str) -> HttpResponse:
    """Any event at all, to whoever listens, signed as it should be."""
    with current().write() as world:
        acts_of(kind).event(world, body(request))
    return JsonResponse({"ok": True})


@control("GET")
def thread(request: HttpRequest, kind: str) -> HttpResponse:
    """?address= : a post and all under it, or a dialogue, oldest first, deleted ones too."""
    with current().write() as world:
        return _shown(acts_of(kind).thread(world, request.GET["address"]))


@control("GET")
def posts(request: HttpRequest, kind: str) -> HttpResponse:
    """?place=&before=&most= : posts, newest first."""
    before, most = int(request.GET.get("before", 2**53)), min(int(request.GET.get("most", 100)), MOST_IN_BATCH)
    with current().write() as world:
        return _shown(acts_of(kind).posts(world, request.GET["place"], before, most))


@control("GET")
def dialogue(request: HttpRequest, kind: str) -> HttpResponse:
    """?place=&person= : what they wrote to each other, oldest first."""
    with current().write() as world:
        return _shown(acts_of(kind).dialogue(world, request.GET["place"], request.GET["person"]))


@control("GET")
def pushes(request: HttpRequest, kind: str) -> HttpResponse:
    """The last 500 pushes and what came of them, newest first."""
    with current().write() as world:
        return JsonResponse({"pushes": pusher.deliveries(world, kind)})


def _shown(items: Sequence[Item]) -> HttpResponse:
    return JsonResponse({"items": [dataclasses.asdict(item) for item in items]})
