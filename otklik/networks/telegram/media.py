"""What hangs on a message, and places on the map. Pure; never raises.

A file has no public address: whoever wants it asks the network for it with the token (`files.py`). So `url` of an
attachment is `tg-file:<file id>`, which only this connector understands; the token is never a part of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from otklik.networks.base import Attachment, MediaKind
from otklik.networks.telegram.address import handle
from otklik.networks.values import count, mapping, mappings, number, real, text

FILE = "tg-file:"
_TITLE = 300
_MOST_LINKS = 20
_LONGEST_ID = 300
_MOST_PIECES = 2000  # of a rich text

_FILES: tuple[tuple[str, MediaKind], ...] = (
    ("video", MediaKind.VIDEO),
    ("animation", MediaKind.VIDEO),
    ("video_note", MediaKind.VIDEO),
    ("voice", MediaKind.AUDIO),
    ("audio", MediaKind.AUDIO),
    ("document", MediaKind.FILE),
    ("sticker", MediaKind.STICKER),
    ("live_photo", MediaKind.VIDEO),
)


def attachments(message: Mapping[str, Any], site: str) -> tuple[Attachment, ...]:
    """The files of one message, a named place, a poll, links hidden behind words, and what it forwards."""
    media = list(_photo(message.get("photo")))
    for name, kind in _FILES:
        # For the sake of old clients an animation is told once more as a document.
        if name == "document" and isinstance(message.get("animation"), dict):
            continue
        thing = message.get(name)
        if isinstance(thing, dict):
            media.append(_file(thing, kind))
    for name, words in (("venue", ("title", "address")), ("poll", ("question",))):
        thing = mapping(message.get(name))
        title = ", ".join(part for part in (text(thing.get(word), _TITLE) for word in words) if part)
        if title:
            media.append(Attachment(MediaKind.OTHER, title=title))
    media += _links(message)
    media += _forwarded(message, site)
    return tuple(media)


def coordinates(message: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude of the place that the message shows."""
    spot = mapping(message.get("location")) or mapping(mapping(message.get("venue")).get("location"))
    latitude, longitude = real(spot.get("latitude")), real(spot.get("longitude"))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude


def words(message: Mapping[str, Any]) -> str:
    """What the message says: its text, the caption of its files, or the words of a rich text."""
    message_text = text(message.get("text")) or text(message.get("caption"))
    return message_text or _rich(message.get("rich_message"))


def file_id(reference: str) -> str:
    """The file's id out of `tg-file:…`; "" for anything else."""
    bare_id = reference.removeprefix(FILE)
    return bare_id if bare_id != reference and 0 < len(bare_id) <= _LONGEST_ID else ""


def _photo(sizes: Any) -> Iterable[Attachment]:
    """One picture comes in several sizes; the largest is taken."""
    known = [size for size in mappings(sizes) if _url(size)]
    if known:
        largest = max(known, key=lambda size: count(size.get("width")) * count(size.get("height")))
        yield _file(largest, MediaKind.PHOTO)


def _file(thing: Mapping[str, Any], kind: MediaKind) -> Attachment:
    parts = (text(thing.get("performer"), _TITLE), text(thing.get("title"), _TITLE))
    title = text(thing.get("file_name"), _TITLE) or " — ".join(part for part in parts if part)
    title = title or text(thing.get("emoji"), 20)
    preview = _url(mapping(thing.get("thumbnail"))) or _url(mapping(thing.get("thumb")))
    return Attachment(kind, _url(thing), preview, title, count(thing.get("width")), count(thing.get("height")))


def _url(thing: Mapping[str, Any]) -> str:
    bare_id = text(thing.get("file_id"))
    return f"{FILE}{bare_id}" if 0 < len(bare_id) <= _LONGEST_ID else ""


def _links(message: Mapping[str, Any]) -> list[Attachment]:
    marks = mappings(message.get("entities")) or mappings(message.get("caption_entities"))
    hidden = [text(mark.get("url"), 2000) for mark in marks if mark.get("type") == "text_link"]
    return [Attachment(MediaKind.LINK, url) for url in hidden if url][:_MOST_LINKS]


def _forwarded(message: Mapping[str, Any], site: str) -> list[Attachment]:
    """Where a forwarded text comes from. A post that the network itself copies into its discussion is no forward."""
    if message.get("is_automatic_forward") is True:
        return []
    origin = mapping(message.get("forward_origin"))
    chat = mapping(origin.get("chat"))
    name, post = handle(chat.get("username")), number(origin.get("message_id"))
    if not name or not post or post < 0:
        return []
    return [Attachment(MediaKind.LINK, f"{site}/{name}/{post}", title=text(chat.get("title"), _TITLE))]


def _rich(message: Any) -> str:
    """The plain words of a rich message, block by block, without recursion: it may be nested as deep as it likes."""
    pieces: list[str] = []
    waiting: list[Any] = [mapping(message).get("blocks")]
    while waiting and len(pieces) < _MOST_PIECES:
        piece = waiting.pop()
        if isinstance(piece, str):
            pieces.append(piece)
        elif isinstance(piece, list):
            waiting += reversed(piece)
        elif isinstance(piece, dict):
            waiting += [piece.get(part) for part in ("blocks", "items", "cells", "summary", "text")]
    return text("".join(pieces), 20_000) if pieces else ""
