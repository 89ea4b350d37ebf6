"""Comments beside the wall, as events: under photos and videos, and in the topics of boards. Pure.

Source: schema `wall_wall_comment`, `board_topic_comment`, `callback_photo_comment` and their like, and recorded events.
An event names its photo and owner; a listing names neither, but for photos.getAllComments, which tells the photo as
`pid`. What a comment in a topic replies to is not told, so it stands under the topic itself.
"""

from collections.abc import Callable, Mapping
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Deletion, Edit, Event, Place, Post
from otklik.networks.values import first, moment, number, text
from otklik.networks.vk import address as at
from otklik.networks.vk.media import attachments, coordinates
from otklik.networks.vk.view import View, comment_parent, engagement

NO_VOICE = _(
    "Под фотографиями, видео и в обсуждениях ВКонтакте отвечает только ключ пользователя, а его нет: "
    "опубликуйте ответ вручную."
)
MUTE, SPEAKS = "1", "0"
"""`Raw.context["mute"]`: whether the account that heard it has no token to answer beside the wall with."""

METHODS: Mapping[str, str] = {
    "photos.getComments": at.PHOTO,
    "photos.getAllComments": at.PHOTO,
    "board.getComments": at.TOPIC,
    "video.getComments": at.VIDEO,
}
_PREFIXES = {at.PHOTO: "photo_comment", at.TOPIC: "board_post", at.VIDEO: "video_comment"}


def listed(kind: str, item: Mapping[str, Any], view: View) -> Event | None:
    """A comment as a reading method shows it."""
    return _removed(kind, item, view) if item.get("deleted") is True else _note(kind, item, view)


def _note(kind: str, item: Mapping[str, Any], view: View) -> Post | None:
    where = _where(kind, item, view)
    author = number(item.get("from_id"))
    if where is None or not author:
        return None
    parent = max(comment_parent(item), 0) if kind != at.TOPIC else 0
    spot = coordinates(item)
    thing = at.beside_id(kind, where.owner, where.thing)
    ours = view.group > 0 and where.owner == -view.group
    return Post(
        external_id=str(where),
        place=Place.COMMENT,
        thread=thing,
        author=view.person(author),
        text=text(item.get("text")),
        posted_at=moment(item.get("date")),
        community=at.owner_id(where.owner),
        parent=at.beside_id(kind, where.owner, where.thing, parent),
        url=f"{view.site}/{where}",
        own=view.ours(author),
        attachments=attachments(item, view.site),
        latitude=spot[0] if spot else None,
        longitude=spot[1] if spot else None,
        engagement=engagement(item),
        closed=NO_VOICE if ours and view.mute == MUTE else "",
        opened=ours and view.mute == SPEAKS,
    )


def _removed(kind: str, item: Mapping[str, Any], view: View) -> Deletion | None:
    where = _where(kind, item, view)
    return Deletion(str(where)) if where else None


def _where(kind: str, item: Mapping[str, Any], view: View) -> at.BesideAddress | None:
    """The full address, out of the object or of what was asked; None where a number is missing."""
    owner = first((number(item.get(f"{kind}_owner_id")), number(item.get("owner_id")), view.owner))
    thing = first((number(item.get(f"{kind}_id")), number(item.get("pid")) if kind == at.PHOTO else None, view.post))
    comment = number(item.get("id")) or 0
    if not owner or not thing or thing < 0 or comment <= 0:
        return None
    return at.BesideAddress(kind, owner, thing, comment)


_Read = Callable[[dict[str, Any], View], Event | None]


def _events(kind: str) -> dict[str, _Read]:
    def new(item: dict[str, Any], view: View) -> Event | None:
        return _note(kind, item, view)

    def changed(item: dict[str, Any], view: View) -> Event | None:
        post = _note(kind, item, view)
        return Edit(post) if post else None

    def gone(item: dict[str, Any], view: View) -> Event | None:
        return _removed(kind, item, view)

    name = _PREFIXES[kind]
    return {f"{name}_new": new, f"{name}_edit": changed, f"{name}_restore": changed, f"{name}_delete": gone}


EVENTS: Mapping[str, _Read] = {name: read for kind in _PREFIXES for name, read in _events(kind).items()}
