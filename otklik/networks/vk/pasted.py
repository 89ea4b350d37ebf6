"""What a link from the browser leads to: a post, a comment, a dialogue of a community, a person or a community."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from otklik.networks.base import Address
from otklik.networks.vk import address as at

MOST_LENGTH = 2000
HOSTS = frozenset({"vk.com", "vk.ru", "m.vk.com", "m.vk.ru", "www.vk.com", "www.vk.ru"})
_DIALOGUE = re.compile(r"gim(\d{1,18})(?:\?|$)")
_OWNER = re.compile(r"(id|club|public|event)(\d{1,18})")


def address_of(url: str, site: str = "") -> Address | None:
    """Reads `vk.com/wall-1_2?reply=3`, `m.vk.com/wall-1_2?w=…`, `vk.ru/feed?w=wall-1_2_r3`, `vk.com/gim1?sel=5`,
    `vk.com/id5`, with whatever else hangs on them. None for anything else, however broken. Pure.

    `site` is one more base under which the pages of this network stand (the sandbox's).
    """
    tail = _tail(url[:MOST_LENGTH], site)
    if tail is None:
        return None
    path, _mark, query = tail.partition("?")
    asked = parse_qs(query, max_num_fields=50) if query.count("&") < 50 else {}
    shown = asked.get("w", [""])[-1]
    wall = at.wall_address(shown) if shown else None
    wall = wall or at.wall_address(f"{path}?{query}" if query else path)
    if wall is not None:
        return Address(message=str(wall), thread=at.post_id(wall.owner, wall.post))
    overlay = asked.get("z", [""])[-1]
    beside = at.beside_address(f"{path}?{query}") or (at.beside_address(overlay) if overlay else None)
    if beside is not None:
        return Address(message=str(beside), thread=at.beside_id(beside.kind, beside.owner, beside.thing))
    if dialogue := _DIALOGUE.fullmatch(path):
        peer = asked.get("sel", [""])[-1]
        return Address(thread=at.dialogue_id(int(dialogue[1]), int(peer))) if _is_number(peer) else None
    owner = _OWNER.fullmatch(path)
    return Address(author=at.owner_id(int(owner[2]) if owner[1] == "id" else -int(owner[2]))) if owner else None


def _tail(url: str, site: str) -> str | None:
    """What stands behind the host: "wall-1_2?reply=3". None when the host is somebody else's."""
    text = url.strip()
    if site and text.startswith(f"{site}/"):
        return unquote(text.removeprefix(f"{site}/").partition("#")[0]).strip("/")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in HOSTS:
        return None
    return unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path).strip("/")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
