"""What an answer of Instagram's Graph API holds, told by its shape alone. Pure; nothing here raises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from otklik.networks.meta.reading import ident, number_id
from otklik.networks.meta.shapes import hung
from otklik.networks.values import mapping, text

_OF_MEDIA = frozenset({"caption", "media_type", "media_product_type", "media_url", "comments_count", "shortcode"})
_BELOW = ("media", "stories", "tags", "recent_media", "top_media", "mentioned_media", "mentioned_comment", "live_media")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Writing:
    """A publication, or a comment where `media` is not "": what it stands under, or its own id for want of it."""

    item: Mapping[str, Any]
    media: str = ""
    permalink: str = ""


def texts_in(objects: Iterable[Mapping[str, Any]], depth: int = 0) -> list[Writing]:
    """Publications and comments among these objects, each with the comments that hang on it."""
    text_items: list[Writing] = []
    for item in objects:
        thing = ident(item.get("id"))
        if depth > _DEEPEST:
            continue
        if thing and isinstance(item.get("text"), str) and not _OF_MEDIA & item.keys():
            above = mapping(item.get("media"))
            text_items += _comment(item, ident(above.get("id")) or ident(item.get("parent_id")) or thing, _link(above))
            continue
        if thing and _OF_MEDIA & item.keys():
            text_items.append(Writing(item))
            text_items += [each for below in hung(item, "comments") for each in _comment(below, thing, _link(item))]
        # The account that was looked at, or whose texts these are, stands around them.
        around = mapping(item.get("business_discovery")) or item
        text_items += texts_in([*hung(around, *_BELOW)] if not isinstance(item.get("text"), str) else [], depth + 1)
    return text_items


def _link(item: Mapping[str, Any]) -> str:
    return text(item.get("permalink"), 500)


def _comment(item: Mapping[str, Any], media: str, link: str, above: str = "", depth: int = 0) -> list[Writing]:
    """A comment with its answers, which the network lists under it without telling what they answer."""
    thing = ident(item.get("id"))
    if not thing or depth > _DEEPEST:
        return []
    comment = {**item, "parent_id": item.get("parent_id") or above} if above else item
    below = hung(item, "replies")
    return [
        Writing(comment, media, link),
        *(each for it in below for each in _comment(it, media, link, thing, depth + 1)),
    ]


def writer_of(item: Mapping[str, Any]) -> tuple[str, str]:
    """The id and name of who wrote; the name has to do where it alone is told, and else everybody is somebody else."""
    writers = [mapping(item.get(name)) for name in ("from", "user", "owner")]
    names = [text(each.get("username"), 100) for each in writers]
    name = next((candidate for candidate in (text(item.get("username"), 100), *names) if candidate), "")
    writer_id = next((one for each in writers if (one := number_id(each.get("id")))), "")
    return writer_id or (f"@{name}" if name else f"hidden:{ident(item.get('id'))}"), name
