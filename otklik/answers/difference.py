"""What has changed between two texts: sentences first, then words inside the sentences that changed. Pure.

However long and unlike the texts are, at most `MOST_STEPS` steps are taken beside one pass over them; what would take
more is told as gone and added in one piece, and nobody would read it word by word. So a difference is some
milliseconds, and none is kept: a kept one would be another copy of people's words, to be forgotten with the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SENTENCES = re.compile(r"[^.!?\n]+[.!?\n]*\s*|[.!?\n]+\s*")
TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_STEPS = 60_000
"""Of all levels together: enough for a hundred words that were changed one by one in a text of any length."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: "same", "added" or "gone"."""

    kind: str
    text: str


Hunk = tuple[Sequence[str], Sequence[str]]
"""What went and what came in its place; a run that stays has the same on both sides."""


@dataclass(slots=True)
class _Steps:
    left: int = MOST_STEPS


def difference(before: str, after: str) -> list[Piece]:
    """The later text with what was taken out of the earlier one. The pieces that are not "gone" make up `after`."""
    steps = _Steps()
    pieces: list[Piece] = []
    for gone, added in _hunks(SENTENCES.findall(before), SENTENCES.findall(after), steps):
        words = [(gone, added)]
        if gone and added and gone != added:
            words = list(_hunks(TOKENS.findall("".join(gone)), TOKENS.findall("".join(added)), steps))
        for hunk in words:
            _tell(pieces, *map("".join, hunk))
    return pieces


def changed_lines(before: str, after: str) -> list[str]:
    """Each line that went, after «−», and each that came in its place, after «+»."""
    lines: list[str] = []
    for gone, added in _hunks(before.splitlines(), after.splitlines(), _Steps()):
        if gone != added:
            lines += [f"− {line}" for line in gone if line] + [f"+ {line}" for line in added if line]
    return lines


def _tell(pieces: list[Piece], gone: str, added: str) -> None:
    kinds = (("same", added),) if gone == added else (("gone", gone), ("added", added))
    for kind, text in kinds:
        if text and pieces and pieces[-1].kind == kind == "same":
            pieces[-1] = Piece(kind, pieces[-1].text + text)
        elif text:
            pieces.append(Piece(kind, text))


def _hunks(old: Sequence[str], new: Sequence[str], steps: _Steps) -> Iterator[Hunk]:
    """In order, those that stay and those that do not by turns."""
    start, end = 0, 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    yield old[:start], new[:start]
    i, j = start, start
    for x, y, length in [*_runs(old[start : len(old) - end], new[start : len(new) - end], steps), (-1, -1, 0)]:
        x, y = (x + start, y + start) if length else (len(old) - end, len(new) - end)
        yield old[i:x], new[j:y]
        yield old[x : x + length], new[y : y + length]
        i, j = x + length, y + length
    yield old[len(old) - end :], new[len(new) - end :]


def _runs(old: Sequence[str], new: Sequence[str], steps: _Steps) -> list[tuple[int, int, int]]:
    """The longest common subsequence as runs (in `old`, in `new`, how long), by the greedy algorithm of Myers (1986):
    its steps grow with the size of the change and not with that of the texts. [] once there are no steps left."""
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    for changes in range(len(old) + len(new) + 1):
        trail.append(dict(furthest))
        for diagonal in range(-changes, changes + 1, 2):
            down = diagonal == -changes or (diagonal != changes and furthest[diagonal - 1] < furthest[diagonal + 1])
            x = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
                steps.left -= 1
            furthest[diagonal] = x
            steps.left -= 1
            if x >= len(old) and x - diagonal >= len(new):
                return _walked_back(trail, diagonal, x)
            if steps.left <= 0:
                return []
    return []


def _walked_back(trail: list[dict[int, int]], diagonal: int, x: int) -> list[tuple[int, int, int]]:
    runs: list[tuple[int, int, int]] = []
    for changes in range(len(trail) - 1, -1, -1):
        before = trail[changes]
        down = diagonal == -changes or (diagonal != changes and before[diagonal - 1] < before[diagonal + 1])
        came = diagonal + 1 if down else diagonal - 1
        begun = before[came] if down else before[came] + 1
        if x > begun:
            runs.append((begun, begun - diagonal, x - begun))
        diagonal, x = came, before[came]
    return runs[::-1]
