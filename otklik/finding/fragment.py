"""The piece of a text in which the words were found, with the words marked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from otklik.finding.words import Wanted
from otklik.lib.text import WORD_LIMIT, fold, spans, tidy

MOST_READ = 20_000
BEFORE, AFTER = 60, 160


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the text; `is_match`: it is one of the words that were asked for."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Fragment:
    """`met` is how many of the words that were asked for stand in the whole text."""

    runs: tuple[Run, ...]
    met: int = 0


def fragment(text: str, wanted: Sequence[Wanted]) -> Fragment:
    """About two lines of the text around the first found word. Without one it is the text's beginning."""
    shown = tidy(text[:MOST_READ])
    folded = fold(text[:MOST_READ])
    hits: list[tuple[int, int]] = []
    met: set[int] = set()
    for start, end in spans(folded):
        here = {at for at, one in enumerate(wanted) if _meets(one, folded[start:end])}
        if here:
            hits.append((start, end))
            met |= here
    middle = hits[0][0] if hits else 0
    begin = _word_start(shown, max(middle - BEFORE, 0))
    stop = _word_end(shown, min(middle + AFTER, len(shown)))
    return Fragment(tuple(_runs(shown, begin, stop, hits)), len(met))


def _meets(one: Wanted, word: str) -> bool:
    return any(one.meets(part[:WORD_LIMIT]) for part in word.split("-"))


def _word_start(text: str, at: int) -> int:
    """Back to the beginning of the word, unless that is far."""
    space = text.rfind(" ", max(at - 30, 0), at)
    return space + 1 if space >= 0 and at else at


def _word_end(text: str, at: int) -> int:
    """On to the end of the word, or back before it when that end is far."""
    if at >= len(text) or len(text) - at < 30:
        return len(text)
    space = text.find(" ", at, at + 30)
    return space if space >= 0 else max(text.rfind(" ", at - 30, at), at - 30)


def _runs(text: str, begin: int, stop: int, hits: Sequence[tuple[int, int]]) -> list[Run]:
    runs = [Run("…")] if begin else []
    at = begin
    for start, end in hits:
        if start < at or end > stop:
            continue
        runs += [Run(text[at:start]), Run(text[start:end], is_match=True)]
        at = end
    runs.append(Run(text[at:stop]))
    if stop < len(text):
        runs.append(Run("…"))
    return [run for run in runs if run.text]
