"""X's own part of the control API: what no other network has."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.guards import body, control
from sandbox.state import current
from sandbox.x import crc, people, writing


@control("POST")
def users(request: HttpRequest) -> HttpResponse:
    """{id, dm_open?, protected?}: opens or closes somebody's messages, protects or opens somebody's texts."""
    payload = body(request)
    with current().write() as world:
        people.adjust(world, str(payload["id"]), dm_open=payload.get("dm_open"), protected=payload.get("protected"))
    return JsonResponse({"ok": True})


@control("POST")
def quotes(request: HttpRequest) -> HttpResponse:
    """{author | person, quoted: address, text, reply_settings?} → {"address"}: a text that quotes another."""
    payload = body(request)
    with current().write() as world:
        quoted = writing.newest(world, int(str(payload["quoted"]).removeprefix("x:")))
        settings = str(payload.get("reply_settings", "everyone"))
        draft = writing.Draft(
            str(payload["person"]), str(payload["text"]), quoted=quoted["id"], reply_settings=settings
        )
        return JsonResponse({"address": f"x:{writing.write(world, draft)['root']}"})


@control("POST")
def limited(request: HttpRequest) -> HttpResponse:
    """{person, text, reply_settings} → {"address"}: a text that limits who may answer it."""
    payload = body(request)
    with current().write() as world:
        draft = writing.Draft(
            str(payload["person"]), str(payload["text"]), reply_settings=str(payload["reply_settings"])
        )
        return JsonResponse({"address": f"x:{writing.write(world, draft)['root']}"})


@control("POST")
def checks(request: HttpRequest) -> HttpResponse:
    """Check every hook now, as the network does by itself: {"outcomes": {number: valid | wrong | silent}}."""
    with current().write() as world:
        numbers = [int(row["id"]) for row in world.db.execute("SELECT id FROM x_hook ORDER BY id").fetchall()]
    return JsonResponse({"outcomes": {str(number): crc.recheck(current(), number) for number in numbers}})
