"""Pictures, videos, links and places that hang on a text. Pure; addresses are passed on as the network gave them."""

from collections.abc import Mapping
from typing import Any

from otklik.networks.base import Attachment, MediaKind
from otklik.networks.values import count, mapping, mappings, real, text
from otklik.networks.x import address as at
from otklik.networks.x import tweet

_KINDS = {"photo": MediaKind.PHOTO, "video": MediaKind.VIDEO, "animated_gif": MediaKind.VIDEO}
_MOST = 20
_SMALL = 0.05  # degrees: a place no larger than some kilometres tells where it happened


def attachments(item: Mapping[str, Any], includes: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """What is attached by key, then the links in the text (not those to other texts of the network)."""
    keys = mapping(item.get("attachments")).get("media_keys")
    wanted = [each for each in keys if isinstance(each, str)] if isinstance(keys, list) else []
    there = {text(each.get("media_key"), 60): each for each in mappings(includes.get("media"))}
    media = [_medium(there[key]) for key in wanted if key in there]
    media += [_link(each) for each in mappings(tweet.entities(item).get("urls")) if _is_link(each)]
    return tuple(media[:_MOST])


def _medium(media: Mapping[str, Any]) -> Attachment:
    kind = _KINDS.get(text(media.get("type"), 20), MediaKind.OTHER)
    url = text(media.get("url"))
    if kind is MediaKind.VIDEO:
        url = _largest(media) or url
    return Attachment(
        kind,
        url,
        text(media.get("preview_image_url")),
        text(media.get("alt_text"), 200),
        count(media.get("width")),
        count(media.get("height")),
    )


def _largest(media: Mapping[str, Any]) -> str:
    films = [each for each in mappings(media.get("variants")) if each.get("content_type") == "video/mp4"]
    films.sort(key=lambda each: count(each.get("bit_rate")) or count(each.get("bitrate")))
    return text(films[-1].get("url")) if films else ""


def _is_link(entity: Mapping[str, Any]) -> bool:
    shown = text(entity.get("expanded_url"), 2000)
    host = shown.partition("://")[2].partition("/")[0].lower()
    return bool(shown) and "media_key" not in entity and host not in at.HOSTS


def _link(entity: Mapping[str, Any]) -> Attachment:
    images = mappings(entity.get("images"))
    preview = text(images[0].get("url")) if images else ""
    return Attachment(MediaKind.LINK, text(entity.get("expanded_url")), preview, text(entity.get("title"), 200))


def in_message(data: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The one attachment of a pushed direct message."""
    attached = mapping(data.get("attachment"))
    media = mapping(attached.get("media"))
    if not media:
        return ()
    address = text(media.get("media_url_https"))
    kind = _KINDS.get(text(media.get("type"), 20), MediaKind.OTHER)
    film = _largest({"variants": mapping(media.get("video_info")).get("variants")})
    return (Attachment(kind, film or address, address if film else ""),)


def coordinates(item: Mapping[str, Any], includes: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude: the point itself (longitude comes first there), or the middle of a small place."""
    geo = mapping(item.get("geo"))
    point = mapping(geo.get("coordinates")).get("coordinates")
    if isinstance(point, list) and len(point) == 2:
        return _checked(real(point[1]), real(point[0]))
    wanted = text(geo.get("place_id"), 60)
    for place in mappings(includes.get("places")):
        box = mapping(place.get("geo")).get("bbox")
        if wanted and place.get("id") == wanted and isinstance(box, list) and len(box) == 4:
            return _middle([real(each) for each in box])
    return None


def _middle(box: list[float | None]) -> tuple[float, float] | None:
    west, south, east, north = box
    if west is None or south is None or east is None or north is None:
        return None
    if not (0 <= east - west <= _SMALL and 0 <= north - south <= _SMALL):
        return None
    return _checked((south + north) / 2, (west + east) / 2)


def _checked(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return latitude, longitude
