"""What a rule may be about beside its theme: things that the text names, «остановка, детская площадка». Pure."""

import re
from functools import lru_cache

from otklik.lib.text import lemmas

Thing = tuple[str, ...]
"""The dictionary forms of one name's words: («детский», «площадка»). A text names it when it has all of them."""

_BETWEEN = re.compile(r"[,;\n]")


@lru_cache(maxsize=4096)
def things_of(typed: str) -> frozenset[Thing]:
    """The things that a list typed by a person names, in any case and form. What has no word in it is left out."""
    return frozenset(thing for part in _BETWEEN.split(typed) if (thing := tuple(lemmas(part))))


def in_words(thing: Thing) -> str:
    """A thing in words, as dictionaries write it."""
    return " ".join(thing)
