"""Reading what a network says without trusting its shape: every helper answers a plain default, none raises."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from otklik.lib.text import clean
from otklik.networks.base import Json

_BIG = 2**63  # no id of the network is longer; a longer one would only fill our columns


def read(body: bytes) -> Json:
    """The JSON in these bytes, or None for anything that is not JSON.

    ValueError covers broken text, wrong encodings and integers of thousands of digits; RecursionError deep nesting.
    NaN and Infinity are not JSON and become None in their place.
    """
    try:
        value: Json = json.loads(body, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return value


def dump(value: Json) -> bytes:
    """The value as UTF-8 JSON; lone surrogates are written as escapes. b"" for a value too deep to write."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return b""


def digest(*parts: Any) -> str:
    """A short fingerprint of plain values; the same parts give the same text in every process."""
    text = json.dumps(parts, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects among the items of a list; everything else is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def number(value: Any) -> int | None:
    """A whole number of a sane size. True is not a number, and neither is "12"."""
    if isinstance(value, bool) or not isinstance(value, int) or not -_BIG < value < _BIG:
        return None
    return value


def count(value: Any) -> int:
    """A counter: a whole number from zero up to what a column holds, 0 for anything else."""
    counter = number(value) or 0
    return counter if 0 < counter < 2**31 else 0


def real(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        real_number = float(value)
    except OverflowError:
        return None
    return real_number if math.isfinite(real_number) else None


def text(value: Any, limit: int = 0) -> str:
    """A string that every database takes, cut to `limit` characters (0 = not cut). "" for anything else."""
    return clean(value, limit or None) if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """Unix seconds as an aware time in UTC; None for zero, nonsense and years outside 1970-2999."""
    seconds = number(value)
    if seconds is None or not 0 < seconds < 32_503_680_000:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def first(values: Iterable[int | None]) -> int | None:
    """The first that is a number, or None."""
    return next((value for value in values if value is not None), None)
