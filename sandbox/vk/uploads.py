"""Uploading: the address that photos.get…UploadServer names, and the photos' own addresses."""

import hashlib
import json
import secrets

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sandbox import pictures
from sandbox.state import World, current
from sandbox.vk import shapes

SERVER = 840000
COLOURS = ("#7d8ca3", "#8a9a5b", "#b07d62", "#6a8e8e", "#96789c", "#a3935f")
_SIDES = dict(shapes.SIZES)


def open_upload(world: World, purpose: str, owner_id: int) -> str:
    """A one-time upload address for photos of `owner_id`. Purpose: "wall" or "message"."""
    key = secrets.token_hex(16)
    cursor = world.db.execute(
        "INSERT INTO vk_upload (purpose, owner_id, key) VALUES (?, ?, ?)", (purpose, owner_id, key)
    )
    return f"{world.base}/vk/upload/{cursor.lastrowid}/{key}"


@csrf_exempt  # a machine's API, opened by the key in the address
def upload(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """A multipart file in any field (clients differ): answers {server, photo, hash} for photos.save…"""
    if request.method != "POST":
        return JsonResponse({"error": "ERR_UPLOAD_BAD_METHOD"}, status=405)
    file = next((request.FILES.get(name) for name in request.FILES), None)
    if file is None or (file.size or 0) > pictures.BIGGEST_FILE:
        return _nothing(number)
    try:
        picture = pictures.check(file.read())
    except pictures.NotAPicture:
        return _nothing(number)
    digest = hashlib.sha256(picture.data).hexdigest()[:32]
    photo = json.dumps([{"markers_restarted": True, "photo": digest}])
    with current().write() as world:
        done = world.db.execute(
            "UPDATE vk_upload SET photo = ?, hash = ?, width = ?, height = ?, data = ?"
            " WHERE id = ? AND key = ? AND saved = 0",
            (photo, digest, picture.width, picture.height, picture.data, number, key),
        ).rowcount
    if not done:
        return JsonResponse({"error": "ERR_UPLOAD_BAD_KEY"})
    return JsonResponse({"server": SERVER + number, "photo": photo, "hash": digest})


def _nothing(number: int) -> HttpResponse:
    """What a file that is no picture gets: an answer of the usual form with an empty list of photos."""
    return JsonResponse({"server": SERVER + number, "photo": "[]", "hash": ""})


def show_photo(request: HttpRequest, owner_id: str, number: int, letter: str) -> HttpResponse:
    """A copy of a photo in one of the listed sizes."""
    if letter not in _SIDES:
        raise Http404
    with current().write() as world:
        row = world.db.execute(
            "SELECT data, width, height FROM vk_photo WHERE owner_id = ? AND id = ?", (int(owner_id), number)
        ).fetchone()
    if row is None:
        raise Http404
    side = _SIDES[letter]
    data = row["data"] if max(row["width"], row["height"]) <= side else pictures.scaled(row["data"], side)
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "max-age=86400"})


def show_face(request: HttpRequest, owner_id: str) -> HttpResponse:
    """A square of a colour that belongs to this person or community."""
    data = pictures.plain(COLOURS[abs(int(owner_id)) % len(COLOURS)], 100)
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "max-age=86400"})
