"""Keywords as people type them. Pure."""

import re

from otklik.lib.text import fold

MOST = 100
MOST_WORDS = 3
"""The recogniser looks for phrases no longer than that."""
MOST_LETTERS = 60
_BETWEEN = re.compile(r"[,;\n]")


class TooMany(ValueError):
    """There are more than MOST."""


class TooLong(ValueError):
    """The phrase, which is the message, is no keyword."""


def split(text: str) -> tuple[str, ...]:
    """Words and phrases with commas or on lines of their own: in lower case, «е» for «ё», each once, in the order
    typed. Raises TooMany and TooLong."""
    words = tuple(dict.fromkeys(word for part in _BETWEEN.split(text) if (word := fold(part))))
    if len(words) > MOST:
        raise TooMany
    for word in words:
        if len(word.split()) > MOST_WORDS or len(word) > MOST_LETTERS:
            raise TooLong(word)
    return words
