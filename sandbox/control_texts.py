"""The control API that is the same for every network: places, people, tokens, and texts as a citizen writes them."""

import base64
import binascii
import dataclasses
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox import pictures, pusher, shelves
from sandbox.acts import Acts, Args, Forbidden, Item, People, Registered, Words, add_person, person_named
from sandbox.guards import BadRequest, body, control
from sandbox.registry import NETWORKS
from sandbox.state import World, current

MOST_IN_BATCH = 2000


def acts_of(kind: str) -> Acts:
    """What people can do in the network of this kind. BadRequest for one that does not say."""
    acts = next((network.acts for network in NETWORKS if network.kind == kind), None)
    if acts is None:
        raise BadRequest(f"the network {kind} has no such addresses")
    return acts


def _people_of(kind: str) -> People:
    return next((one.people for one in NETWORKS if one.kind == kind and one.people), Registered(kind))


@control("GET", "POST")
def places(request: HttpRequest, kind: str) -> HttpResponse:
    """Lists all of them, or makes and changes one."""
    acts = acts_of(kind)
    with current().write() as world:
        if request.method == "POST":
            return JsonResponse(acts.place(world, body(request)))
        there = next(network.places for network in NETWORKS if network.kind == kind)(world)
    return JsonResponse(
        {"places": [{"id": one.id, "title": one.title, "network": one.network or kind} for one in there]}
    )


@control("POST")
def people(request: HttpRequest, kind: str) -> HttpResponse:
    """{name, id?, handle?}: a person. A known name without an id gives the same person."""
    acts_of(kind)
    payload = body(request)
    name, number, handle = str(payload["name"]), str(payload.get("id") or ""), str(payload.get("handle") or "")
    with current().write() as world:
        if number or handle:
            return JsonResponse({"id": add_person(world, kind, name, number, handle)})
        return JsonResponse({"id": person_named(world, kind, name)})


@control("POST")
def tokens(request: HttpRequest, kind: str) -> HttpResponse:
    with current().write() as world:
        return JsonResponse(acts_of(kind).token(world, body(request)))


@control("GET", "POST")
def texts(request: HttpRequest, kind: str) -> HttpResponse:
    """Reads all of them or writes one."""
    return _every(request, kind) if request.method == "GET" else _one(request, kind)


def _every(request: HttpRequest, kind: str) -> HttpResponse:
    """?after=&most= : every text there is, deleted ones too, with its places, dialogue and network; `next` goes on."""
    kept = next(network.shelves for network in NETWORKS if network.kind == kind)
    after, most = request.GET.get("after", ""), min(int(request.GET.get("most", MOST_IN_BATCH)), MOST_IN_BATCH)
    with current().write() as world:
        stored_texts, mark = shelves.page(world, kept, after, most)
    shown = [
        {**dataclasses.asdict(one.item), "places": one.places, "dialogue": one.dialogue, "network": one.network or kind}
        for one in stored_texts
    ]
    return JsonResponse({"items": shown, "next": mark})


def _one(request: HttpRequest, kind: str) -> HttpResponse:
    """{text, place | under | to, author? | person?, photos?, lat?, long?, at?} → {"address"}; no author: the place.

    `at` is when it was written, in seconds since the epoch: for the past of a place.
    """
    payload = body(request)
    with current().write() as world:
        return JsonResponse({"address": _write(world, kind, payload)})


@control("POST")
def batch(request: HttpRequest, kind: str) -> HttpResponse:
    """{texts: [as above, …]}: many in one transaction; the answer keeps the order.

    An `under` that is a number is the text of this batch with that place in the list, counted from 0.
    """
    items, addresses = _listed(request, "texts"), list[str]()
    with current().write() as world:
        for item in items:
            above = item.get("under")
            named = item | {"under": addresses[above]} if isinstance(above, int) else item
            addresses.append(_write(world, kind, named))
    return JsonResponse({"addresses": addresses})


@control("POST")
def people_batch(request: HttpRequest, kind: str) -> HttpResponse:
    """{people: [{id, name, handle?}, …]}: many people, each with an id of the caller's choice."""
    network_people = _people_of(kind)
    with current().write() as world:
        for item in _listed(request, "people"):
            network_people.add(world, str(item["name"]), str(item["id"]), str(item.get("handle") or ""))
    return JsonResponse({"ok": True})


@control("POST")
def links(request: HttpRequest, kind: str) -> HttpResponse:
    """{threads: [address, …]}: the path of the page of every text in these threads, by its address."""
    acts = acts_of(kind)
    with current().write() as world:
        items = [item for address in _listed(request, "threads") for item in acts.thread(world, str(address))]
    return JsonResponse({"links": {item.address: item.link for item in items}})


def _listed(request: HttpRequest, name: str) -> list[Any]:
    items = body(request)[name]
    if not isinstance(items, list) or len(items) > MOST_IN_BATCH:
        raise BadRequest(f"{name} must be a list of at most {MOST_IN_BATCH}")
    return items


def _write(world: World, kind: str, payload: Args) -> str:
    if payload.get("at"):
        world = dataclasses.replace(world, now=int(payload["at"]))
    author = str(payload.get("person") or "")
    if payload.get("author"):
        author = _people_of(kind).named(world, str(payload["author"]))
    words = Words(
        text=str(payload.get("text", "")),
        author=author,
        place=str(payload.get("place") or ""),
        under=str(payload.get("under") or ""),
        to=str(payload.get("to") or ""),
        photos=tuple(_photo(text) for text in payload.get("photos", [])),
        spot=(float(payload["lat"]), float(payload["long"])) if "lat" in payload else None,
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
    payload = body(request)
    try:
        with current().write() as world:
            acts_of(kind).edit(world, str(payload["address"]), str(payload["text"]))
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
