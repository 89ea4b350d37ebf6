"""Which of those who write of one thing are put together, and which others with them: `python -m bench.problems`.

Two stories are told by generators, each with as many seeds as are wanted: a burst main with forty who complain of it
and forty near by, and a street of eight, where some have nothing to put their rubbish into and to the others nobody
comes for it; the street once more in words that were written after the product had learned to tell the two apart. What
is said goes through the product's own steps on a database that is thrown away; no network is asked.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.desk.database import database


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.problems", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds of each story (default 3)")
    parser.add_argument("--first", type=int, default=20, help="the first of them (default 20)")
    parser.add_argument("--story", choices=("burst", "street", "street-later"), help="one of them only (default all)")
    parser.add_argument("--words-alone", action="store_true", help="without the sentence model")
    parser.add_argument("--lost", action="store_true", help="show the texts that are missing or wrongly in")
    args = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="otklik-bench-"))
    try:
        with database("sqlite", folder, again=False, keep=False):
            _run(args)
    finally:
        shutil.rmtree(folder)
    return 0


def _run(args: argparse.Namespace) -> None:
    from django.conf import settings

    from bench.problems.stories import STORIES, measured, summed
    from otklik.demo.region import load_reference
    from otklik.lib import clock

    if args.words_alone:
        settings.EMBEDDINGS = "off"
    now = clock.now()
    load_reference(now, lambda _done, _whole: None)
    _say("| story | seed | matter | inside | others wrongly in | problems |")
    _say("|---|---|---|---|---|---|")
    sums = []
    for story in STORIES:
        if args.story not in (None, story.name):
            continue
        lines = []
        for seed in range(args.first, args.first + args.seeds):
            for line in measured(story, seed, now):
                lines.append(line)
                _say(str(line))
                for text in _shown(line.gathered.missing, line.gathered.strange) if args.lost else ():
                    _say(text)
        sums.append(summed(story.name, lines))
    _say("\n| story | seeds | inside their own problem | others wrongly in | seeds without a fault |")
    _say("|---|---|---|---|---|")
    for one in sums:
        _say(one)


def _shown(missing: Sequence[str], strange: Sequence[str]) -> Iterator[str]:
    yield from (f"  missing: {text}" for text in missing)
    yield from (f"  wrongly in: {text}" for text in strange)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
