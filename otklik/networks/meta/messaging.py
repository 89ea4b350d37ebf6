"""Private messages of Messenger and Instagram as events, pushed or listed. Pure; never raises.

A pushed one names sender and recipient, a listed one `from` and `to`; whichever of the two is not our place is the
other side of the dialogue.
"""

from collections.abc import Mapping
from typing import Any

from otklik.networks.base import Attachment, Deletion, Edit, Event, MediaKind, Person, Place, Post
from otklik.networks.meta.reading import number_id, when
from otklik.networks.meta.side import Side, is_mid
from otklik.networks.values import count, mapping, mappings, real, text

_MOST = 30
_TITLE = 300
_KINDS = {
    "image": MediaKind.PHOTO,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
    "file": MediaKind.FILE,
    "sticker": MediaKind.STICKER,
    "ig_reel": MediaKind.VIDEO,
    "reel": MediaKind.VIDEO,
    "fallback": MediaKind.LINK,
    "share": MediaKind.LINK,
    "story_mention": MediaKind.LINK,
}


def pushed(item: Mapping[str, Any], place: str, side: Side, site: str) -> Event | None:
    """One entry of `messaging` or `standby` of this place (a Page, an Instagram account)."""
    sender, recipient = (number_id(mapping(item.get(name)).get("id")) for name in ("sender", "recipient"))
    peer = sender if sender != place else recipient
    message, edit = mapping(item.get("message")), mapping(item.get("message_edit"))
    thing = message or edit
    mid = text(thing.get("mid"))
    if not place or not peer or not sender or not is_mid(mid):
        return None
    address = side.message(place, peer, mid)
    if message.get("is_deleted") is True:
        return Deletion(address, when(item.get("timestamp")))
    own = message.get("is_echo") is True or sender == place
    spot = _spot(message)
    post = Post(
        external_id=address,
        place=Place.DIRECT,
        thread=side.dialogue(place, peer),
        author=Person(place, is_community=True) if own else Person(sender),
        text=text(thing.get("text")),
        posted_at=when(item.get("timestamp")),
        community=place,
        parent=_parent(message, place, peer, side),
        url=dialogue_url(side, site, place, peer),
        own=own,
        attachments=tuple(_attachment(entry) for entry in mappings(message.get("attachments"))[:_MOST]),
        latitude=spot[0] if spot else None,
        longitude=spot[1] if spot else None,
    )
    if edit and not message:
        return Edit(post)
    return post if post.text or post.attachments else None


def listed(item: Mapping[str, Any], place: str, peer: str, side: Side, site: str) -> Post | None:
    """One message of a conversation's listing. `peer` is the other side of the dialogue."""
    sender = mapping(item.get("from"))
    author = number_id(sender.get("id"))
    mid = text(item.get("id"))
    if not place or not peer or not author or not is_mid(mid):
        return None
    own = author == place
    attached = tuple(_listed_attachment(entry) for entry in mappings(mapping(item.get("attachments")).get("data")))
    shared = mappings(mapping(item.get("shares")).get("data"))
    attached += tuple(
        Attachment(MediaKind.LINK, text(share.get("link")), title=text(share.get("name"), _TITLE)) for share in shared
    )
    words = text(item.get("message"))
    if not words and not attached:
        return None
    name = text(sender.get("name"), 200) or text(sender.get("username"), 200)
    return Post(
        external_id=side.message(place, peer, mid),
        place=Place.DIRECT,
        thread=side.dialogue(place, peer),
        author=Person(place, name, is_community=True) if own else Person(author, name),
        text=words,
        posted_at=when(item.get("created_time")),
        community=place,
        url=dialogue_url(side, site, place, peer),
        own=own,
        attachments=attached[:_MOST],
    )


def dialogue_url(side: Side, site: str, place: str, peer: str) -> str:
    """The page on which a dialogue is seen. Meta has no public one: this is the inbox of the Page or account."""
    return f"{site}/{place}/inbox/{peer}/" if side.mark == "fb" else f"{site}/direct/t/{peer}/?account={place}"


def _parent(message: Mapping[str, Any], place: str, peer: str, side: Side) -> str:
    replied = text(mapping(message.get("reply_to")).get("mid"))
    return side.message(place, peer, replied) if is_mid(replied) else ""


def _attachment(entry: Mapping[str, Any]) -> Attachment:
    name = text(entry.get("type"), 40)
    payload = mapping(entry.get("payload"))
    url = text(payload.get("url")) or text(entry.get("url"))
    kind = _KINDS.get(name, MediaKind.OTHER)
    preview = url if kind is MediaKind.PHOTO else ""
    title = text(entry.get("title"), _TITLE) or text(payload.get("title"), _TITLE)
    return Attachment(kind, url, preview, title or ("" if kind is not MediaKind.OTHER else name))


def _listed_attachment(entry: Mapping[str, Any]) -> Attachment:
    image, video = mapping(entry.get("image_data")), mapping(entry.get("video_data"))
    title = text(entry.get("name"), _TITLE)
    if image:
        kind = MediaKind.STICKER if image.get("render_as_sticker") is True else MediaKind.PHOTO
        url, preview = text(image.get("url")), text(image.get("preview_url"))
        return Attachment(kind, url, preview or url, title, count(image.get("width")), count(image.get("height")))
    if video:
        return Attachment(MediaKind.VIDEO, text(video.get("url")), text(video.get("preview_url")), title)
    audio = text(entry.get("mime_type"), 100).startswith("audio/")
    return Attachment(MediaKind.AUDIO if audio else MediaKind.FILE, text(entry.get("file_url")), title=title)


def _spot(message: Mapping[str, Any]) -> tuple[float, float] | None:
    for entry in mappings(message.get("attachments"))[:_MOST]:
        where = mapping(mapping(entry.get("payload")).get("coordinates"))
        coordinates = spot(where.get("lat"), where.get("long"))
        if coordinates:
            return coordinates
    return None


def spot(latitude: Any, longitude: Any) -> tuple[float, float] | None:
    """A place on the map, None for anything that is none."""
    lat, long = real(latitude), real(longitude)
    if lat is None or long is None or not -90 <= lat <= 90 or not -180 <= long <= 180:
        return None
    return lat, long
