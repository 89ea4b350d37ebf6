"""Russian text as people write it in social networks: cleaning, folding, words, lemmas.

Every function here takes any `str` whatsoever, lone surrogates and NUL included, never raises and takes time
linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import pymorphy3

WORD_LIMIT = 64
"""Letters of a word that count. No Russian word is longer; a longer one is noise or an attack."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_STRESS = re.compile("(?<=[аеёиоуыэюяАЕЁИОУЫЭЮЯ])[\u0300\u0301]+")
_BREAK = re.compile(r"<\s{0,3}/?\s{0,3}(?:br|p|div)\s{0,3}/?\s{0,3}>", re.IGNORECASE)
_MENTION = re.compile(r"\[(?:club|public|event|id|https?://)[^\[\]|]{0,200}\|([^\[\]]{0,200})\]", re.IGNORECASE)
_AT_MENTION = re.compile(r"[@*](?:club|public|event|id)\d{1,20}(?:\s?\(([^()]{1,200})\))?", re.IGNORECASE)
_URL = re.compile(
    r"(?:(?:https?|ftp)://|\bwww\.)\S+"
    r"|\b(?:vk\.com|vk\.cc|vk\.ru|m\.vk\.com|t\.me|ok\.ru|max\.ru|youtu\.be|clck\.ru)/\S*",
    re.IGNORECASE,
)
# CPython sorts a run of combining marks by insertion, in quadratic time; so a text is normalised in pieces.
_PIECE = re.compile(r"\S{1,128}\s*|\s+")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def clean(text: str, limit: int | None = None) -> str:
    """The text as both SQLite and PostgreSQL can store it: line breaks stay, content is not touched.

    NUL (PostgreSQL refuses it) and lone surrogates (no UTF-8 for them) become U+FFFD, line ends become "\n".
    With `limit` the text is cut to that many characters, the last of them an ellipsis.
    """
    kept = _SURROGATE.sub("\ufffd", text.replace("\x00", "\ufffd")).replace("\r\n", "\n").replace("\r", "\n")
    if limit is None or len(kept) <= limit:
        return kept
    return kept[: max(limit - 1, 0)].rstrip() + "…" if limit > 0 else ""


def tidy(text: str) -> str:
    """One line of readable text: no markup, addresses, invisible characters; case and «ё» stay.

    `fold(text)` is exactly as long as `tidy(text)`: an offset in the one is an offset in the other.
    """
    seen = _BREAK.sub(" ", _INVISIBLE.sub("", text))
    seen = _MENTION.sub(r"\1", seen)
    seen = _AT_MENTION.sub(lambda match: match.group(1) or " ", seen)
    seen = _normal(_URL.sub(" ", seen))
    return " ".join(_INVISIBLE.sub("", seen).split())


def fold(text: str) -> str:
    """The text for comparing: `tidy`, lower case, «е» for «ё»."""
    return lower(tidy(text))


def lower(tidied: str) -> str:
    """Lower case and «е» for «ё» without a change of length (only «İ» would grow in lower case)."""
    return tidied.replace("İ", "I").lower().replace("ё", "е")


def _normal(text: str) -> str:
    """NFKC, except that «№» stays and stress marks go."""
    if text.isascii():
        return text
    text = "".join(unicodedata.normalize("NFKC", piece) for piece in _PIECE.findall(text.replace("№", "\ue000")))
    return _STRESS.sub("", text.replace("\ue000", "№"))


def spans(folded: str) -> Iterator[tuple[int, int]]:
    """Start and end of every word. A hyphen inside joins: «кое-как» is one word."""
    for match in _WORD.finditer(folded):
        yield match.span()


def words(text: str) -> list[str]:
    """Folded words and numbers in their order, each cut at `WORD_LIMIT`."""
    folded = fold(text)
    return [folded[start : min(end, start + WORD_LIMIT)] for start, end in spans(folded)]


def lemmas(text: str) -> list[str]:
    """The dictionary form of every word, in order; a word outside the dictionary is guessed by its ending."""
    return [lemma(word) for word in words(text)]


@lru_cache(maxsize=100_000)
def lemma(word: str) -> str:
    """The dictionary form of one folded word: «дорогами» → «дорога». Numbers and Latin words stay."""
    word = word[:WORD_LIMIT]
    return _OVERRIDES.get(word) or lower(_analyzer().parse(word)[0].normal_form)


def normal_forms(word: str) -> tuple[str, ...]:
    """The dictionary forms of every reading of one folded word, the likeliest first, each once; a word outside the
    dictionary is guessed by its ending. Not kept: whoever asks often keeps what he needs."""
    found = (lower(reading.normal_form) for reading in _analyzer().parse(word[:WORD_LIMIT]))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=20_000)
def tags(word: str) -> tuple[frozenset[str], ...]:
    """The grammemes of every reading of a folded word by the dictionary; empty for a word that it lacks."""
    word = word[:WORD_LIMIT]
    analyzer = _analyzer()
    if not analyzer.word_is_known(word):
        return ()
    return tuple(frozenset(reading.tag.grammemes) for reading in analyzer.parse(word))


@cache
def _analyzer() -> pymorphy3.MorphAnalyzer:
    """Loaded at the first word, since it takes a noticeable part of a second and some 30 MB."""
    return pymorphy3.MorphAnalyzer(lang="ru")


# Readings that the dictionary puts first, or equal, and that complaints never mean.
_OVERRIDES = {
    "нету": "нет",
    "ям": "яма",
    "ямы": "яма",
    "яме": "яма",
    "яму": "яма",
    "ямой": "яма",
    "ямам": "яма",
    "ямами": "яма",
    "ямах": "яма",
}
