"""Attachments, places on the map and what a message forwards. Pure; never raises."""

from collections.abc import Mapping
from typing import Any

from otklik.networks.base import Attachment, MediaKind
from otklik.networks.values import count, mapping, mappings, real, text

_MOST = 30
_TITLE = 300
_KINDS = {
    "image": MediaKind.PHOTO,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
    "file": MediaKind.FILE,
    "share": MediaKind.LINK,
    "sticker": MediaKind.STICKER,
}
_NOTHING = frozenset({"inline_keyboard", "reply_keyboard", "data", "location"})  # buttons, or told elsewhere


def attachments(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The attachments of a message, and of a message that it forwards with the beginning of the other's words."""
    found = [_one(item) for item in _listed(mapping(message.get("body")))]
    link = mapping(message.get("link"))
    if link.get("type") == "forward":
        body = mapping(link.get("message"))
        found.append(Attachment(MediaKind.OTHER, title=text(body.get("text"), _TITLE)))
        found += [_one(item) for item in _listed(body)]
    return tuple(found[:_MOST])


def coordinates(message: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude; they stand on the attachment itself, not in its payload."""
    for item in mappings(mapping(message.get("body")).get("attachments"))[:_MOST]:
        north, east = real(item.get("latitude")), real(item.get("longitude"))
        if item.get("type") == "location" and north is not None and east is not None:
            return (north, east) if -90 <= north <= 90 and -180 <= east <= 180 else None
    return None


def _listed(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [item for item in mappings(body.get("attachments"))[:_MOST] if text(item.get("type"), 40) not in _NOTHING]


def _one(item: Mapping[str, Any]) -> Attachment:
    told = text(item.get("type"), 40)
    kind, payload = _KINDS.get(told, MediaKind.OTHER), mapping(item.get("payload"))
    url = text(payload.get("url"))
    preview = text(mapping(item.get("thumbnail")).get("url")) or text(item.get("image_url"))
    if kind in (MediaKind.PHOTO, MediaKind.STICKER):
        preview = preview or url
    title = text(item.get("filename"), _TITLE) or text(item.get("title"), _TITLE)
    title = title or (told if kind is MediaKind.OTHER else "")
    return Attachment(kind, url, preview, title, count(item.get("width")), count(item.get("height")))
