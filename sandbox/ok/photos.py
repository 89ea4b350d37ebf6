"""Photos: kept as checked pictures, shown in the sizes that payloads name."""

from django.http import Http404, HttpRequest, HttpResponse

from sandbox import pictures
from sandbox.ok import refs
from sandbox.ok.shapes import SIDES
from sandbox.state import World, current


def add(world: World, data: bytes) -> str:
    """Keep a picture; its id."""
    picture = pictures.check(data)
    cursor = world.db.execute(
        "INSERT INTO ok_photo (width, height, data) VALUES (?, ?, ?)", (picture.width, picture.height, picture.data)
    )
    number = refs.photo_number(cursor.lastrowid or 0)
    world.db.execute("UPDATE ok_photo SET id = ? WHERE seq = ?", (number, cursor.lastrowid))
    return number


def path(number: str, side: int = 1024) -> str:
    return f"/ok/photo/{number}/{side}.jpg"


def show(request: HttpRequest, number: str, side: int) -> HttpResponse:
    """A copy of a photo in one of the sizes that payloads name."""
    if side not in SIDES.values():
        raise Http404
    with current().write() as world:
        row = world.db.execute("SELECT data, width, height FROM ok_photo WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise Http404
    data = row["data"] if max(row["width"], row["height"]) <= side else pictures.scaled(row["data"], side)
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "max-age=86400"})


def show_side(request: HttpRequest, number: str, side: str) -> HttpResponse:
    return show(request, number, int(side))
