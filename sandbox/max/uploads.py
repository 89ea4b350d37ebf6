"""The address that POST /uploads names, and the photos' own addresses."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from sandbox import pictures
from sandbox.state import World, current

_DONE = "<retval>1</retval>"


@csrf_exempt  # a machine's API, opened by the key in the address
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """A multipart file in any field. Pictures answer with a token each, video and audio with XML."""
    if request.method != "POST":
        return _refused("use POST", 405)
    file = next((request.FILES.get(name) for name in request.FILES), None)
    data = file.read() if file is not None and (file.size or 0) <= pictures.BIGGEST_FILE else b""
    with current().write() as world:
        row = world.db.execute("SELECT * FROM max_upload WHERE key = ? AND used = 0", (key,)).fetchone()
        if row is None:
            return _refused("unknown or used address", 404)
        if row["type"] in ("video", "audio"):
            return HttpResponse(_DONE, content_type="application/xml")
        if row["type"] == "file":
            return JsonResponse({"token": row["token"]})
        try:
            number = keep_photo(world, row["bot"], row["token"], pictures.check(data).data)
        except pictures.NotAPicture:
            return _refused("not a picture", 400)
        world.db.execute("UPDATE max_upload SET used = 1 WHERE key = ?", (key,))
    return JsonResponse({"photos": {str(number): {"token": row["token"]}}})


def _refused(message: str, status: int) -> HttpResponse:
    return JsonResponse({"error_code": "upload.error", "error_data": message}, status=status)


def keep_photo(world: World, bot: int, token: str, data: bytes) -> int:
    """A checked picture; `bot` 0 for a citizen's."""
    cursor = world.db.execute("INSERT INTO max_photo (token, bot, data) VALUES (?, ?, ?)", (token, bot, data))
    return int(cursor.lastrowid or 0)


def show_photo(request: HttpRequest, token: str) -> HttpResponse:
    with current().write() as world:
        row = world.db.execute("SELECT data FROM max_photo WHERE token = ?", (token,)).fetchone()
    if row is None:
        raise Http404
    return HttpResponse(row["data"], content_type="image/jpeg", headers={"Cache-Control": "max-age=86400"})
