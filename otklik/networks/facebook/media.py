"""Attachments and places on the map, in the shapes that Facebook has for them. Pure; never raises.

Addresses of pictures are signed and expire, so the product copies them as soon as it takes a text in.
"""

from collections.abc import Mapping
from typing import Any

from otklik.networks.base import Attachment, MediaKind
from otklik.networks.meta.messaging import spot
from otklik.networks.values import count, mapping, mappings, text

_MOST = 30
_TITLE = 300


def pushed_attachments(value: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """What a pushed change carries: `photo` or `photos`, `video`, or `link` whose meaning the item tells."""
    found: list[Attachment] = []
    photos = value.get("photos")
    told = [value.get("photo"), *(photos if isinstance(photos, list) else [])]
    found += [Attachment(MediaKind.PHOTO, url, url) for each in told[:_MOST] if (url := text(each))]
    video = text(value.get("video"))
    if video:
        found.append(Attachment(MediaKind.VIDEO, video))
    link = text(value.get("link"))
    if link and not found:
        kinds = {"photo": MediaKind.PHOTO, "video": MediaKind.VIDEO}
        kind = kinds.get(text(value.get("item"), 40), MediaKind.LINK)
        found.append(Attachment(kind, link, link if kind is MediaKind.PHOTO else ""))
    return tuple(found)


def attachments(item: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """What a listed post (`attachments`) or comment (`attachment`) carries; a post's `full_picture` if it has none."""
    listed = mappings(mapping(item.get("attachments")).get("data"))
    if isinstance(item.get("attachment"), dict):
        listed = [item["attachment"], *listed]
    found: list[Attachment] = []
    for entry in listed[:_MOST]:
        below = mappings(mapping(entry.get("subattachments")).get("data"))
        found += [_attachment(each) for each in (below or [entry])[:_MOST]]
    picture = text(item.get("full_picture"))
    if not found and picture:
        found.append(Attachment(MediaKind.PHOTO, picture, picture))
    return tuple(found[:_MOST])


def _attachment(entry: Mapping[str, Any]) -> Attachment:
    name = text(entry.get("type"), 60) or text(entry.get("media_type"), 60)
    media = mapping(entry.get("media"))
    image = mapping(media.get("image"))
    src = text(image.get("src"))
    width, height = count(image.get("width")), count(image.get("height"))
    url = text(entry.get("url")) or text(mapping(entry.get("target")).get("url"))
    title = text(entry.get("title"), _TITLE)
    if "sticker" in name:
        return Attachment(MediaKind.STICKER, src or url, src, title, width, height)
    if "video" in name:
        return Attachment(MediaKind.VIDEO, text(media.get("source")) or url, src, title, width, height)
    if "photo" in name or name in ("album", "cover_photo", "profile_media"):
        return Attachment(MediaKind.PHOTO, src or url, src, title, width, height)
    kind = MediaKind.LINK if url else MediaKind.OTHER
    return Attachment(kind, url, src, title or ("" if url else name), width, height)


def place_of(item: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude: of the named place, or bare coordinates."""
    where = mapping(mapping(item.get("place")).get("location"))
    bare = mapping(item.get("coordinates"))
    return spot(where.get("latitude"), where.get("longitude")) or spot(bare.get("latitude"), bare.get("longitude"))
