"""How long a text is in a network's own count, and what the network would refuse in it. Pure.

The editor says it before an answer is approved, the connector once more before a byte leaves. Sources stand beside
the limits of each network.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Protocol


class Counting(StrEnum):
    """What one sign of a text is."""

    CHARACTERS = "characters"
    UTF16 = "utf16"  # Telegram: a sign outside the first plane, as most emoji, is two
    WEIGHTED = "weighted"  # X: a link is 23, an emoji and a sign of the far scripts 2, the rest 1
    BYTES = "bytes"  # Instagram's messages: UTF-8


class Bounds(Protocol):
    """What `objections` asks of a network's limits."""

    @property
    def links(self) -> int | None: ...
    @property
    def hashtags(self) -> int | None: ...
    @property
    def mentions(self) -> bool: ...
    @property
    def shouting(self) -> bool: ...
    def text_in(self, direct: bool) -> int: ...
    def photos_in(self, direct: bool) -> int: ...
    def counting_in(self, direct: bool) -> Counting: ...


LINK = re.compile(
    r"(?:https?://\S+|\b(?:[a-z0-9-]{1,63}\.){1,4}(?:ru|su|com|org|net|info|me|gov|online|app|io|vk|\u0440\u0444)\b\S*)",
    re.IGNORECASE,
)
_HASHTAG = re.compile(r"(?<!\w)#\w+")
_MENTION = re.compile(r"(?<![\w.])@\w{2,}")
_LINK_WEIGHT = 23
# Weight 1 in twitter-text's configuration 3; everything else weighs 2.
_LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3|"
    "(?:[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
    "(?:\u200d[\U0001f000-\U0001faff\u2600-\u27bf\u2640-\u2642]\ufe0f?[\U0001f3fb-\U0001f3ff]?)*))"
)


def length(text: str, counting: Counting) -> int:
    """How long the network takes this text to be."""
    if counting is Counting.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    if counting is Counting.BYTES:
        return len(text.encode("utf-8", "surrogatepass"))
    return _weighted(text) if counting is Counting.WEIGHTED else len(text)


def _weighted(text: str) -> int:
    rest = unicodedata.normalize("NFC", text)
    rest, links = LINK.subn("", rest)
    rest, emoji = _EMOJI.subn("", rest)
    return links * _LINK_WEIGHT + emoji * 2 + sum(1 if _light(ord(sign)) else 2 for sign in rest)


def _light(code: int) -> bool:
    return any(low <= code <= high for low, high in _LIGHT)


def objections(text: str, limits: Bounds, *, direct: bool, photos: int = 0) -> list[str]:
    """What the network would refuse, each a sentence that says what to do; [] when nothing is known against it."""
    found = []
    most, told = limits.text_in(direct), length(text, limits.counting_in(direct))
    if told > most:
        found.append(f"Текст длиннее, чем берёт сеть: {told} из {most}. Сократите его.")
    if photos > limits.photos_in(direct):
        found.append(_photos(limits.photos_in(direct)))
    links = len(LINK.findall(text))
    if limits.links is not None and links > limits.links:
        found.append("Сеть не берёт ссылок в ответе: уберите." if not limits.links else "Сеть берёт одну ссылку.")
    if limits.hashtags is not None and len(_HASHTAG.findall(text)) > limits.hashtags:
        found.append(f"Хештегов больше, чем берёт сеть: оставьте не больше {limits.hashtags}.")
    if not limits.mentions and _MENTION.search(text):
        found.append("Сеть не берёт упоминаний через @: уберите.")
    letters = [sign for sign in text if sign.isalpha()]
    if not limits.shouting and len(letters) > 3 and all(sign.isupper() for sign in letters):
        found.append("Сеть не берёт текста из одних заглавных букв.")
    return found


def _photos(most: int) -> str:
    if most == 0:
        return "Эта сеть не берёт фотографий к ответу: уберите их."
    return f"Фотографий больше, чем берёт сеть: оставьте не больше {most}."
