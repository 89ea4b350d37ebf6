"""What a link from the browser leads to: a topic, a comment under it, a dialogue, a person or a group. Pure."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from otklik.networks.base import Address
from otklik.networks.ok import address as at

MOST_LENGTH = 2000
HOSTS = frozenset({"ok.ru", "www.ok.ru", "m.ok.ru", "odnoklassniki.ru", "www.odnoklassniki.ru", "m.odnoklassniki.ru"})
_TOPIC = re.compile(r"(?:(?:group/)?[A-Za-z0-9._-]{1,64}/)?topic/([0-9]{1,20})")
_GROUP = re.compile(r"group/([0-9]{1,20})(?:/.*)?")
_PERSON = re.compile(r"profile/([0-9]{1,20})(?:/.*)?")
_CHAT = re.compile(r"messages/(C[A-Za-z0-9]{4,40})")


def address_of(url: str, site: str = "") -> Address | None:
    """Reads `ok.ru/group/1/topic/2`, `m.ok.ru/name/topic/2?…`, `ok.ru/profile/5`, `ok.ru/group/1`. None for anything
    else, however broken.

    The network's own links name no comment; ours name it after the question mark. `site` is one more base under which
    the pages of this network stand (the sandbox's).
    """
    tail = _tail(url[:MOST_LENGTH], site)
    if tail is None:
        return None
    path, query = tail
    if match := _TOPIC.fullmatch(path):
        asked = parse_qs(query, max_num_fields=50) if query.count("&") < 50 else {}
        comment = at.comment_of(asked.get("comment", [""])[-1])
        return Address(message=str(at.TopicAddress(match[1], comment)), thread=at.topic_id(match[1]))
    if match := _CHAT.fullmatch(path):
        return Address(thread=at.dialogue_id(match[1]))
    for pattern, kind in ((_GROUP, "group"), (_PERSON, "user")):
        if match := pattern.fullmatch(path):
            return Address(author=f"{kind}:{match[1]}")
    return None


def _tail(url: str, site: str) -> tuple[str, str] | None:
    """Path and query behind the host. None when the host is somebody else's."""
    text = url.strip()
    if site and text.startswith(f"{site}/"):
        path, _mark, query = text.removeprefix(f"{site}/").partition("#")[0].partition("?")
        return unquote(path).strip("/"), query
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in HOSTS:
        return None
    return unquote(parts.path).strip("/"), parts.query
