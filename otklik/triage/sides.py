"""Two things to fix that one theme holds: what is not there, and what is there and not done. Pure.

A theme of a classifier is as wide as its region wants it. «Баки увезли» and «мусор не вывозят» are one theme of one
street, and still one of them is mended by putting bins there and the other by sending a lorry. They are told apart by
words; a text that says both, or neither, is on no side and may go with either.
"""

from functools import cache, lru_cache

from otklik.triage.side_words import PAIRS
from otklik.triage.sketch import mark, unpacked

MISSING, UNDONE = "missing", "undone"


@lru_cache(maxsize=4096)
def side(themes: tuple[str, ...], marks: bytes) -> str:
    """MISSING or UNDONE, by the codes of the themes that a text may be about and what is kept of it (sketch.marks); ""
    where it says neither or both, or none of the themes has sides."""
    pair = next((one for one in PAIRS if any(theme.startswith(one.themes) for theme in themes)), None)
    if pair is None:
        return ""
    mark_set = unpacked(marks)
    thing = bool(mark_set & _marks(pair.thing))
    undone = bool(mark_set & _marks(pair.work)) or (bool(mark_set & _marks(pair.taken)) and not thing)
    missing = thing and (not undone or bool(mark_set & _marks(pair.brought)))
    if missing == undone:
        return ""
    return MISSING if missing else UNDONE


def apart(one: str, other: str) -> bool:
    """Whether two sides are different ones."""
    return bool(one and other and one != other)


@cache
def _marks(words: frozenset[str]) -> frozenset[int]:
    return frozenset(mark(word) for word in words)
