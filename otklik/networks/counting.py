"""How long a text is in a network's own count, and what the network would refuse in it. Pure.

The editor says it before an answer is approved, the connector once more before a byte leaves. Sources stand beside
the limits of each network.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Protocol

from otklik.lib.sentence import Sentence as _


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
    def cashtags(self) -> int | None: ...
    @property
    def mentions(self) -> bool: ...
    @property
    def shouting(self) -> bool: ...
    def text_in(self, direct: bool) -> int: ...
    def photos_in(self, direct: bool) -> int: ...
    def counting_in(self, direct: bool) -> Counting: ...


_TOP = (
    "ru|su|com|org|net|info|biz|pro|me|tv|cc|io|ai|co|by|kz|ua|uz|eu|de|uk|us|gov|edu|int|"
    "online|site|store|shop|app|dev|news|media|moscow|tatar|vk|xyz|club|world|center|team|"
    r"\u0440\u0444|\u0440\u0443\u0441"  # not those that are words: a town after its «г.» is no address
)
_TAIL = r"(?:[/?#:][^\s<>\"]*[^\s<>\".,;:!?'\u2026\u00ab\u00bb\u201c\u201d)\]}])?"
# An address with or without its scheme; what ends a sentence behind it is not part of it, and a mail address is none.
LINK = re.compile(
    r"https?://[^\s<>\"]*[^\s<>\".,;:!?'\u2026\u00ab\u00bb\u201c\u201d)\]}]"
    rf"|(?<![\w@.$#/-])(?:[\w-]{{1,63}}\.){{1,4}}(?:{_TOP})(?![\w@-])(?!\.\w){_TAIL}",
    re.IGNORECASE,
)
_HASHTAG = re.compile(r"(?<!\w)#\w+")
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")
_MENTION = re.compile(r"(?<![\w.])@\w{2,}")
_LINK_WEIGHT = 23
# Weight 1 in twitter-text's configuration 3; everything else weighs 2.
_LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
# Signs that are shown as pictures. The first kind is a picture by itself, the second only with U+FE0F behind it.
_PICTURE = (
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\u203c\u2049\u2139\u2194-\u21aa"
    "\u24c2\u25aa-\u25fe\u2934\u2935\u3030\u303d\u3297\u3299](?!\ufe0e)\ufe0f?"
)
_ONE = f"(?:{_PICTURE}|[\u00a9\u00ae\u2122]\ufe0f)[\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # a flag of a country
    "|[0-9#*]\ufe0f?\u20e3"  # a key of a telephone
    "|\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f"  # a flag of a part of a country
    f"|{_ONE}(?:\u200d{_ONE})*"  # one picture, or several joined into one
)
# CPython sorts a run of combining marks by insertion, in quadratic time; so a text is composed in pieces.
_PIECE = re.compile(r"\S{1,128}\s*|\s+")


def length(text: str, counting: Counting) -> int:
    """How long the network takes this text to be."""
    if counting is Counting.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    if counting is Counting.BYTES:
        return len(text.encode("utf-8", "surrogatepass"))
    return _weighted(text) if counting is Counting.WEIGHTED else len(text)


def _weighted(text: str) -> int:
    """As twitter-text counts. Names that the network itself puts in front of a reply weigh nothing: not here."""
    rest = "".join(unicodedata.normalize("NFC", piece) for piece in _PIECE.findall(text))
    rest, links = LINK.subn("", rest)
    rest, emoji = _EMOJI.subn("", rest)
    return links * _LINK_WEIGHT + emoji * 2 + sum(1 if _light(ord(sign)) else 2 for sign in rest)


def _light(code: int) -> bool:
    return any(low <= code <= high for low, high in _LIGHT)


def objections(text: str, limits: Bounds, *, direct: bool, photos: int = 0) -> list[str]:
    """What the network would refuse, each a sentence that says what to do; [] when nothing is known against it."""
    problems: list[str] = []
    most, text_length = limits.text_in(direct), length(text, limits.counting_in(direct))
    if text_length > most:
        problems.append(
            _("Текст длиннее, чем берёт сеть: %(length)s из %(most)s. Сократите его.")
            % {"length": text_length, "most": most}
        )
    if photos > limits.photos_in(direct):
        problems.append(_photos(limits.photos_in(direct)))
    if direct:
        return problems  # the rest is about what everybody sees
    links = len(LINK.findall(text))
    if limits.links is not None and links > limits.links:
        problems.append(
            _("Сеть не берёт ссылок в ответе: уберите.") if not limits.links else _("Сеть берёт одну ссылку.")
        )
    if limits.hashtags is not None and len(_HASHTAG.findall(text)) > limits.hashtags:
        problems.append(_("Хештегов больше, чем берёт сеть: оставьте не больше %(most)s.") % {"most": limits.hashtags})
    if limits.cashtags is not None and len(_CASHTAG.findall(text)) > limits.cashtags:
        problems.append(
            _("Биржевых знаков вида $ABC больше, чем берёт сеть: оставьте не больше %(most)s.")
            % {"most": limits.cashtags}
        )
    if not limits.mentions and _MENTION.search(text):
        problems.append(_("Сеть не берёт упоминаний через @: уберите."))
    letters = [sign for sign in text if sign.isalpha()]
    if not limits.shouting and len(letters) > 3 and all(sign.isupper() for sign in letters):
        problems.append(_("Сеть не берёт текста из одних заглавных букв."))
    return problems


def _photos(most: int) -> str:
    if most == 0:
        return _("Эта сеть не берёт фотографий к ответу: уберите их.")
    return _("Фотографий больше, чем берёт сеть: оставьте не больше %(most)s.") % {"most": most}
