"""How often the urgency is told rightly: `python -m bench.understanding.urgency [tune|measure]`.

On sentences that were invented for it (urgency_sentences.toml) and on texts that stand outside the project
(urgency_labels.csv); README.md says how both came to be.
"""

import argparse
import csv
import sys
import timeit
import tomllib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from bench.understanding.figures import shown
from bench.understanding.texts import DATA, texts
from otklik.triage.urgency.level import urgency

SENTENCES = Path(__file__).with_name("urgency_sentences.toml")
LABELS = Path(__file__).with_name("urgency_labels.csv")
Row = tuple[str, int, int]  # the sentence, its level, the level that was told


def half(text: str) -> str:
    """Which half a sentence belongs to, for good."""
    return "measure" if sha256(text.encode()).digest()[0] % 2 else "tune"


def rows(which: str, group: str = "") -> list[Row]:
    sentences = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
    return [
        (text, int(level), urgency(text).level)
        for name, levels in sentences.items()
        if group in ("", name)
        for level, texts in levels.items()
        for text in texts
        if half(text) == which
    ]


def real_rows(part: str) -> list[Row]:
    """The labelled texts of one part; the first of a row is its file and number, since the text is not for showing."""
    with LABELS.open(encoding="utf-8", newline="") as lines:
        labels = [row for row in csv.DictReader(lines) if row["part"] == part]
    read = {file: texts(file) for file in {row["file"] for row in labels}}
    return [
        (f"{row['file']} {row['row']}", int(row["urgency"]), urgency(read[row["file"]][row["row"]]).level)
        for row in labels
    ]


def figures(cases: list[Row], levels: tuple[int, ...] = (3, 2)) -> list[str]:
    """Accuracy, and recall and precision of each of `levels` and what is graver."""
    lines = [f"accuracy         {shown(sum(level == guess for _, level, guess in cases), len(cases))}"]
    for least in levels:
        title = f"{least} and more"
        right = sum(level >= least and guess >= least for _, level, guess in cases)
        there, positives = sum(level >= least for _, level, _ in cases), sum(guess >= least for _, _, guess in cases)
        lines.append(f"{title:<12} rec {shown(right, there)}")
        lines.append(f"{title:<12} pre {shown(right, positives)}")
    return lines


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.understanding.urgency", description=__doc__)
    parser.add_argument("half", nargs="?", choices=("tune", "measure"), default="measure")
    parser.add_argument("--wrong", action="store_true", help="show what was told wrongly")
    args = parser.parse_args(words)
    lines = []
    for group in ("", "plain", "nasty"):
        cases = rows(args.half, group)
        lines += [f"{args.half} {group or 'all'}, n = {len(cases)}", *figures(cases), ""]
    text = " ".join(row[0] for row in rows(args.half))[:15_000]
    pieces = [text[start : start + 150] for start in range(0, len(text), 150)]
    spent = min(timeit.repeat(lambda: [urgency(piece) for piece in pieces], number=1, repeat=20)) / len(pieces)
    lines.append(f"{spent * 1000:.3f} ms for 150 characters")
    real = real_rows(args.half) if DATA.is_dir() else []
    lines += ["", f"{args.half}, real texts, n = {len(real)}", *(figures(real, (3, 2, 1)) if real else ["skipped"])]
    if args.wrong:
        both = [*rows(args.half), *real]
        lines += [f"{level} told {guess}: {text}" for text, level, guess in both if level != guess]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
