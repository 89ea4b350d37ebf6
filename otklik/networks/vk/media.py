"""Attachments and places on the map, in all the shapes that VKontakte has had for them. Pure; never raises."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from otklik.networks.base import Attachment, MediaKind
from otklik.networks.values import count, mapping, mappings, real, text

_MOST = 30  # more than any post of the network can hold
_PREVIEW_SIDE = 700
_TITLE = 300
_OLD_SIZE = re.compile("photo_[0-9]{1,5}")


def attachments(item: Mapping[str, Any], site: str) -> tuple[Attachment, ...]:
    """The attachments of a text, and what it forwards or reposts as links with a piece of the other's words."""
    media = [_attachment(entry, site) for entry in mappings(item.get("attachments"))[:_MOST]]
    media += [_quoted(entry, site) for entry in mappings(item.get("copy_history"))[:_MOST]]
    media += [_quoted(entry, site) for entry in mappings(item.get("fwd_messages"))[:_MOST]]
    return tuple(media)


def coordinates(item: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude of the text itself, or of the first photo that has them.

    Posts write "55.75 37.61", messages an object.
    """
    shape = mapping(item.get("geo")).get("coordinates")
    if isinstance(shape, str):
        pair = _pair(*_floats(shape))
    else:
        pair = _pair(mapping(shape).get("latitude"), mapping(shape).get("longitude"))
    if pair:
        return pair
    photos = (mapping(entry.get("photo")) for entry in mappings(item.get("attachments"))[:_MOST])
    return next((photo_pair for photo in photos if (photo_pair := _pair(photo.get("lat"), photo.get("long")))), None)


def _attachment(entry: Mapping[str, Any], site: str) -> Attachment:
    kind = text(entry.get("type"), 40)
    thing = mapping(entry.get(kind))
    if kind in ("photo", "posted_photo"):
        return _photo(thing)
    if kind == "video":
        return _video(thing, site)
    if kind == "doc":
        preview = _preview(_sizes(mapping(mapping(thing.get("preview")).get("photo"))))
        return Attachment(MediaKind.FILE, text(thing.get("url")), preview, text(thing.get("title"), _TITLE))
    if kind in ("audio", "audio_message"):
        return _audio(thing)
    if kind == "link":
        preview = _preview(_sizes(mapping(thing.get("photo"))))
        return Attachment(MediaKind.LINK, text(thing.get("url")), preview, text(thing.get("title"), _TITLE))
    if kind in ("sticker", "graffiti"):
        return _sticker(thing)
    if kind in ("wall", "wall_reply"):
        return _quoted(thing, site)
    title = text(thing.get("title"), _TITLE) or text(thing.get("question"), _TITLE) or kind
    return Attachment(MediaKind.OTHER, text(thing.get("url")), title=title)


Size = tuple[str, int, int]


def _photo(photo: Mapping[str, Any]) -> Attachment:
    sizes = _sizes(photo)
    url, width, height = _largest(sizes)
    return Attachment(MediaKind.PHOTO, url, _preview(sizes), text(photo.get("text"), _TITLE), width, height)


def _video(video: Mapping[str, Any], site: str) -> Attachment:
    owner, number = video.get("owner_id"), video.get("id")
    known = isinstance(owner, int) and isinstance(number, int)
    preview, width, height = _largest(_of(video.get("image")) or _sizes(video))
    title = text(video.get("title"), _TITLE)
    url = f"{site}/video{owner}_{number}"[:100] if known else ""
    return Attachment(MediaKind.VIDEO, url, preview, title, width, height)


def _audio(audio: Mapping[str, Any]) -> Attachment:
    url = text(audio.get("url")) or text(audio.get("link_mp3")) or text(audio.get("link_ogg"))
    names = (text(audio.get("artist"), _TITLE), text(audio.get("title"), _TITLE))
    return Attachment(MediaKind.AUDIO, url, title=" — ".join(name for name in names if name))


def _sticker(thing: Mapping[str, Any]) -> Attachment:
    images = _of(thing.get("images")) or _sizes(thing)
    largest, width, height = _largest(images)
    url = largest or text(thing.get("url"))
    return Attachment(MediaKind.STICKER, url, url, width=width, height=height)


def _quoted(item: Mapping[str, Any], site: str) -> Attachment:
    """A text of somebody else that this one carries: never mixed into the writer's own words."""
    owner = item.get("owner_id", item.get("to_id"))
    post, reply = item.get("post_id", item.get("id")), item.get("id") if "post_id" in item else None
    url = f"{site}/wall{owner}_{post}" if type(owner) is int and type(post) is int and "peer_id" not in item else ""
    if url and type(reply) is int:
        url += f"?reply={reply}"
    return Attachment(MediaKind.LINK if url else MediaKind.OTHER, url[:200], title=text(item.get("text"), _TITLE))


def _sizes(photo: Mapping[str, Any]) -> list[Size]:
    """Every picture that a photo object lists: `sizes`, `orig_photo`, and the `photo_604` keys of old answers."""
    original = photo.get("orig_photo")
    listed = _of(photo.get("sizes")) + _of([original] if original else [])
    if listed:
        return listed
    old = [(int(key[6:]), value) for key, value in photo.items() if _OLD_SIZE.fullmatch(key)]
    return [(text(value), side, side) for side, value in sorted(old, key=_side) if text(value)]


def _side(entry: tuple[int, Any]) -> int:
    return entry[0]


def _of(images: Any) -> list[Size]:
    sizes = []
    for image in mappings(images)[:_MOST]:
        url = text(image.get("url")) or text(image.get("src"))
        if url:
            sizes.append((url, count(image.get("width")), count(image.get("height"))))
    return sizes


def _largest(sizes: Iterable[Size]) -> Size:
    """By area, since the letters of sizes have no reliable order; of equals the last one listed."""
    best: Size = ("", 0, 0)
    for size in sizes:
        if size[1] * size[2] >= best[1] * best[2]:
            best = size
    return best


def _preview(sizes: list[Size]) -> str:
    small = [size for size in sizes if max(size[1], size[2]) <= _PREVIEW_SIDE]
    return _largest(small or sizes)[0]


def _floats(shape: str) -> tuple[float | None, float | None]:
    parts = shape.replace(",", " ").split()
    try:
        return (float(parts[0]), float(parts[1])) if len(parts) == 2 else (None, None)
    except ValueError:
        return None, None


def _pair(latitude: Any, longitude: Any) -> tuple[float, float] | None:
    north, east = real(latitude), real(longitude)
    if north is None or east is None or not (-90 <= north <= 90 and -180 <= east <= 180):
        return None
    return None if north == 0 == east else (north, east)
