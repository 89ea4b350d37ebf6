"""Photos for a reply: ask where to, upload, save. Nobody sees any of it until the reply itself is said."""

from collections.abc import Mapping, Sequence
from typing import Any

from otklik.lib.http import Upload
from otklik.networks.base import Access, Photo
from otklik.networks.errors import Cause, NeedsPerson
from otklik.networks.values import mapping, mappings, number, text
from otklik.networks.vk import address as at
from otklik.networks.vk.client import COMMUNITY, USER, Parameter, ask, token_or_person, upload

_FAILED = "ВКонтакте не приняла фотографию: приложите другую или отправьте ответ без неё"


def wall_photos(access: Access, photos: Sequence[Photo]) -> list[str]:
    """References for wall.createComment. Only a user's token may upload to a wall."""
    if not photos:
        return []
    why = "Фотографию к комментарию можно приложить только с ключом пользователя: добавьте его или ответьте без фото"
    token = token_or_person(access, (USER,), why)
    group: dict[str, Parameter] = {"group_id": at.group_number(access.external_id)}
    return [
        _one(access, token, ("photos.getWallUploadServer", group), ("photos.saveWallPhoto", group), photo)
        for photo in photos
    ]


def message_photos(access: Access, photos: Sequence[Photo], peer: int) -> list[str]:
    """References for messages.send, with the community's token."""
    where: dict[str, Parameter] = {"peer_id": peer}
    return [
        _one(access, COMMUNITY, ("photos.getMessagesUploadServer", where), ("photos.saveMessagesPhoto", {}), photo)
        for photo in photos
    ]


_Call = tuple[str, Mapping[str, Parameter]]


def _one(access: Access, token: str, server: _Call, save: _Call, photo: Photo) -> str:
    url = text(mapping(ask(access, token, *server).response).get("upload_url"))
    if not url:
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    file = Upload("photo", photo.name, photo.content, photo.content_type)
    uploaded = upload(access, url, [file])
    kept = text(uploaded.get("photo"))
    if kept in ("", "[]"):  # what the upload server answers to a file that is not a picture
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    parts: dict[str, Parameter] = {
        "photo": kept,
        "server": number(uploaded.get("server")) or text(uploaded.get("server")) or None,
        "hash": text(uploaded.get("hash")) or None,
    }
    saved = mappings(ask(access, token, save[0], {**save[1], **parts}).response)
    return _reference(saved[0] if saved else {})


def _reference(photo: Mapping[str, Any]) -> str:
    owner, named = number(photo.get("owner_id")), number(photo.get("id"))
    if owner is None or not named:
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    access_key = text(photo.get("access_key"))
    return f"photo{owner}_{named}" + (f"_{access_key}" if access_key else "")
