"""The filter that every address from outside passes before it becomes a link."""

import re
from urllib.parse import urlsplit

_BAD = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\\<>\"'`]")


def safe_address(text: str, limit: int = 2000) -> str:
    """`text` if it is a plain http(s) address without a user part or control characters, else "".

    Callers show the original as plain text when they get the empty string.
    """
    if not text or len(text) > limit or _BAD.search(text):
        return ""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return ""
    if "@" in parts.netloc:
        return ""
    return text
