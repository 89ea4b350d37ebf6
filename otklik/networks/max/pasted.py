"""What a link from the browser leads to: a post or a comment of a channel, a dialogue, a person. Pure.

`https://max.ru/c/<chat>/<code>` is how messages name their own pages; `?comment=` behind it and `/im/<chat>` are how
our own links and the sandbox's pages are written, since MAX publishes no form for either.
"""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from otklik.networks.base import Address
from otklik.networks.max import address as at

MOST_LENGTH = 2000
HOSTS = frozenset({"max.ru", "www.max.ru", "web.max.ru", "m.max.ru"})
_POST = re.compile(r"c/(-?[0-9]{1,19})(?:/([A-Za-z0-9_.\-]{1,100}))?")
_TALK = re.compile(r"im/(-?[0-9]{1,19})")
_NAME = re.compile(r"@?([A-Za-z][A-Za-z0-9_\-]{1,63})")
_OURS = frozenset({"join", "c", "im", "app", "download", "login", "u"})  # words of the site, no names


def address_of(url: str, site: str = "") -> Address | None:
    """None for anything else, however broken. `site` is one more base of this network's pages (the sandbox's)."""
    text = url.strip()[:MOST_LENGTH]
    if user := re.fullmatch(r"max://user/([0-9]{1,19})", text):
        return Address(author=at.user_id(int(user[1])))
    path, query = _tail(text, site)
    if talk := _TALK.fullmatch(path):
        return Address(thread=at.dialogue_id(int(talk[1])))
    match = _POST.fullmatch(path)
    if not match:
        return None
    chat = int(match[1])
    if not match[2]:
        return Address(author=at.channel_id(chat))
    mid = at.mid_by(chat, match[2]) or (at.mid_of(match[2]) if match[2].startswith("mid.") else "")
    if not mid:
        return None
    asked = parse_qs(query, max_num_fields=50) if query.count("&") < 50 else {}
    comment = at.mid_of(asked.get("comment", [""])[-1])
    return Address(message=at.text_id(chat, mid, comment), thread=at.text_id(chat, mid))


def chat_of(url: str, site: str = "") -> int:
    """The channel that a link with its number leads to, 0 for any other text."""
    match = _POST.fullmatch(_tail(url.strip()[:MOST_LENGTH], site)[0])
    return int(match[1]) if match else 0


def name_of(typed: str, site: str = "") -> str:
    """The public name in `max.ru/some_name`, `@some_name` or `some_name`, "" when there is none."""
    text = typed.strip()[:MOST_LENGTH]
    path = _tail(text, site)[0] if "/" in text or "." in text else text
    match = _NAME.fullmatch(path)
    return match[1] if match and match[1] not in _OURS else ""


def _tail(text: str, site: str) -> tuple[str, str]:
    """What stands behind the host, and its query; ("", "") when the host is somebody else's."""
    if site and text.startswith(f"{site}/"):
        path, _mark, query = text.removeprefix(f"{site}/").partition("#")[0].partition("?")
        return unquote(path).strip("/"), query
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    if parts.scheme not in ("http", "https") or host not in HOSTS:
        return "", ""
    return unquote(parts.path).strip("/"), parts.query
