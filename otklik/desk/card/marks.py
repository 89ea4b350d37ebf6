"""The words a suggestion rests on, marked where they stand in the citizen's text. Pure: values in, values out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from otklik.lib.text import lower

MOST_WORDS = 30
MOST_MARKS = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text; `kind` is "" where nothing is marked."""

    text: str
    kind: str = ""


def quoted(why: Any) -> tuple[str, ...]:
    """The quoted words of a verdict's reasons: a list of words, or of lists that begin with one. Never raises."""
    quotes: list[str] = []
    for item in why if isinstance(why, list | tuple) else []:
        word = item[0] if isinstance(item, list | tuple) and item else item
        if isinstance(word, str) and word.strip() and word not in quotes:
            quotes.append(word.strip())
    return tuple(quotes[:MOST_WORDS])


def mark(text: str, wanted: Mapping[str, Iterable[str]]) -> list[Piece]:
    """The text cut into pieces: `wanted` is kind → words. Joined together the pieces are the text again.

    Only whole words are marked, case and «ё» do not matter; where two kinds meet, the longer quote wins.
    """
    kinds = {" ".join(lower(word).split()): kind for kind, words in wanted.items() for word in words if word.strip()}
    lowered = lower(text)
    if not kinds or len(lowered) != len(text):
        return [Piece(text)]
    longest_first = sorted(kinds, key=len, reverse=True)[: MOST_WORDS * 3]
    # The quotes come from the tidied text, where a line break is a space.
    quotes = (r"\s+".join(map(re.escape, word.split())) for word in longest_first)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(quotes) + r")(?!\w)")
    pieces: list[Piece] = []
    done = 0
    for number, match in enumerate(pattern.finditer(lowered)):
        if number == MOST_MARKS:
            break
        if match.start() > done:
            pieces.append(Piece(text[done : match.start()]))
        pieces.append(Piece(text[match.start() : match.end()], kinds[" ".join(match.group().split())]))
        done = match.end()
    if done < len(text) or not pieces:
        pieces.append(Piece(text[done:]))
    return pieces
