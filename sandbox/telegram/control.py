"""The emulator's own part of the control API: who sits where, who blocks whom, groups that grow up."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.acts import get_person
from sandbox.guards import body, control
from sandbox.state import current
from sandbox.telegram import making, writing
from sandbox.telegram.world import find_bot


@control("POST")
def members(request: HttpRequest) -> HttpResponse:
    """{place, who: a person's or a bot's id, status: creator | administrator | member | left | kicked}"""
    payload = body(request)
    with current().write() as world:
        making.join(world, int(payload["place"]), int(payload["who"]), str(payload["status"]))
    return JsonResponse({"ok": True})


@control("POST")
def blocked(request: HttpRequest) -> HttpResponse:
    """{bot, person, blocked}"""
    payload = body(request)
    with current().write() as world:
        find_bot(world, int(payload["bot"]))
        get_person(world, "telegram", str(payload["person"]))
        writing.set_blocked(world, int(payload["bot"]), int(payload["person"]), bool(payload["blocked"]))
    return JsonResponse({"ok": True})


@control("POST")
def migrate(request: HttpRequest) -> HttpResponse:
    """{place} → {"id"}: a plain group becomes a supergroup."""
    with current().write() as world:
        return JsonResponse({"id": writing.migrate(world, int(body(request)["place"]))})
