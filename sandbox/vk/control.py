"""Control of the VK emulator: make communities, people and tokens, and write as a citizen would. JSON in and out."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox import control_texts, pictures
from sandbox.guards import BadRequest, body, control
from sandbox.state import World, current
from sandbox.vk import acts, beside, control_read, dialogues, events, longpoll, people, shapes
from sandbox.vk.people_acts import PeopleActs
from sandbox.vk.switchboard import GUESTS

MOST_IN_BATCH = 2000
Args = Mapping[str, Any]


@control("GET", "POST")
def communities(request: HttpRequest) -> HttpResponse:
    """POST {name, id?, screen_name?, guests?, about?} makes or renames one; GET lists all."""
    with current().write() as world:
        if request.method == "GET":
            rows = world.db.execute("SELECT * FROM vk_community ORDER BY id").fetchall()
            return JsonResponse({"communities": [_community(row) for row in rows]})
        payload = body(request)
        row = people.add_community(
            world,
            str(payload["name"]),
            str(payload.get("screen_name", "")),
            int(payload.get("id", 0)),
            _guests(payload.get("guests", "any")),
            str(payload.get("about", "")),
        )
        return JsonResponse(_community(row))


def _guests(value: object) -> str:
    """True and False are understood as "any" and "none"."""
    if isinstance(value, bool):
        return "any" if value else "none"
    if value not in GUESTS:
        raise BadRequest(f"guests takes {', '.join(GUESTS)}")
    return str(value)


def _community(row: Any) -> dict[str, object]:
    return {
        "id": row["id"],
        "owner_id": -row["id"],
        "name": row["name"],
        "screen_name": row["screen_name"],
        "guests": row["guests"],
        "confirmation_code": row["confirmation"],
    }


@control("POST")
def guests(request: HttpRequest, group_id: int) -> HttpResponse:
    """{guests: any | user | none}: who may speak as a community on this wall."""
    with current().write() as world:
        acts.community_of(world, -group_id)
        chosen = _guests(body(request)["guests"])
        world.db.execute("UPDATE vk_community SET guests = ? WHERE id = ?", (chosen, group_id))
    return JsonResponse({"guests": chosen})


@control("POST")
def people_(request: HttpRequest) -> HttpResponse:
    """{name} or {first_name, last_name}, id?: a person. A known name gives the same person."""
    payload = body(request)
    with current().write() as world:
        if "name" in payload:
            first, _, last = " ".join(str(payload["name"]).split()).partition(" ")
        else:
            first, last = str(payload["first_name"]), str(payload.get("last_name", ""))
        if payload.get("id"):
            number = people.add_person(world, first, last, int(payload["id"]))
        else:
            number = people.person_named(world, f"{first} {last}")
        return JsonResponse({"id": number})


@control("POST")
def tokens_(request: HttpRequest) -> HttpResponse:
    """{kind: user|group|service, holder?, token?, admin_of?: [group ids]}: a token.

    The holder may also be called `group_id`, `person_id`, and as in all networks `place`, `person`.
    """
    payload = body(request)
    named = (payload.get(name) for name in ("holder", "group_id", "person_id", "place", "person"))
    holder = int(next(filter(None, named), 0))
    with current().write() as world:
        token = people.add_token(
            world, str(payload["kind"]), holder, str(payload.get("token", "")), list(payload.get("admin_of", []))
        )
    return JsonResponse({"token": token})


@control("GET", "POST")
def posts(request: HttpRequest) -> HttpResponse:
    """POST {owner_id, text, author?, photos?, lat?, long?, close_comments?}: a post; without an author the community's.

    GET is the common address of this name.
    """
    if request.method == "GET":
        return control_texts.posts(request, kind="vk")
    payload = body(request)
    with current().write() as world:
        owner_id = int(payload["owner_id"])
        author = owner_id if "author" not in payload and "person_id" not in payload else _author(world, payload)
        spot = acts.Spot(float(payload["lat"]), float(payload["long"])) if "lat" in payload else None
        draft = acts.Draft(author, str(payload.get("text", "")), _photos(world, payload, owner_id, author))
        post_id = acts.write_post(world, owner_id, draft, spot, bool(payload.get("close_comments")))
    return JsonResponse({"post_id": post_id, "address": f"wall{owner_id}_{post_id}"})


@control("GET", "POST")
def comments(request: HttpRequest) -> HttpResponse:
    """POST {owner_id, post_id, text, author | person_id, reply_to?, photos?}; GET ?who=&after=&limit= pages all."""
    with current().write() as world:
        if request.method == "GET":
            after, limit = int(request.GET.get("after", 0)), int(request.GET.get("limit", 500))
            return JsonResponse(
                control_read.comments_of(world, request.GET.get("who", "citizens"), after, min(limit, MOST_IN_BATCH))
            )
        return JsonResponse(_comment(world, body(request)))


@control("POST")
def batch(request: HttpRequest) -> HttpResponse:
    """{comments: [as above, …]}: many comments in one transaction; the answer keeps the order."""
    items = body(request)["comments"]
    if not isinstance(items, list) or len(items) > MOST_IN_BATCH:
        raise BadRequest(f"comments must be a list of at most {MOST_IN_BATCH}")
    with current().write() as world:
        return JsonResponse({"comments": [_comment(world, item) for item in items]})


def _comment(world: World, payload: Args) -> dict[str, object]:
    owner_id, post_id = int(payload["owner_id"]), int(payload["post_id"])
    author = _author(world, payload)
    draft = acts.Draft(author, str(payload.get("text", "")), _photos(world, payload, owner_id, author))
    row = acts.write_comment(world, owner_id, post_id, draft, int(payload.get("reply_to") or 0))
    return {"comment_id": row["id"], "seq": row["seq"], "author": author, "address": control_read.address(row)}


def _author(world: World, payload: Args) -> int:
    """`author` is a full name (made if unknown) or an id, `person_id` an id; a community's is negative."""
    wanted = payload["author"] if "author" in payload else payload["person_id"]
    if isinstance(wanted, str):
        return people.person_named(world, wanted)
    number = int(wanted)
    if shapes.find(world.db, "vk_person" if number > 0 else "vk_community", abs(number)) is None:
        raise acts.NotThere(f"nobody has the id {number}")
    return number


