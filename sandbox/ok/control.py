"""What a citizen or an administrator does by a click: forbids messages, closes the comments of a topic."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.guards import body, control
from sandbox.ok import dialogues, refs, writing
from sandbox.state import current


@control("POST")
def allowed(request: HttpRequest) -> HttpResponse:
    """{place, person, allowed}: whether the group may write to the person."""
    payload = body(request)
    with current().write() as world:
        chat = dialogues.open_chat(world, str(payload["place"]), str(payload["person"]))
        world.db.execute("UPDATE ok_chat SET allowed = ? WHERE id = ?", (int(bool(payload["allowed"])), chat["id"]))
        return JsonResponse({"chat": refs.chat(chat["id"])})


@control("POST")
def close(request: HttpRequest) -> HttpResponse:
    """{address, closed}: whether the topic takes comments."""
    payload = body(request)
    with current().write() as world:
        reference = refs.named(str(payload["address"]))
        topic = writing.get_topic(world, reference.topic if reference else "")
        world.db.execute("UPDATE ok_topic SET closed = ? WHERE id = ?", (int(bool(payload["closed"])), topic["id"]))
        return JsonResponse({"ok": True})
