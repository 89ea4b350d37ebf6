"""The first look at the raw stream, every public comment of a region: is a text worth reading at all? Pure and fast.

It drops what is certainly nothing; whatever has a word of its own goes on to `relevance`, which takes longer. Whoever
answers us is not judged here, since «да» may be his answer.
"""

import re

from otklik.lib.text import AT_MENTION, MENTION, URL
from otklik.triage.kind import talk

SHORT = 60
"""Characters; a longer text is only looked at for the signs of an advert."""

_LETTERS = re.compile(r"[^\W\d_]+")
_JOINS = re.compile(r"\+\d?\s{0,3}")
_LAUGHTER = (frozenset("ах"), frozenset("хи"), frozenset("хе"), frozenset("м"), frozenset("ой"), frozenset("о"))
_NOTHING = (
    talk.GREETING
    | talk.ECHO
    | frozenset(
        re.findall(r"\w+", "br ого вау круто класс красиво красота огонь здорово отлично лайк привет пока плюс")
    )
)
_SPEAKS_UP = re.compile(
    r"\?|\b(?:не|нет|нету|без(?! опыта)|почему|когда|опять|снова|сколько|прошу|помогите|до сих пор|так и)\b"
)


def worth_reading(text: str) -> bool:
    """False for no words, emojis, greetings, laughter, «ок», a bare link, an advert by clear signs. Any text at all."""
    if len(text) > SHORT:
        return bool(_LETTERS.search(text)) and not _sells(text)
    if "[" in text or "@" in text or "*" in text:
        text = AT_MENTION.sub(" ", MENTION.sub(" ", text))
    if "/" in text or "www" in text:
        text = URL.sub(" ", text)
    words = _LETTERS.findall(text.lower().replace("ё", "е"))
    if all(
        word in _NOTHING or (len(word) > 1 and any(letters.issuperset(word) for letters in _LAUGHTER)) for word in words
    ):
        return bool(_JOINS.fullmatch(text.strip()))
    return True


def _sells(text: str) -> bool:
    """A link, a telephone or a price, three signs of an advert, and no word of somebody who is in want of something."""
    head = text[: talk.ADVERT_LIMIT]
    linked = "://" in head or "www." in head or "t.me/" in head
    if not linked and not talk.CONTACT.search(head):
        return False
    lowered = head.lower().replace("ё", "е")
    return talk.advert(lowered, linked=False, least=3) is not None and not _SPEAKS_UP.search(lowered)
