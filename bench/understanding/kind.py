"""How well the kind of a message is told: `python -m bench.understanding.kind [--part tune|measure]`.

What counts is that nothing that asks for something is taken for noise, and that much of the noise is called so.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.understanding.figures import shown
from bench.understanding.texts import DATA, texts
from otklik.triage.kind.relevance import judge

LABELS = Path(__file__).with_name("kind_labels.csv")
KINDS = ("complaint", "question", "suggestion", "thanks", "noise")
MATTER = ("complaint", "question", "suggestion")


class Labelled(NamedTuple):
    file: str
    row: str
    kind: str
    text: str


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.understanding.kind", description=__doc__)
    parser.add_argument("--part", choices=("tune", "measure"), help="one half only (default both)")
    parser.add_argument("--wrong", action="store_true", help="file, row and kinds of what noise was mistaken in")
    asked = parser.parse_args(words)
    if not DATA.is_dir():
        _say(f"Skipped: the texts are not here ({DATA}).")
        return 0
    seen = list(labelled(asked.part))
    known = [one for one in seen if one.kind != "unsure"]
    guesses: list[str] = [judge(one.text, has_media=False, is_reply=False, author_is_ours=False).kind for one in known]
    pairs = Counter(zip((one.kind for one in known), guesses, strict=True))
    _say(f"{len(known)} texts, {len(seen) - len(known)} more are unsure and left out")
    _say(f"everything is a complaint: {_both(Counter((one.kind, 'complaint') for one in known))}")
    _say(f"the rules:                 {_both(pairs)}")
    _print_confusion(pairs)
    if asked.wrong:
        for one, kind in zip(known, guesses, strict=True):
            if "noise" in (one.kind, kind) and one.kind != kind:
                _say(f"{one.file} {one.row}: {one.kind}, taken for {kind}")
    return 0


def labelled(part: str | None = None) -> Iterator[Labelled]:
    """The labelled texts of one half or of both, those that are unsure among them. Raises OSError."""
    kept: dict[str, dict[str, str]] = {}
    with LABELS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if part in (None, row["part"]):
                if row["file"] not in kept:
                    kept[row["file"]] = texts(row["file"])
                yield Labelled(row["file"], row["row"], row["kind"], kept[row["file"]][row["row"]])


def recall(pairs: Counter[tuple[str, str]], kinds: Sequence[str] = MATTER) -> tuple[int, int]:
    """Of what is of these kinds: how many were not taken for noise, of how many. Pairs are (labelled, told)."""
    right = sum(count for (true, guess), count in pairs.items() if true in kinds and guess != "noise")
    return right, sum(count for (true, _), count in pairs.items() if true in kinds)


def cut(pairs: Counter[tuple[str, str]]) -> tuple[int, int]:
    """Of the noise: how much was called noise, of how much."""
    return pairs["noise", "noise"], sum(count for (true, _), count in pairs.items() if true == "noise")


def _both(pairs: Counter[tuple[str, str]]) -> str:
    matter, complaints, noise = recall(pairs), recall(pairs, ("complaint",)), cut(pairs)
    return f"kept {shown(*matter)}; of complaints {shown(*complaints)}; noise cut {shown(*noise)}"


def _print_confusion(pairs: Counter[tuple[str, str]]) -> None:
    _say("".join(f"{kind:>12}" for kind in ("is \\ told", *KINDS)))
    for true in KINDS:
        _say(f"{true:>12}" + "".join(f"{pairs[true, guess]:>12}" for guess in KINDS))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
