"""A long answer is said in parts: where it is cut, and what is said in which step. Pure.

Cuts fall at white space alone, so that no word, link or picture is ever torn; between paragraphs rather than between
sentences, between sentences rather than between words. Each part tells which of how many it is, and fits with that
mark into what the network takes, by the network's own count.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from otklik.lib.sentence import Sentence as _
from otklik.networks import counting
from otklik.networks.counting import Counting, length

_GAP = re.compile(r"[^\S\u00a0\u202f]+")  # what must not be torn («№ 5») is held together by the hard spaces
_SENTENCE_ENDS = re.compile(r"[.!?…][»\"“”)\]]*$")
_MARKED = re.compile(r" \((\d)/(\d)\)$")
_MOST = 9  # one figure each, so that a mark is always as long
_WORD, _SENTENCE, _PARAGRAPH = range(3)


class Bounds(counting.Bounds, Protocol):
    """What a plan asks of a network's limits."""

    @property
    def parts(self) -> int: ...
    @property
    def caption(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One call to the network: these words, with the answer's photos (if it has any) or without them. `text` "" has
    photos alone."""

    text: str
    photos: bool


def plan(text: str, limits: Bounds, *, direct: bool, photos: int = 0) -> tuple[Step, ...]:
    """In which steps an answer with so many photos is said, in their order; () when it is too long for the network.

    Photos go with the first words. Words that are too long to stand under them are said first, by themselves.
    """
    texts = cut(text, limits.text_in(direct), limits.counting_in(direct), limits.parts)
    if not texts:
        return ()
    first, rest = texts[0], texts[1:]
    if photos and limits.caption is not None and length(first, limits.counting_in(direct)) > limits.caption:
        return (*(Step(one, photos=False) for one in texts), Step("", photos=True))
    return (Step(first, photos=True), *(Step(one, photos=False) for one in rest))


def objections(text: str, limits: Bounds, *, direct: bool, photos: int = 0) -> list[str]:
    """What the network would refuse in this answer, as counting.objections says it; [] when nothing is known."""
    steps = plan(text, limits, direct=direct, photos=photos)
    if not steps:
        reasons = counting.objections(text, limits, direct=direct, photos=photos)
        most, text_length = limits.text_in(direct), length(text, limits.counting_in(direct))
        if text_length > most * limits.parts > most:
            reasons[0] = _(
                "Текст длиннее, чем берёт сеть, и по частям: %(length)s, а можно %(parts)s раза по %(most)s."
                " Сократите его."
            ) % {"length": text_length, "parts": limits.parts, "most": most}
        return reasons
    step_objections = (
        counting.objections(step.text, limits, direct=direct, photos=photos if step.photos else 0) for step in steps
    )
    return list(dict.fromkeys(one for some in step_objections for one in some))


def cut(text: str, most: int, counted: Counting, parts: int) -> tuple[str, ...]:
    """The text as it is said, each part with its mark «(1/3)» behind it; alone and unmarked where it fits at once.

    () when it does not fit into so many parts of at most `most`, or when a single word does not. Only white space at
    the cuts is left out, see `joined`.
    """
    for whole in (text, text.strip()):
        if length(whole, counted) <= most:
            return (whole,)
    room, parts = most - len(_mark(1, 1)), min(parts, _MOST)
    for least in (_SENTENCE, _WORD):  # if the finer manner of it takes too many parts, the closer one
        pieces = _pieces(text.strip(), room, counted, parts, least)
        if all(piece.strip() for piece in pieces) and pieces:
            return tuple(piece + _mark(place, len(pieces)) for place, piece in enumerate(pieces, 1))
    return ()


def unmarked(part: str) -> str:
    """The words of a part without its mark."""
    return _MARKED.sub("", part)


def joined(parts: Sequence[str]) -> str:
    """The text that was cut, but for how its white space stood at the cuts and its ends."""
    return parts[0] if len(parts) == 1 else " ".join(unmarked(part) for part in parts)


def _mark(place: int, count: int) -> str:
    return f" ({place}/{count})"


def _pieces(text: str, room: int, counted: Counting, parts: int, least: int) -> list[str]:
    """The text in at most so many pieces of at most `room`; [] where that cannot be.

    `least` is the meanest place for a cut while there is a better one in the second half of a piece.
    """
    pieces: list[str] = []
    while length(text, counted) > room:
        gaps = _reachable(text, room, counted)
        if not gaps or len(pieces) + 1 >= parts:
            return []
        gap = _best(text, gaps, least)
        pieces.append(text[: gap.start()])
        text = text[gap.end() :]
    return [*pieces, text] if text else pieces


def _reachable(text: str, room: int, counted: Counting) -> list[re.Match[str]]:
    """The gaps before which there is no more than `room`. What is before a later one is never shorter."""
    gaps = list(_GAP.finditer(text))
    low, high = 0, len(gaps)
    while low < high:
        middle = (low + high) // 2
        if length(text[: gaps[middle].start()], counted) <= room:
            low = middle + 1
        else:
            high = middle
    return gaps[:low]


def _best(text: str, gaps: Sequence[re.Match[str]], least: int) -> re.Match[str]:
    """The last gap of the best kind in the second half; the last of all where there is none of a good enough kind."""
    last = gaps[-1]
    if least == _WORD:
        return last
    late = [gap for gap in gaps if gap.start() * 2 >= last.start()]
    weighed = [(_kind(text, gap), gap.start(), gap) for gap in late]
    kind, _at, gap = max(weighed, key=lambda one: one[:2])
    return gap if kind >= least else last


def _kind(text: str, gap: re.Match[str]) -> int:
    if "\n" in gap[0]:
        return _PARAGRAPH
    return _SENTENCE if _SENTENCE_ENDS.search(text, max(gap.start() - 8, 0), gap.start()) else _WORD
