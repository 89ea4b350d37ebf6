"""What the network marks in a text by itself: links, names, hashtags, commands. Offsets count UTF-16 units."""

import re
from typing import Any

_MARKS = (
    ("url", re.compile(r"https?://[^\s<>]+|(?<![\w.@/])(?:[a-z0-9-]+\.)+(?:ru|com|org|net|me|info)(?:/\S*)?\b", re.I)),
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{4,32})?")),
    ("mention", re.compile(r"(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{3,31}")),
    ("hashtag", re.compile(r"(?<![\w/&])#\w{1,256}")),
)


def marked_text(text: str, *, caption: bool) -> dict[str, Any]:
    """The text or caption with its marks, as a message carries them."""
    name, marks = ("caption", "caption_entities") if caption else ("text", "entities")
    entities = _entities(text)
    return {name: text} | ({marks: entities} if entities else {})


def _entities(text: str) -> list[dict[str, Any]]:
    taken: list[tuple[int, int, str]] = []
    for kind, pattern in _MARKS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(start < other_end and end > other for other, other_end, _ in taken):
                taken.append((start, end, kind))
    return [
        {"type": kind, "offset": _units(text[:start]), "length": _units(text[start:end])}
        for start, end, kind in sorted(taken)
    ]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
