"""A text as the network sees it: its weight, and the names, links, hashtags and cashtags in it.

The counter is the emulator's own on purpose: it must not agree with the product's by being the same code.
"""

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

MOST_WEIGHT = 280
URL = re.compile(
    r"https?://[^\s<>\"]+[^\s<>\".,;:!?)»”]|(?<![\w@.])(?:[\w-]+\.)+(?:ru|com|org|net|info|рф)\b(?:/\S*[^\s.,;:!?)»”])?"
)
NAME = re.compile(r"(?<![\w@])@([A-Za-z0-9_]{1,15})(?!\w)")
HASHTAG = re.compile(r"(?<![\w#&])#(\w*[^\W\d]\w*)")
CASHTAG = re.compile(r"(?<![\w$])\$([A-Za-z]{1,6})(?!\w)")
_NEAR = (range(0x1100), range(0x2000, 0x200E), range(0x2010, 0x2020), range(0x2032, 0x2038))
_JOINER, _PICTURE_MARK = 0x200D, 0xFE0F


def weight(text: str) -> int:
    """Links are 23, an emoji sequence 2, signs of the near scripts 1, all others 2."""
    composed = unicodedata.normalize("NFC", text)
    links = len(URL.findall(composed))
    total, glued, flags = links * 23, False, 0
    for sign in URL.sub("", composed):
        code = ord(sign)
        if code in (_JOINER, _PICTURE_MARK) or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:
            glued = code == _JOINER
            continue
        if 0x1F1E6 <= code <= 0x1F1FF:  # two letters make one flag
            flags += 1
            total += 2 * (flags % 2)
            continue
        flags = 0
        total += 0 if glued else 1 if any(code in near for near in _NEAR) else 2
        glued = False
    return total


def short(url: str) -> str:
    """The address that the network puts in place of a link; the same for the same link."""
    return f"https://t.co/{hashlib.sha256(url.encode()).hexdigest()[:10]}"


@dataclasses.dataclass
class Shown:
    """A text with its links shortened, and where they stand in it."""

    text: str
    urls: list[dict[str, Any]]


def shown(text: str) -> Shown:
    pieces: list[str] = []
    urls: list[dict[str, Any]] = []
    length, after = 0, 0
    for match in URL.finditer(text):
        before, address = text[after : match.start()], short(match[0])
        start = length + len(before)
        full = match[0] if "://" in match[0] else f"http://{match[0]}"
        plain = full.partition("://")[2]
        urls.append(
            {
                "start": start,
                "end": start + len(address),
                "url": address,
                "expanded_url": full,
                "display_url": plain if len(plain) < 28 else plain[:26] + "…",
            }
        )
        pieces += [before, address]
        length, after = start + len(address), match.end()
    return Shown("".join([*pieces, text[after:]]), urls)


def names(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each @name stands, and the name."""
    for match in NAME.finditer(text):
        yield match.start(), match.end(), match[1]


def tags(text: str, pattern: re.Pattern[str]) -> list[dict[str, Any]]:
    return [{"start": match.start(), "end": match.end(), "tag": match[1]} for match in pattern.finditer(text)]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
