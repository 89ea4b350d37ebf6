"""What a link from the browser leads to: a text, a dialogue or a person."""

import re
from urllib.parse import unquote, urlsplit

from otklik.networks.base import Address
from otklik.networks.x import address as at

MOST_LENGTH = 2000
_TEXT = re.compile(r"(?:i/web|i|[A-Za-z0-9_]{1,15})/status(?:es)?/([1-9][0-9]{0,18})(?:/.*)?", re.ASCII)
_PERSON = re.compile(r"i/user/([1-9][0-9]{0,18})", re.ASCII)


def address_of(url: str, site: str = "") -> Address | None:
    """Reads `x.com/name/status/1`, `x.com/i/web/status/1/photo/1`, `x.com/i/user/5`, also on twitter.com, with
    whatever else hangs on them. None for anything else, however broken. Pure.

    A dialogue's link does not say which of the two is ours, and a person's name is no number: they lead nowhere.
    `site` is one more base under which the pages of this network stand (the sandbox's).
    """
    path = _path(url[:MOST_LENGTH], site)
    if path is None:
        return None
    if match := _TEXT.fullmatch(path):
        return Address(message=at.post_id(match[1]))
    if match := _PERSON.fullmatch(path):
        return Address(author=match[1])
    return None


def _path(url: str, site: str) -> str | None:
    text = url.strip()
    if site and text.startswith(f"{site}/"):
        tail = text.removeprefix(f"{site}/")
        return unquote(re.split(r"[?#]", tail, maxsplit=1)[0]).strip("/")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in at.HOSTS:
        return None
    return unquote(parts.path).strip("/")
