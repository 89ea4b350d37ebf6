"""How much personal data is found, and how much else: `python -m bench.understanding.personal [tune|measure]`.

On sentences that were invented for it (personal_sentences.toml); the rules were tuned on the half `tune` alone. A piece
counts when its kind and both its ends are right.
"""

import argparse
import re
import sys
import timeit
import tomllib
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from bench.understanding.figures import shown
from otklik.triage.personal.finder import ALL, find, mask

SENTENCES = Path(__file__).with_name("personal_sentences.toml")
Piece = tuple[str, int, int]  # kind, start, end
Row = tuple[str, set[Piece], set[Piece]]  # the sentence, what is there, what was found

_MARK = re.compile(r"\{(\w+):([^{}]*)\}")


def half(marked: str) -> str:
    """Which half a sentence belongs to, for good."""
    return "measure" if sha256(marked.encode()).digest()[0] % 2 else "tune"


def unmarked(marked: str) -> tuple[str, set[Piece]]:
    """The sentence without its marks, and what they marked."""
    text, there, done = "", set(), 0
    for match in _MARK.finditer(marked):
        text += marked[done : match.start()]
        there.add((match.group(1), len(text), len(text) + len(match.group(2))))
        text += match.group(2)
        done = match.end()
    return text + marked[done:], there


def rows(which: str) -> list[Row]:
    told = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
    found = []
    for marked in [*told["plain"], *told["traps"]]:
        if half(marked) == which:
            text, there = unmarked(marked)
            told_of: set[Piece] = {(one.kind, one.start, one.end) for one in find(text)}
            found.append((text, there, told_of))
    return found


def line(kind: str, found: list[Row]) -> str:
    def count(pieces: Callable[[Row], set[Piece]]) -> int:
        return sum(kind in ("all", one) for row in found for one, _start, _end in pieces(row))

    right, there, said = count(lambda row: row[1] & row[2]), count(lambda row: row[1]), count(lambda row: row[2])
    score = 2 * right / (there + said) if there + said else 0.0
    return f"{kind:<9} n {there:>3}  P {shown(right, said)}  R {shown(right, there)}  F1 {score:.3f}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.understanding.personal", description=__doc__)
    parser.add_argument("half", nargs="?", choices=("tune", "measure"), default="measure")
    parser.add_argument("--wrong", action="store_true", help="show what was found wrongly or not at all")
    given = parser.parse_args(words)
    found = rows(given.half)
    clean = sum(not there and not told for _, there, told in found)
    lines = [f"{given.half}, n = {len(found)}", *(line(kind, found) for kind in ("all", *sorted(ALL)))]
    lines.append(f"left alone rightly {shown(clean, sum(not there for _, there, _ in found))}")
    text = " ".join(row[0] for row in found)
    pieces = [text[start : start + 150] for start in range(0, len(text), 150)]
    spent = min(timeit.repeat(lambda: [mask(piece) for piece in pieces], number=1, repeat=10)) / len(pieces)
    lines.append(f"{spent * 1000:.3f} ms for 150 characters")
    if given.wrong:
        for text, there, told in found:
            if there != told:
                missed, more = ([(kind, text[a:b]) for kind, a, b in some] for some in (there - told, told - there))
                lines.append(f"missed {missed} too much {more}: {text}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
