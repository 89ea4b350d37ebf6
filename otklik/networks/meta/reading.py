"""Values as Meta writes them: ids that are texts or numbers, three kinds of time, pages with tokens in their links.

Pure; every helper answers a plain default, none raises.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from otklik.networks.base import Access, Json
from otklik.networks.meta.side import is_id, is_number
from otklik.networks.values import digest, mapping, moment, number, text

_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_DEEPEST = 30  # no answer of the network is nested more
_SECRETS = frozenset({"access_token", "appsecret_proof"})
_SHORT = 12
_MILLISECONDS = 100_000_000_000  # seconds of the year 5138: a bigger number counts thousandths


def ident(value: Any) -> str:
    """An id, plain or composed, as text; "" for anything else. Old payloads write numbers."""
    if (whole := number(value)) is not None:
        return str(whole) if whole > 0 else ""
    return value if isinstance(value, str) and is_id(value) else ""


def number_id(value: Any) -> str:
    """The id of a page or person: never composed."""
    raw_id = ident(value)
    return raw_id if is_number(raw_id) else ""


def when(value: Any) -> datetime | None:
    """A time in any of Meta's three spellings: `2021-07-21T21:05:14+0000`, seconds, milliseconds."""
    if isinstance(value, str):
        match = _ISO.fullmatch(value)
        if not match:
            return None
        try:
            return datetime.fromisoformat(match[1] + ("+00:00" if match[2] == "Z" else match[2])).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    whole = number(value)
    return moment(whole // 1000 if whole is not None and whole > _MILLISECONDS else whole)


def scrubbed(value: Any, depth: int = 0) -> Json:
    """The same without links to other pages: they carry the token. What is nested too deep becomes None."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [scrubbed(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value if value is None or isinstance(value, bool | int | float | str) else None
    return {
        name: {"cursors": scrubbed(dict(mapping(mapping(item).get("cursors"))), depth + 1)}
        if name == "paging"
        else scrubbed(item, depth + 1)
        for name, item in value.items()
        if name not in _SECRETS
    }


def next_page(answer: Mapping[str, Any]) -> dict[str, str]:
    """What to ask for the next page, without secrets; {} after the last one.

    Most edges page by `after`, some by time: the link to the next page tells, and its token is left out.
    """
    paging = mapping(answer.get("paging"))
    link = paging.get("next")
    if not isinstance(link, str):
        return {}
    after = text(mapping(paging.get("cursors")).get("after"), 2000)
    if after:
        return {"after": after}
    try:
        query = parse_qsl(urlsplit(link).query, max_num_fields=40)
    except ValueError:
        return {}
    return {name: value for name, value in query if name in ("until", "since", "__paging_token", "after") and value}


def fingerprint(*parts: Any) -> str:
    """A short mark of how a text stands now."""
    return digest(*parts)[:_SHORT]


def whole_option(access: Access, name: str, default: int, least: int, most: int) -> int:
    """A number among the account's options, held between `least` and `most`."""
    value = access.options.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return max(least, min(value, most))
