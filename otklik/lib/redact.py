"""One redactor for everything that is stored, shown or logged about a failure.

Tokens travel in URLs, headers and bodies of networks' calls, and an exception quotes them happily.
`redact` takes them out by shape; `remember` adds exact values, so that a secret of unknown shape is caught as well;
`learn` adds addresses of ours that are keys (otklik/lib/secret_addresses.py).
"""

import logging
import re
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress

MASK = "•••"

_SHAPES = (
    # name=value and "name": "value" pairs whose name says that the value is a secret
    re.compile(
        r"""(?ix) ((?:access_token|token|secret|secret_key|client_secret|key|password|passwd|sig|signature
            |authorization|x-sandbox-token|api_key|appsecret_proof)["']?\s*[=:]\s*["']?(?:bearer\s+)?)
            [^\s"'&,;})\]]{4,}"""
    ),
    re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"()\bvk\d\.a\.[A-Za-z0-9_-]{8,}"),
    re.compile(r"()\b\d{6,12}:[A-Za-z0-9_-]{30,}"),
    re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)"),
    # Of a neighbour system, ours.
    re.compile(r"()\botk_[A-Za-z0-9_-]{8,}"),
)

_lock = threading.Lock()
_known: set[str] = set()
_addresses: dict[str, re.Pattern[str]] = {}


def remember(secret: str) -> None:
    """Never let this exact value through again, in this process. Values under six characters are too common."""
    if len(secret) >= 6:
        with _lock:
            _known.add(secret)


def learn(shapes: Iterable[str]) -> None:
    """Take out what follows the first group of these regular expressions too: keys that stand in our own addresses."""
    with _lock:
        _addresses.update({shape: re.compile(shape) for shape in shapes})


def redact(text: str, limit: int = 2000) -> str:
    """The text without secrets, cut to `limit` characters, and such as both databases take; itself where it is all of
    that, so that a Sentence stays one. Never raises."""
    whole = text
    text = text.replace("\x00", "").encode("utf-8", "replace").decode()
    with _lock:
        known, addresses = sorted(_known, key=len, reverse=True), tuple(_addresses.values())
    for secret in known:
        text = text.replace(secret, MASK)
    for shape in (*_SHAPES, *addresses):
        text = shape.sub(lambda match: match.group(1) + MASK, text)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return whole if text == whole else text


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line, the traceback included: whoever logged it did not have to think of it."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), limit=20_000)


class RedactingHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes lines to a stream; says in one redacted line that a line could not be written."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 the library's name
        """Python's own report quotes the line's arguments and the error that was being logged, secrets and all."""
        with suppress(Exception):  # a log that cannot be written stops no work
            sys.stderr.write(redact(f"a line of {record.name} is lost: {sys.exc_info()[1]!r}") + "\n")
