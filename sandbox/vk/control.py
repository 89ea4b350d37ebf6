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
Given = Mapping[str, Any]


@control("GET", "POST")
def communities(request: HttpRequest) -> HttpResponse:
    """POST {name, id?, screen_name?, guests?, about?} makes or renames one; GET lists all."""
    with current().write() as world:
        if request.method == "GET":
            rows = world.db.execute("SELECT * FROM vk_community ORDER BY id").fetchall()
            return JsonResponse({"communities": [_community(row) for row in rows]})
        given = body(request)
        row = people.add_community(
            world,
            str(given["name"]),
            str(given.get("screen_name", "")),
            int(given.get("id", 0)),
            _guests(given.get("guests", "any")),
            str(given.get("about", "")),
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
    given = body(request)
    with current().write() as world:
        if "name" in given:
            first, _, last = " ".join(str(given["name"]).split()).partition(" ")
        else:
            first, last = str(given["first_name"]), str(given.get("last_name", ""))
        if given.get("id"):
            number = people.add_person(world, first, last, int(given["id"]))
        else:
            number = people.person_named(world, f"{first} {last}")
        return JsonResponse({"id": number})


@control("POST")
def tokens_(request: HttpRequest) -> HttpResponse:
    """{kind: user|group|service, holder?, token?, admin_of?: [group ids]}: a token.

    The holder may also be called `group_id`, `person_id`, and as in all networks `place`, `person`.
    """
    given = body(request)
    named = (given.get(name) for name in ("holder", "group_id", "person_id", "place", "person"))
    holder = int(next(filter(None, named), 0))
    with current().write() as world:
        token = people.add_token(
            world, str(given["kind"]), holder, str(given.get("token", "")), list(given.get("admin_of", []))
        )
    return JsonResponse({"token": token})


@control("GET", "POST")
def posts(request: HttpRequest) -> HttpResponse:
    """POST {owner_id, text, author?, photos?, lat?, long?, close_comments?}: a post; without an author the community's.

    GET is the common address of this name.
    """
    if request.method == "GET":
        return control_texts.posts(request, kind="vk")
    given = body(request)
    with current().write() as world:
        owner_id = int(given["owner_id"])
        author = owner_id if "author" not in given and "person_id" not in given else _author(world, given)
        spot = acts.Spot(float(given["lat"]), float(given["long"])) if "lat" in given else None
        draft = acts.Draft(author, str(given.get("text", "")), _photos(world, given, owner_id, author))
        post_id = acts.write_post(world, owner_id, draft, spot, bool(given.get("close_comments")))
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
    given = body(request)["comments"]
    if not isinstance(given, list) or len(given) > MOST_IN_BATCH:
        raise BadRequest(f"comments must be a list of at most {MOST_IN_BATCH}")
    with current().write() as world:
        return JsonResponse({"comments": [_comment(world, item) for item in given]})


def _comment(world: World, given: Given) -> dict[str, object]:
    owner_id, post_id = int(given["owner_id"]), int(given["post_id"])
    author = _author(world, given)
    draft = acts.Draft(author, str(given.get("text", "")), _photos(world, given, owner_id, author))
    row = acts.write_comment(world, owner_id, post_id, draft, int(given.get("reply_to") or 0))
    return {"comment_id": row["id"], "seq": row["seq"], "author": author, "address": control_read.address(row)}


def _author(world: World, given: Given) -> int:
    """`author` is a full name (made if unknown) or an id, `person_id` an id; a community's is negative."""
    wanted = given["author"] if "author" in given else given["person_id"]
    if isinstance(wanted, str):
        return people.person_named(world, wanted)
    number = int(wanted)
    if shapes.find(world.db, "vk_person" if number > 0 else "vk_community", abs(number)) is None:
        raise acts.NotThere(f"nobody has the id {number}")
    return number


def _photos(world: World, given: Given, owner_id: int, author: int) -> list[acts.PhotoRef]:
    """Photos come as base64 texts."""
    refs = []
    for text in given.get("photos", []):
        try:
            picture = pictures.check(base64.b64decode(text, validate=True))
        except binascii.Error as fault:
            raise BadRequest("a photo is not base64") from fault
        refs.append(people.add_photo(world, author if author > 0 else owner_id, author, picture))
    return refs


@control("POST")
def change_comment(request: HttpRequest, owner_id: str, number: str, act: str) -> HttpResponse:
    """Edit ({text}), delete ({by?}) or restore one comment."""
    given = body(request)
    owner, comment_id = int(owner_id), int(number)
    with current().write() as world:
        row = acts.get_comment(world, owner, comment_id)
        if act == "edit":
            acts.edit_comment(world, owner, comment_id, str(given["text"]), None)
        elif act == "delete":
            acts.delete_comment(world, owner, comment_id, int(given.get("by", row["from_id"])))
        elif not acts.restore_comment(world, owner, comment_id):
            raise BadRequest("the comment is not deleted")
    return JsonResponse({"ok": True})


@control("POST")
def things(request: HttpRequest) -> HttpResponse:
    """{kind: photo|topic|video, owner_id, title?, closed?}: something of a community's that may be commented."""
    given = body(request)
    kind = str(given["kind"])
    if kind not in beside.KINDS:
        raise BadRequest(f"kind takes {', '.join(beside.KINDS)}")
    with current().write() as world:
        owner_id = int(given["owner_id"])
        at = beside.put(world, kind, owner_id, owner_id, str(given.get("title", "")))
        world.db.execute(
            "UPDATE vk_thing SET closed = ? WHERE kind = ? AND owner_id = ? AND id = ?",
            (int(bool(given.get("closed"))), kind, owner_id, at.thing),
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
    given = body(request)
    with current().write() as world:
        author = _author(world, given)
        spot = acts.Spot(float(given["lat"]), float(given["long"])) if "lat" in given else None
        photos = _photos(world, given, author, author)
        words = dialogues.Words(str(given.get("text", "")), photos, spot=spot)
        number = dialogues.from_person(world, int(given["group_id"]), author, words)
    return JsonResponse({"message_id": number, "author": author})


@control("POST")
def messages_allowed(request: HttpRequest) -> HttpResponse:
    """{group_id, person_id, allowed}: whether the community may write to the person."""
    given = body(request)
    with current().write() as world:
        dialogues.allow(world, int(given["group_id"]), int(given["person_id"]), bool(given["allowed"]))
    return JsonResponse({"ok": True})


@control("POST")
def send_event(request: HttpRequest, group_id: int) -> HttpResponse:
    """{type, object}: any event at all, to every confirmed server and the long poll, whatever they subscribed to."""
    given = body(request)
    with current().write() as world:
        acts.community_of(world, -group_id)
        events.inject(world, group_id, str(given["type"]), given["object"])
    return JsonResponse({"ok": True})


@control("POST")
def forget_history(request: HttpRequest, group_id: int) -> HttpResponse:
    """{lost: bool}: a new long poll key; with `lost` the events so far cannot be read any more."""
    with current().write() as world:
        longpoll.forget(world, group_id, bool(body(request).get("lost", True)))
    return JsonResponse({"ok": True})
