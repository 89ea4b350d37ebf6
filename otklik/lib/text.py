"""Russian text as people write it in social networks: cleaning, folding, words, lemmas.

Every function here takes any `str` whatsoever, lone surrogates and NUL included, never raises and takes time
linear in the length of the text.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, NamedTuple

import pymorphy3

WORD_LIMIT = 64
"""Letters of a word that count. No Russian word is longer; a longer one is noise or an attack."""

_SURROGATE = re.compile("[\ud800-\udfff]")
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_STRESS = re.compile("(?<=[аеёиоуыэюяАЕЁИОУЫЭЮЯ])[\u0300\u0301]+")
BREAK = re.compile(r"<\s{0,3}/?\s{0,3}(?:br|p|div)\s{0,3}/?\s{0,3}>", re.IGNORECASE)
MENTION = re.compile(r"\[(?:club|public|event|id|https?://)[^\[\]|]{0,200}\|([^\[\]]{0,200})\]", re.IGNORECASE)
AT_MENTION = re.compile(r"[@*](?:club|public|event|id)\d{1,20}(?:\s?\(([^()]{1,200})\))?", re.IGNORECASE)
URL = re.compile(
    r"(?:(?:https?|ftp)://|\bwww\.)\S+"
    r"|\b(?:vk\.com|vk\.cc|vk\.ru|m\.vk\.com|t\.me|ok\.ru|max\.ru|youtu\.be|clck\.ru)/\S*",
    re.IGNORECASE,
)
# CPython sorts a run of combining marks by insertion, in quadratic time; so a text is normalised in pieces.
PIECE = re.compile(r"\S{1,128}\s*|\s+")
_STABLE = re.compile("[\x00-\x7f\u0400-\u045f«»„“”—–№]*")
"""What most texts are made of, and what stays as it is."""
_TOKEN = re.compile(r"[a-zа-я0-9]+")
_NO_LATIN = re.compile(r"[^a-z0-9]*")
_CYRILLIC = re.compile(r"[а-я]")
_STRANGE = re.compile(r"[acekmhopxtyb03]")
_HOUSE = re.compile(r"[0-9]{1,4}[ace]")
_ALIKE = str.maketrans("acekmhopxtyb", "асекмнорхтув")
_DIGITS = re.compile(r"(?<=[а-я])[03](?=[а-я])")
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


@lru_cache(maxsize=32)
def tidy(text: str) -> str:
    """One line of readable text: no markup, addresses, invisible characters; case and «ё» stay.

    `fold(text)` is exactly as long as `tidy(text)`: an offset in the one is an offset in the other.
    """
    seen = BREAK.sub(" ", INVISIBLE.sub("", text))
    seen = MENTION.sub(r"\1", seen)
    seen = AT_MENTION.sub(lambda match: match.group(1) or " ", seen)
    if "/" in seen or "www." in seen.lower():  # the pattern is slow, and most texts have no address
        seen = URL.sub(" ", seen)
    seen = normal(seen)
    return " ".join(INVISIBLE.sub("", seen).split())


def fold(text: str) -> str:
    """The text for comparing: `tidy`, lower case, «е» for «ё»."""
    return lower(tidy(text))


def lower(tidied: str) -> str:
    """Lower case and «е» for «ё» without a change of length (only «İ» would grow in lower case)."""
    return tidied.replace("İ", "I").lower().replace("ё", "е")


def alike(lowered: str) -> str:
    """Cyrillic for the Latin letters (and 0, 3) that look like it, in words that mix both scripts; as long as before.

    People type so by a slip of the keyboard, and to get past filters: «кpaснaя», «тeл».
    """
    return lowered if _NO_LATIN.fullmatch(lowered) else _TOKEN.sub(_straight, lowered)


def _straight(match: re.Match[str]) -> str:
    word = match.group()
    if _HOUSE.fullmatch(word):
        return word.translate(_ALIKE)
    cyrillic = _CYRILLIC.search(word)
    if cyrillic is None or not _STRANGE.search(word):
        return word
    return _DIGITS.sub(lambda digit: "о" if digit.group() == "0" else "з", word.translate(_ALIKE))


def normal(text: str) -> str:
    """NFKC, except that «№» stays and stress marks go."""
    if _STABLE.fullmatch(text):
        return text
    text = "".join(unicodedata.normalize("NFKC", piece) for piece in PIECE.findall(text.replace("№", "\ue000")))
    return _STRESS.sub("", text.replace("\ue000", "№"))


@lru_cache(maxsize=32)
def spans(folded: str) -> tuple[tuple[int, int], ...]:
    """Start and end of every word. A hyphen inside joins: «кое-как» is one word."""
    return tuple(match.span() for match in _WORD.finditer(folded))


def words(text: str) -> list[str]:
    """Folded words and numbers in their order, each cut at `WORD_LIMIT`."""
    folded = fold(text)
    return [folded[start : min(end, start + WORD_LIMIT)] for start, end in spans(folded)]


def lemmas(text: str) -> list[str]:
    """The dictionary form of every word, in order; a word outside the dictionary is guessed by its ending."""
    return [lemma(word) for word in words(text)]


def lemma(word: str) -> str:
    """The dictionary form of one folded word: «дорогами» → «дорога». Numbers and Latin words stay."""
    word = word[:WORD_LIMIT]
    return _OVERRIDES.get(word) or _read(word).lemma


def tags(word: str) -> tuple[frozenset[str], ...]:
    """The grammemes of every reading of a folded word by the dictionary; empty for a word that it lacks."""
    return _read(word[:WORD_LIMIT]).tags


def is_word(word: str) -> bool:
    """Whether the dictionary has this folded word; nothing is guessed, and so it takes a few microseconds."""
    return bool(_analyzer().word_is_known(word[:WORD_LIMIT]))


def normal_forms(word: str) -> tuple[str, ...]:
    """The dictionary forms of every reading of one folded word, the likeliest first, each once; a word outside the
    dictionary is guessed by its ending. Not kept: whoever asks often keeps what he needs."""
    forms = (lower(reading.normal_form) for reading in _analyzer().parse(word[:WORD_LIMIT]))
    return tuple(dict.fromkeys(forms))


def inflected(word: str) -> frozenset[str]:
    """Every form of a dictionary form, folded, itself among them; of a word outside the dictionary itself alone."""
    if not _read(word[:WORD_LIMIT]).tags:
        return frozenset((word,))
    readings = [one for one in _analyzer().parse(word) if lower(one.normal_form) == word]
    return frozenset(lower(form.word) for one in readings for form in one.lexeme) | {word}


@lru_cache(maxsize=20_000)
def with_yo(word: str) -> str:
    """How the dictionary spells a folded word that has to have «ё»: «еще» → «ещё». "" where it need not: «все»."""
    analyzer = _analyzer()
    spellings = analyzer.dictionary.words.similar_items(word[:WORD_LIMIT], analyzer.char_substitutes)
    spelt = {one for one, _forms in spellings}
    only = spelt.pop() if len(spelt) == 1 else ""
    return only if "ё" in only else ""


class _Read(NamedTuple):
    lemma: str
    tags: tuple[frozenset[str], ...]


@lru_cache(maxsize=20_000)
def _read(word: str) -> _Read:
    """Both at once: to look a word up takes longer than all else that is done with it."""
    known = _known(word) if len(word) > 1 else []
    if known:
        return _Read(lower(known[0][0]), tuple(tag.grammemes for _form, tag in known))
    readings = _analyzer().parse(word)
    there = _analyzer().word_is_known(word)
    return _Read(lower(readings[0].normal_form), tuple(one.tag.grammemes for one in readings) if there else ())


def _known(word: str) -> list[tuple[str, Any]]:
    """The dictionary form and the tag of every reading in the dictionary, the likeliest first.

    It is what pymorphy3's `parse` says of a word of several letters that the dictionary has, in a third of the time:
    without an object for every reading.
    """
    analyzer = _analyzer()
    words = analyzer.dictionary
    readings = [
        (words.build_normal_form(paradigm, form, spelt), words.build_tag_info(paradigm, form))
        for spelt, forms in words.words.similar_items(word.lower(), analyzer.char_substitutes)
        for paradigm, form in forms
    ]
    if len(readings) > 1:
        likely = analyzer.prob_estimator.p_t_given_w
        readings.sort(key=lambda one: likely.prob(word, one[1]), reverse=True)
    return readings


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
