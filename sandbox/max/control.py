"""What only MAX has: a person starts a bot and stops it."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.guards import body, control
from sandbox.max import talks
from sandbox.state import current


@control("POST")
def dialogues(request: HttpRequest) -> HttpResponse:
    """{bot, person, started}: → {"chat"}"""
    payload = body(request)
    bot, person = int(payload["bot"]), str(payload["person"])
    with current().write() as world:
        if payload.get("started", True):
            row = talks.start(world, bot, person)
            return JsonResponse({"chat": row["id"]})
        talks.stop(world, bot, person)
        return JsonResponse({"ok": True})
