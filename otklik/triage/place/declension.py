"""Declension of place and street names, pure and without a dictionary.

Dictionaries know few names of villages, so the forms are made by ending. More forms than the language has do no
harm: nobody writes them. Words come in and go out folded (lower case, «е» for «ё»).
"""

from typing import Literal

Gender = Literal["feminine", "masculine", "neuter"]

_Table = tuple[tuple[str, tuple[str, ...]], ...]

_FEMININE: _Table = (("ая", ("ая", "ой", "ую", "ою")), ("яя", ("яя", "ей", "юю", "ею")))
_MASCULINE: _Table = (
    ("ский", ("ский", "ского", "скому", "ским", "ском")),
    ("цкий", ("цкий", "цкого", "цкому", "цким", "цком")),
    ("кий", ("кий", "кого", "кому", "ким", "ком")),
    ("ний", ("ний", "него", "нему", "ним", "нем")),
    ("ый", ("ый", "ого", "ому", "ым", "ом")),
    ("ой", ("ой", "ого", "ому", "ым", "им", "ом")),
    ("ий", ("ий", "ьего", "ьему", "ьим", "ьем", "его", "ему", "им", "ем")),
)
_NEUTER: _Table = (("ое", ("ое", "ого", "ому", "ым", "им", "ом")), ("ее", ("ее", "его", "ему", "им", "ем")))
_PLURAL: _Table = (("ые", ("ые", "ых", "ым", "ыми")), ("ие", ("ие", "их", "им", "ими")))
_NOUNS: _Table = (
    ("ки", ("ки", "ок", "ков", "кам", "ками", "ках")),
    ("и", ("и", "ей", "ам", "ами", "ах", "ям", "ями", "ях")),
    ("ы", ("ы", "ов", "ам", "ами", "ах")),
    ("а", ("а", "ы", "и", "е", "у", "ой", "ою", "ей")),
    ("я", ("я", "и", "е", "ю", "ей", "ею")),
    ("о", ("о", "а", "у", "ом", "е")),
    ("ь", ("ь", "и", "я", "ю", "ью", "ем", "е")),
    ("й", ("й", "я", "ю", "ем", "е")),
)
_ADJECTIVES: tuple[tuple[Gender, _Table], ...] = (
    ("feminine", _FEMININE),
    ("masculine", _MASCULINE),
    ("neuter", _NEUTER),
)


def forms(word: str) -> frozenset[str]:
    """Every case of a name's word that somebody may write, the given one among them."""
    for table in (_FEMININE, _MASCULINE, _NEUTER, _PLURAL):
        for ending, endings in table:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                made = _with(word, ending, endings)
                # «Псебой» may be a noun, too.
                return made | _with(word, "й", ("я", "ю", "ем", "е")) if ending == "ой" else made
    for ending, endings in _NOUNS:
        if word.endswith(ending):
            return _with(word, ending, endings)
    if word[-1:].isalpha() and word[-1:] not in "еуэю":
        return frozenset(word + ending for ending in ("", "а", "у", "ом", "ем", "е"))
    return frozenset((word,))


def gender(word: str) -> Gender | None:
    """The gender of a name that is an adjective in the nominative; None for every other word."""
    for name, table in _ADJECTIVES:
        for ending, _endings in table:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                return name
    return None


def nominative(word: str, wanted: Gender) -> str:
    """An adjective in any case brought back to the nominative of that gender; other words come back unchanged."""
    if wanted == "feminine":
        return _back(
            word, (("ской", "ская"), ("цкой", "цкая"), ("ней", "няя"), ("ой", "ая"), ("ую", "ая"), ("юю", "яя"))
        )
    soft, hard = ("кое", "ное") if wanted == "neuter" else ("кий", "ный")
    pairs = [(f"к{ending}", soft) for ending in ("ому", "ого", "ом", "им")]
    pairs += [(f"н{ending}", hard) for ending in ("ому", "ого", "ом", "ым")]
    other = "ое" if wanted == "neuter" else "ый"
    pairs += [(f"{letter}{ending}", letter + other) for letter in "влрт" for ending in ("ому", "ом")]
    return _back(word, (*pairs, ("ому", other), ("ого", other)))


def _with(word: str, ending: str, endings: tuple[str, ...]) -> frozenset[str]:
    stem = word[: len(word) - len(ending)]
    return frozenset((word, *(stem + other for other in endings)))


def _back(word: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for ending, base in pairs:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: len(word) - len(ending)] + base
    return word
