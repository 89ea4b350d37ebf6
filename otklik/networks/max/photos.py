"""Photos for a direct message: ask where to, upload. Nobody sees any of it until the message itself is said."""

from collections.abc import Sequence

from otklik.lib.http import Upload
from otklik.networks.base import Access, Json, Photo
from otklik.networks.errors import Cause, NeedsPerson, RetryAt
from otklik.networks.max.client import TITLE, prepare
from otklik.networks.values import mapping, read, text
from otklik.networks.wire import SHORT, deliver

_FAILED = "MAX не приняла фотографию: приложите другую или отправьте ответ без неё"


def upload(access: Access, photos: Sequence[Photo]) -> list[Json]:
    """Attachments for a message. Raises NeedsPerson for a picture that MAX does not take, RetryAt for now."""
    return [{"type": "image", "payload": {"token": _one(access, photo)}} for photo in photos]


def _one(access: Access, photo: Photo) -> str:
    answer = prepare(access, "/uploads", {"type": "image"}).said
    url, given = text(answer.get("url")), text(answer.get("token"))
    if not url:
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    reply = deliver(access, TITLE, url, (Upload("data", photo.name, photo.content, photo.content_type),))
    if reply.status >= 500 or reply.status == 429:
        raise RetryAt(f"Сервер загрузки сети «{TITLE}» ответил непонятно", SHORT, str(reply.status))
    # The upload host answers JSON for pictures; where it answers XML, the token of the first step is the one.
    uploaded = mapping(read(reply.body))
    tokens = [text(mapping(value).get("token")) for value in mapping(uploaded.get("photos")).values()]
    token = next((token for token in tokens if token), "") or text(uploaded.get("token")) or given
    if reply.status >= 300 or not token:
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    return token
