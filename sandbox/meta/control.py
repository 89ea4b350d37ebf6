"""Meta's own part of the control API: what the common addresses do not know."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from sandbox.guards import body, control
from sandbox.meta import acts, writing
from sandbox.state import current


@control("POST")
def hide(request: HttpRequest) -> HttpResponse:
    """{address, hidden}: a Page hides a comment, or shows it again."""
    payload = body(request)
    with current().write() as world:
        writing.hide(world, acts.text_at(world, str(payload["address"])), bool(payload["hidden"]))
    return JsonResponse({"ok": True})


@control("POST")
def close(request: HttpRequest) -> HttpResponse:
    """{address, closed}: comments under a post or publication are switched off or on."""
    payload = body(request)
    with current().write() as world:
        row = acts.text_at(world, str(payload["address"]))
        world.db.execute("UPDATE meta_text SET closed = ? WHERE id = ?", (int(bool(payload["closed"])), row["root"]))
    return JsonResponse({"ok": True})


@control("POST")
def restore(request: HttpRequest) -> HttpResponse:
    """{address}: a text that was taken away is there again, as after an appeal. The network tells nobody."""
    payload = body(request)
    with current().write() as world:
        row = acts.text_at(world, str(payload["address"]))
        world.db.execute("UPDATE meta_text SET deleted = 0 WHERE id = ?", (row["id"],))
    return JsonResponse({"ok": True})


def photo(request: HttpRequest, number: str) -> HttpResponse:
    """A picture's own address."""
    with current().write() as world:
        row = world.db.execute("SELECT data FROM meta_photo WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise Http404
    return HttpResponse(row["data"], content_type="image/jpeg", headers={"Cache-Control": "max-age=86400"})
