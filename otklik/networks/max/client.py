"""Calls to MAX: the token bare in a header, JSON both ways, answers or errors of our own classes.

Nothing here repeats a call: whoever called decides by the class of the error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from otklik.lib.http import Reply
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json
from otklik.networks.errors import NeedsPerson, unsure
from otklik.networks.max import address as at
from otklik.networks.max.failures import SHORT, failure, refused_softly
from otklik.networks.values import dump, read
from otklik.networks.wire import exchange

TITLE = "MAX"
BOT = "bot"
_LONGEST_REST = 3600
Query = Mapping[str, int | str | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """`json` is the JSON object; `body` the answer as it came."""

    json: Mapping[str, Any]
    body: bytes


def ask(access: Access, path: str, query: Query | None = None, *, wait: float | None = None) -> Answer:
    """A GET. An unclear outcome is RetryAt. `wait` is how long the answer may take, in seconds."""
    return _call(access, "GET", path, query or {}, None, write=False, wait=wait)


def prepare(access: Access, path: str, query: Query, body: Mapping[str, Json] | None = None) -> Answer:
    """A POST that nobody sees and that may be repeated: a subscription, an address for an upload."""
    return _call(access, "POST", path, query, dump(dict(body)) if body else None, write=False)


def tell(access: Access, path: str, query: Query, body: Mapping[str, Json]) -> Answer:
    """A POST that the world can see. An unclear outcome is OutcomeUnknown."""
    return _call(access, "POST", path, query, dump(dict(body)), write=True)


def path_of(*parts: str | int) -> str:
    """A path of parts that may hold any sign."""
    return "/" + "/".join(quote(str(part), safe="") for part in parts)


def site_of(access: Access) -> str:
    """The base of public links, without a slash at the end."""
    site = access.options.get("site")
    return site.rstrip("/") if isinstance(site, str) and site else at.SITE


def whole_option(access: Access, name: str, default: int, least: int, most: int) -> int:
    """A number among the account's options, held between `least` and `most`."""
    value = access.options.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return max(least, min(value, most))


def _call(
    access: Access, method: str, path: str, query: Query, body: bytes | None, *, write: bool, wait: float | None = None
) -> Answer:
    token = access.tokens.get(BOT)
    if not token:
        raise NeedsPerson(_("У аккаунта MAX нет ключа бота: впишите его в настройках аккаунта"))
    query_string = urlencode({name: value for name, value in query.items() if value is not None})
    reply = exchange(
        access,
        TITLE,
        method,
        access.base.rstrip("/") + path + (f"?{query_string}" if query_string else ""),
        write=write,
        token=BOT,
        body=body,
        headers={"Authorization": token},
        read_timeout=wait,
    )
    return _understood(access, reply, write=write)


def _understood(access: Access, reply: Reply, *, write: bool) -> Answer:
    body = read(reply.body)
    if 200 <= reply.status < 300:
        if not isinstance(body, dict):
            raise unsure(_("MAX ответила непонятно"), write=write, code=f"HTTP {reply.status}")
        if not refused_softly(body):
            return Answer(body, reply.body)
    after = _pause(reply)
    if reply.status == 429:
        access.rest(BOT, after)
    raise failure(reply.status, body, write=write, after=after)


def _pause(reply: Reply) -> timedelta:
    """How long a limit lasts. No header is documented; the usual one is believed where it comes."""
    retry_after = {name.lower(): value for name, value in reply.headers.items()}.get("retry-after", "")
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 6:
        return timedelta(seconds=min(max(int(retry_after), 1), _LONGEST_REST))
    return SHORT