def _photos(world: World, payload: Args, owner_id: int, author: int) -> list[acts.PhotoRef]:
    """Photos come as base64 texts."""
    refs = []
    for text in payload.get("photos", []):
        try:
            picture = pictures.check(base64.b64decode(text, validate=True))
        except binascii.Error as fault:
            raise BadRequest("a photo is not base64") from fault
        refs.append(people.add_photo(world, author if author > 0 else owner_id, author, picture))
    return refs


@control("POST")
def change_comment(request: HttpRequest, owner_id: str, number: str, act: str) -> HttpResponse:
    """Edit ({text}), delete ({by?}) or restore one comment."""
    payload = body(request)
    owner, comment_id = int(owner_id), int(number)
    with current().write() as world:
        row = acts.get_comment(world, owner, comment_id)
        if act == "edit":
            acts.edit_comment(world, owner, comment_id, str(payload["text"]), None)
        elif act == "delete":
            acts.delete_comment(world, owner, comment_id, int(payload.get("by", row["from_id"])))
        elif not acts.restore_comment(world, owner, comment_id):
            raise BadRequest("the comment is not deleted")
    return JsonResponse({"ok": True})


@control("POST")
def things(request: HttpRequest) -> HttpResponse:
    """{kind: photo|topic|video, owner_id, title?, closed?}: something of a community's that may be commented."""
    payload = body(request)
    kind = str(payload["kind"])
    if kind not in beside.KINDS:
        raise BadRequest(f"kind takes {', '.join(beside.KINDS)}")
    with current().write() as world:
        owner_id = int(payload["owner_id"])
        at = beside.put(world, kind, owner_id, owner_id, str(payload.get("title", "")))
        world.db.execute(
            "UPDATE vk_thing SET closed = ? WHERE kind = ? AND owner_id = ? AND id = ?",
            (int(bool(payload.get("closed"))), kind, owner_id, at.thing),
        )
    return JsonResponse({"id": at.thing, "address": str(at)})


@control("POST")
def restore(request: HttpRequest) -> HttpResponse:
    """{address}: a deleted comment comes back, on the wall or beside it."""
    with current().write() as world:
        PeopleActs().restore(world, str(body(request)["address"]))
    return JsonResponse({"ok": True})


@control("POST")
def messages(request: HttpRequest) -> HttpResponse:
    """{group_id, author | person_id, text, photos?}: a person writes to a community."""
    payload = body(request)
    with current().write() as world:
        author = _author(world, payload)
        spot = acts.Spot(float(payload["lat"]), float(payload["long"])) if "lat" in payload else None
        photos = _photos(world, payload, author, author)
        words = dialogues.Words(str(payload.get("text", "")), photos, spot=spot)
        number = dialogues.from_person(world, int(payload["group_id"]), author, words)
    return JsonResponse({"message_id": number, "author": author})


@control("POST")
def messages_allowed(request: HttpRequest) -> HttpResponse:
    """{group_id, person_id, allowed}: whether the community may write to the person."""
    payload = body(request)
    with current().write() as world:
        dialogues.allow(world, int(payload["group_id"]), int(payload["person_id"]), bool(payload["allowed"]))
    return JsonResponse({"ok": True})


@control("POST")
def send_event(request: HttpRequest, group_id: int) -> HttpResponse:
    """{type, object}: any event at all, to every confirmed server and the long poll, whatever they subscribed to."""
    payload = body(request)
    with current().write() as world:
        acts.community_of(world, -group_id)
        events.inject(world, group_id, str(payload["type"]), payload["object"])
    return JsonResponse({"ok": True})


@control("POST")
def forget_history(request: HttpRequest, group_id: int) -> HttpResponse:
    """{lost: bool}: a new long poll key; with `lost` the events so far cannot be read any more."""
    with current().write() as world:
        longpoll.forget(world, group_id, bool(body(request).get("lost", True)))
    return JsonResponse({"ok": True})
