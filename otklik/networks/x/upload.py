"""Putting pictures up before they are attached. Nobody sees them yet, so every failure may be tried again."""

from collections.abc import Sequence

from otklik.lib.http import Upload
from otklik.networks.base import Access, Photo
from otklik.networks.errors import Cause, NeedsPerson, Permanent, RetryAt
from otklik.networks.values import mapping
from otklik.networks.wire import SHORT
from otklik.networks.x import address as at
from otklik.networks.x.client import put_up


def uploaded(access: Access, photos: Sequence[Photo], *, direct: bool) -> list[str]:
    """The numbers under which the network took them, in their order. Raises NeedsPerson for a picture it refuses."""
    return [_one(access, photo, "dm_image" if direct else "tweet_image") for photo in photos]


def _one(access: Access, photo: Photo, category: str) -> str:
    file = Upload("media", photo.name, photo.content, photo.content_type)
    try:
        answer = put_up(access, "/2/media/upload", {"media_category": category}, file)
    except Permanent as refusal:
        raise NeedsPerson(
            "X не приняла фотографию: приложите другую или ответьте без неё", refusal.code, Cause.TEXT
        ) from None
    number = at.number(mapping(answer.value.get("data")).get("id"))
    if not number:
        raise RetryAt("X не назвала номер загруженной фотографии", SHORT)
    return number
