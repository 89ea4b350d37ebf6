"""Which words a card is found by, and which words somebody asks for. Pure: folded text in, dictionary forms out.

A word may be read in several ways («дорогой» is of «дорога» and of «дорогой»): both sides take all of them, and meet.
The folded word itself is kept as well, so that names, codes and beginnings of words are found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from otklik.lib import text as russian

MOST_ASKED = 12
MOST_QUERY = 400
MOST_READINGS = 4
MOST_BYTES = 600_000  # PostgreSQL's tsvector ends at a megabyte
MOST_GUESSES = 400
PREFIX_FROM = 3
_EMPTY = frozenset({"PREP", "CONJ", "PRCL", "INTJ"})
_SHORT_STREETS = frozenset({"ул", "пр", "кт", "просп", "пер", "бул", "пл", "наб", "мкр", "ш", "пос", "ст"})
_STREETS = frozenset({"улица", "проспект", "переулок", "бульвар", "проезд", "набережная", "шоссе", "микрорайон"})
_BEFORE_NUMBER = frozenset({"д", "дом", "корп", "корпус", "к", "кв", "квартира", "стр"})
_CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюя")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word that is asked for: the card has any of `forms`, or with `prefix` a word that begins with `word`."""

    word: str
    forms: tuple[str, ...]
    prefix: bool = False

    def meets(self, word: str) -> bool:
        """Whether this folded word of a text is what was asked for."""
        if word in self.forms or (self.prefix and word.startswith(self.word)):
            return True
        return any(form in self.forms for form in readings(word))


def parts(folded: str) -> Iterator[str]:
    """The words of a folded text in order; one with a hyphen comes in its parts, on both sides alike."""
    for start, end in russian.spans(folded):
        for part in folded[start:end].split("-"):
            yield part[: russian.WORD_LIMIT]


@lru_cache(maxsize=20_000)
def readings(word: str) -> tuple[str, ...]:
    """The dictionary forms of a folded word, the likeliest first; numbers and Latin words are their own."""
    if _CYRILLIC.isdisjoint(word):
        return (word,)
    return tuple(dict.fromkeys((russian.lemma(word), *russian.normal_forms(word))))[:MOST_READINGS]


def keys(folded: str) -> frozenset[str]:
    """What a card with this folded text is found by. However long it is, the work and the result are bounded:
    words that the dictionary lacks are guessed for the first few hundred only, and then stand as they are."""
    word_keys: set[str] = set()
    size = guesses = 0
    for word in dict.fromkeys(parts(folded)):
        guesses += not _is_known(word)
        more = {word, *(readings(word) if guesses <= MOST_GUESSES or _is_known(word) else ())} - word_keys
        size += sum(map(_bytes, more))
        if size > MOST_BYTES:
            break
        word_keys |= more
    return frozenset(word_keys)


def _bytes(word: str) -> int:
    return len(word.encode())


@lru_cache(maxsize=20_000)
def _is_known(word: str) -> bool:
    return _CYRILLIC.isdisjoint(word) or bool(russian.tags(word))


def asked(text: str) -> list[Wanted]:
    """What somebody typed, as words that all must be there; the last one may be unfinished. Never raises.

    Little words («в», «на», «не») say nothing where there are others, and «ул.», «улица», «д.» nothing in an address:
    one writes them, another does not.
    """
    typed = list(dict.fromkeys(parts(russian.fold(text[:MOST_QUERY]))))[:MOST_ASKED]
    telling = [word for at, word in enumerate(typed) if not _says_nothing(word) and not _of_address(typed, at)] or typed
    last = len(telling) - 1
    return [
        Wanted(word, tuple(dict.fromkeys((word, *readings(word)))), prefix=at == last and len(word) >= PREFIX_FROM)
        for at, word in enumerate(telling)
    ]


def _says_nothing(word: str) -> bool:
    read = russian.tags(word)
    return bool(read) and all(tags & _EMPTY for tags in read)


def _of_address(typed: Sequence[str], at: int) -> bool:
    """Whether this word only says what kind of place its neighbours name."""
    word, after = typed[at], typed[at + 1] if at + 1 < len(typed) else ""
    if word in _BEFORE_NUMBER:
        return after[:1].isdigit()
    if word in _SHORT_STREETS:
        return True
    return any(part[:1].isdigit() for part in typed) and not _STREETS.isdisjoint(readings(word))


def warm() -> None:
    """Load the dictionary before the first card comes."""
    readings("дорога")
