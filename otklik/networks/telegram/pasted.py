"""What a link from the browser leads to. Only links that carry the chat's number can be read without asking."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Address
from otklik.networks.errors import NotSupported
from otklik.networks.telegram import address as at

MOST_LENGTH = 2000
HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog", "www.t.me"})
_NUMBERED = re.compile(r"c/([1-9]\d{0,14})(?:/([1-9]\d{0,14}))?(?:/([1-9]\d{0,14}))?")
_NAMED = re.compile(r"(?:s/)?[A-Za-z][A-Za-z0-9_]{3,31}(?:/[1-9]\d{0,14}){0,2}")
_DIALOGUE = re.compile(r"im/([1-9]\d{0,15})/([1-9]\d{0,15})")  # the sandbox's: the network has no such links
_NUMBER = re.compile(r"[1-9]\d{0,14}")


def address_of(url: str, site: str = "") -> Address | None:
    """Reads `t.me/c/1234567/89`, with the thread in the middle or behind (`?thread=`). None for anything else, however
    broken. Pure. NotSupported for links with a name: nobody but the network knows whose it is now.

    `site` is one more base under which the pages of this network stand (the sandbox's).
    """
    tail = _tail(url[:MOST_LENGTH], site)
    if tail is None:
        return None
    path, _mark, query = tail.partition("?")
    if talk := _DIALOGUE.fullmatch(path):
        return Address(thread=at.dialogue_id(int(talk[1]), int(talk[2])))
    match = _NUMBERED.fullmatch(path)
    if match is None:
        if _NAMED.fullmatch(path):
            raise NotSupported(_("По ссылке с именем Telegram не говорит номера чата: вставьте ссылку вида t.me/c/…"))
        return None
    chat = at.chat_of(int(match[1]))
    if not match[2]:
        return Address(author=at.author_id(chat))
    named = int(match[3] or match[2])
    thread = int(match[2]) if match[3] else _asked(query) or named
    return Address(message=at.message_id(chat, named), thread=at.message_id(chat, thread))


def address_beside(url: str, known: str, known_url: str) -> Address | None:
    """Reads `t.me/name/3?comment=45`, a comment in a channel's discussion, and `t.me/name/45` where `known_url` has the
    same name, as standing in the chat of the text `known`. None for anything else. Pure."""
    place = at.message_address(known)
    path, _mark, query = (_tail(url[:MOST_LENGTH], "") or "").partition("?")
    if place is None or not _NAMED.fullmatch(path):
        return None
    name, _slash, number = path.removeprefix("s/").rpartition("/")
    if comment := _asked(query, "comment"):
        return Address(message=at.message_id(place.chat, comment))
    same = name and (_tail(known_url, "") or "").partition("/")[0] == name.partition("/")[0]
    return Address(message=at.message_id(place.chat, int(number))) if same else None


def _asked(query: str, name: str = "thread") -> int:
    if query.count("&") >= 50:
        return 0
    parameter = parse_qs(query, max_num_fields=50).get(name, [""])[-1]
    return int(parameter) if _NUMBER.fullmatch(parameter) else 0


def _tail(url: str, site: str) -> str | None:
    """What stands behind the host: "c/12/3?thread=2". None when the host is somebody else's."""
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
