"""Attachments in the shapes that Odnoklassniki has for them: blocks of a topic, of a comment, of a message. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from otklik.networks.base import Attachment, MediaKind
from otklik.networks.ok.markup import plain
from otklik.networks.values import count, mapping, mappings, text

_MOST = 30  # more than any text of the network can hold
_PREVIEW_SIDE = 700
_TITLE = 300
_SIDE = re.compile(r"pic_?(\d{2,5})(?:x(\d{2,5})|max|min)?")
_PHOTO_LISTS = ("group_photos", "user_photos", "photos", "attachment_photos", "photo")
_MOVIE_LISTS = ("movies", "videos", "attachment_movies", "movie", "video")
_BOT_KINDS = {"IMAGE": MediaKind.PHOTO, "VIDEO": MediaKind.VIDEO, "AUDIO": MediaKind.AUDIO, "SHARE": MediaKind.LINK}

Resources = Mapping[str, Mapping[str, Any]]


def resources(answer: Mapping[str, Any]) -> Resources:
    """Photos and films that an answer describes beside its texts, by their bare number and by their whole reference."""
    resources_by_key: dict[str, Mapping[str, Any]] = {}
    for holder in (answer, mapping(answer.get("entities")), mapping(answer.get("resources"))):
        for name in (*_PHOTO_LISTS, *_MOVIE_LISTS):
            for thing in mappings(holder.get(name))[:500]:
                for key in (thing.get("id"), thing.get("ref"), thing.get("attachment_id")):
                    if isinstance(key, str) and key:
                        resources_by_key[key] = resources_by_key[key.rpartition(":")[2]] = {
                            "movie": name in _MOVIE_LISTS,
                            **thing,
                        }
    return resources_by_key


def of_topic(item: Mapping[str, Any], known: Resources) -> tuple[Attachment, ...]:
    """Everything but the text blocks of a topic."""
    attachments: list[Attachment] = []
    for block in mappings(item.get("media"))[:_MOST]:
        kind = text(block.get("type"), 40).lower().replace("_", "-")
        if kind != "text":
            attachments += _block(kind, block, known)
    return tuple(attachments[:_MOST])


def of_comment(item: Mapping[str, Any], known: Resources) -> tuple[Attachment, ...]:
    """What hangs on a comment: whole objects, or numbers that `known` resolves."""
    listed = item.get("attachments")
    entries = listed if isinstance(listed, list) else mapping(listed).get("attachments")
    attachments = [_thing(entry, known) for entry in (entries if isinstance(entries, list) else [])[:_MOST]]
    return tuple(each for each in attachments if each)


def of_message(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The Bot API's attachments: one shape for all kinds."""
    attachments = []
    for entry in mappings(message.get("attachments"))[:_MOST]:
        kind, url = text(entry.get("type"), 40).upper(), text(mapping(entry.get("payload")).get("url"))
        preview = url if kind == "IMAGE" else ""
        attachments.append(Attachment(_BOT_KINDS.get(kind, MediaKind.OTHER), url, preview, "" if url else kind.lower()))
    return tuple(attachments)


def unresolved(item: Mapping[str, Any]) -> list[str]:
    """Numbers of a comment's attachments that come without an address of their own."""
    listed = item.get("attachments")
    entries = listed if isinstance(listed, list) else []
    numbers = [entry if isinstance(entry, str) else _bare(mapping(entry)) for entry in entries[:_MOST]]
    return [each for each in numbers if each]


def _bare(entry: Mapping[str, Any]) -> str:
    shown = _pictures(entry) or text(entry.get("url")) or text(entry.get("thumbnail_url"))
    return "" if shown else text(entry.get("id"), 100)


def _block(kind: str, block: Mapping[str, Any], known: Resources) -> list[Attachment]:
    if "photo" in kind:
        refs = [*_texts(block.get("photo_refs")), *_texts(block.get("media_photo_refs"))]
        listed = mappings(block.get("photos")) or mappings(block.get("list"))
        return [_photo(known.get(ref, {})) for ref in refs] or [_photo(each) for each in listed]
    if "movie" in kind or "video" in kind:
        refs = [*_texts(block.get("movie_refs")), *_texts(block.get("media_movie_refs"))]
        listed = mappings(block.get("movies")) or mappings(block.get("list"))
        return [_movie(known.get(ref, {})) for ref in refs] or [_movie(each) for each in listed]
    if "link" in kind:
        address = text(block.get("url")) or text(block.get("media_url"))
        words = text(block.get("title"), _TITLE) or text(block.get("description"), _TITLE)
        return [Attachment(MediaKind.LINK, address, title=words)]
    words = plain(text(block.get("title")) or text(block.get("question")) or text(block.get("text")))[:_TITLE]
    return [Attachment(MediaKind.OTHER, text(block.get("url")), title=words or kind)]


def _thing(entry: Any, known: Resources) -> Attachment | None:
    if isinstance(entry, str):
        resource = known.get(entry, known.get(entry.rpartition(":")[2]))
        return _resolved(resource) if resource else Attachment(MediaKind.OTHER)
    if not isinstance(entry, dict):
        return None
    number = text(entry.get("id"), 100)
    whole = {**known.get(number, known.get(number.rpartition(":")[2], {})), **entry}
    return _resolved(whole)


def _resolved(thing: Mapping[str, Any]) -> Attachment:
    kind = text(thing.get("type"), 40).upper()
    if "PHOTO" in kind or (not kind and _pictures(thing)):
        return _photo(thing)
    if "MOVIE" in kind or "VIDEO" in kind or thing.get("movie") is True:
        return _movie(thing)
    if "AUDIO" in kind or "MUSIC" in kind:
        return Attachment(MediaKind.AUDIO, text(thing.get("url")), title=text(thing.get("title"), _TITLE))
    if "LINK" in kind or "SHARE" in kind:
        return Attachment(MediaKind.LINK, text(thing.get("url")), title=text(thing.get("title"), _TITLE))
    return Attachment(MediaKind.OTHER, text(thing.get("url")), title=text(thing.get("title"), _TITLE) or kind.lower())


def _photo(photo: Mapping[str, Any]) -> Attachment:
    pictures = _pictures(photo)
    if not pictures:
        url = text(photo.get("url"))
        return Attachment(MediaKind.PHOTO, url, url, text(photo.get("text"), _TITLE))
    width, height = count(photo.get("standard_width")), count(photo.get("standard_height"))
    small = [each for each in pictures if each[0] <= _PREVIEW_SIDE]
    preview = (small or pictures)[-1][1]
    return Attachment(MediaKind.PHOTO, pictures[-1][1], preview, text(photo.get("text"), _TITLE), width, height)


def _movie(movie: Mapping[str, Any]) -> Attachment:
    pictures = [text(movie.get(name)) for name in ("big_thumbnail_url", "thumbnail_url", "thumbnail")]
    preview = next((each for each in pictures if each), "")
    url = text(movie.get("permalink")) or text(movie.get("url"))
    return Attachment(MediaKind.VIDEO, url, preview, text(movie.get("title"), _TITLE))


def _pictures(photo: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Addresses of a photo by the longest side that their names promise, smallest first."""
    pictures = []
    for name, value in list(photo.items())[:100]:
        match = _SIDE.fullmatch(name) if isinstance(name, str) else None
        if match and isinstance(value, str) and text(value):
            pictures.append((max(int(match[1]), int(match[2] or 0)), text(value)))
    return sorted(pictures)


def _texts(value: Any) -> Iterable[str]:
    return [each for each in value if isinstance(each, str)][:_MOST] if isinstance(value, list) else []
