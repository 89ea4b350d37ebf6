"""How fast a whole verdict is, and what it costs: `python -m bench.understanding.speed [--jobs N] [--runs N]`.

`otklik understand` is run as people run it, as a process of its own. A run's speed is its texts by the seconds from the
first verdict to the last. Of several runs the fastest counts: what else a machine does can only slow it. Invented
messages are joined to a mean of 150 characters; the texts of Perm are taken as they are, once where they are there.

Machines differ by two and more. The sentence model alone is timed beside as the measure of this one, with the program
that its package brings, which is not ours and stays as it is; and with the one that was built here, if there is one.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.understanding import data
from otklik.site.understand import PIECE
from otklik.themes import wording
from otklik.triage.theme import engine
from otklik.triage.theme.embedding import EmbedderError, Nano
from otklik.triage.theme.model import SHIPPED

LEAST = 90
"""An invented message of fewer characters is joined with the next one."""
NOTED = 190
"""Characters of a text that the sentence model alone is given: that makes a mean of some 145."""


class Run(NamedTuple):
    """Seconds by the wall until the first verdict, and from there to the last; the largest process so far in MB."""

    start: float
    rest: float
    size: float


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.understanding.speed", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="processes for the runs without embeddings (default 2)")
    parser.add_argument("--texts", type=int, default=4000, help="invented messages (default 4000)")
    parser.add_argument("--runs", type=int, default=3, help="of each so many runs, the fastest counts (default 3)")
    asked = parser.parse_args(words)
    _say(f"{os.cpu_count()} cores; model in the package: {SHIPPED.stat().st_size / 1e6:.1f} MB")
    invented = _invented(asked.texts)
    plain = ("--no-embeddings", "--jobs", str(asked.jobs))
    try:
        perm = [row["text"] for row in data.rows("perm_unlabelled.jsonl")]
    except data.Absent as absent:
        _say(f"Skipped: {absent}")
        perm = []
    # The system tells the largest child so far: so the small ones come first.
    for how, options, most in ((f"words alone, {asked.jobs} processes", plain, None), ("with embeddings", (), 600)):
        _timed(f"invented, {how}", invented[:most], options, asked.runs)
        if perm:
            _timed(f"Perm as it is, {how}", perm[:most], options, asked.runs)
    _measure_of_the_machine([text[:NOTED] for text in invented[:300]], asked.runs)
    return 0


def _measure_of_the_machine(texts: Sequence[str], runs: int) -> None:
    mean = sum(map(len, texts)) / len(texts)
    for built in (False, True) if engine.built() else (False,):
        try:
            model = Nano(threads=2, built=built)
        except EmbedderError as absent:
            _say(f"The sentence model alone: {absent}")
            return
        model.embed(texts[:8])
        took, worked = [], time.process_time()
        for _ in range(runs):
            began = time.monotonic()
            model.embed(texts)
            took.append(time.monotonic() - began)
        each = 1000 * (time.process_time() - worked) / runs / len(texts)
        whose = "the program built here" if built else "its package's program"
        _say(
            f"the sentence model alone, {whose}, 2 threads: {len(texts) / min(took):,.0f} texts a second, "
            f"{each:.1f} ms of a core a text (mean {mean:.0f} characters)"
        )


def _invented(count: int) -> list[str]:
    examples = iter(text for texts in wording.examples().values() for text in texts)
    joined = [text if len(text) >= LEAST else f"{text}. {next(examples, '')}" for text in examples]
    # Neighbours are of one theme: spread them, so that no process gets them all.
    return [joined[place] for start in range(97) for place in range(start, len(joined), 97)][:count]


def _timed(title: str, texts: Sequence[str], options: Sequence[str], runs: int) -> None:
    made = [_run(texts, options) for _ in range(runs)]
    mean = sum(map(len, texts)) / len(texts)
    start, rest = min(run.start for run in made), min(run.rest for run in made)
    speeds = [(len(texts) - PIECE) / run.rest for run in made]
    _say(
        f"{title}: {(len(texts) - PIECE) / rest:,.0f} texts a second (n = {len(texts)}, mean {mean:.0f} characters; "
        f"the slowest of {runs} runs {min(speeds):,.0f}), the first verdict after {start:.1f} s, "
        f"{made[-1].size:.0f} MB resident"
    )


def _run(texts: Sequence[str], options: Sequence[str]) -> Run:
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        source = Path(folder) / "messages.jsonl"
        source.write_text("".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts)))
        command = [sys.executable, "-m", "otklik.site.cli", "understand", *options]
        began = time.monotonic()
        with source.open("rb") as file, subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE) as process:  # noqa: S603 our own interpreter
            out = process.stdout.fileno() if process.stdout else -1
            if not os.read(out, 1):
                raise RuntimeError("no verdict came")
            first = time.monotonic()
            while os.read(out, 1 << 16):
                pass
            last = time.monotonic()
        if process.returncode:
            raise RuntimeError(f"the run ended with {process.returncode}")
        size = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        return Run(first - began, last - first, size)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
