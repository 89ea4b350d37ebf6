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
    sentences = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
    cases = []
    for marked in [*sentences["plain"], *sentences["traps"]]:
        if half(marked) == which:
            text, there = unmarked(marked)
            matches: set[Piece] = {(one.kind, one.start, one.end) for one in find(text)}
            cases.append((text, there, matches))
    return cases


def line(kind: str, cases: list[Row]) -> str:
    def count(pieces: Callable[[Row], set[Piece]]) -> int:
        return sum(kind in ("all", one) for row in cases for one, _start, _end in pieces(row))

    right, there, positives = count(lambda row: row[1] & row[2]), count(lambda row: row[1]), count(lambda row: row[2])
    score = 2 * right / (there + positives) if there + positives else 0.0
    return f"{kind:<9} n {there:>3}  P {shown(right, positives)}  R {shown(right, there)}  F1 {score:.3f}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.understanding.personal", description=__doc__)
    parser.add_argument("half", nargs="?", choices=("tune", "measure"), default="measure")
    parser.add_argument("--wrong", action="store_true", help="show what was found wrongly or not at all")
    args = parser.parse_args(words)
    cases = rows(args.half)
    clean = sum(not there and not matches for _, there, matches in cases)
    lines = [f"{args.half}, n = {len(cases)}", *(line(kind, cases) for kind in ("all", *sorted(ALL)))]
    lines.append(f"left alone rightly {shown(clean, sum(not there for _, there, _ in cases))}")
    text = " ".join(row[0] for row in cases)
    pieces = [text[start : start + 150] for start in range(0, len(text), 150)]
    spent = min(timeit.repeat(lambda: [mask(piece) for piece in pieces], number=1, repeat=10)) / len(pieces)
    lines.append(f"{spent * 1000:.3f} ms for 150 characters")
    if args.wrong:
        for text, there, matches in cases:
            if there != matches:
                missed, more = (
                    [(kind, text[a:b]) for kind, a, b in some] for some in (there - matches, matches - there)
                )
                lines.append(f"missed {missed} too much {more}: {text}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
