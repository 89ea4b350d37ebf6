"""What learning from many cards costs: `python -m bench.understanding.lessons [--lessons N] [--embeddings]`.

Makes N lessons, heard and learned as `otklik train` does it, and prints the time and the largest size of this process.
The lessons are bags of words of the invented messages of a theme, so that no two are near-copies: they say how long
it takes and nothing about how good it is.
"""

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np

from bench.understanding.build import themes
from otklik.themes import wording
from otklik.triage.alone import embedder
from otklik.triage.theme.finder import Heed, ThemeFinder
from otklik.triage.theme.learning import Seen
from otklik.triage.theme.model import shipped
from otklik.triage.theme.teaching import MOST, Material, teach

MINUTES, MEGABYTES = 15, 1500
WORDS = 22
"""Of a lesson: some 150 characters."""
PIECE = 64


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when learning takes more than 15 minutes or 1.5 GB."""
    parser = argparse.ArgumentParser("python -m bench.understanding.lessons", description=__doc__)
    parser.add_argument("--lessons", type=int, default=MOST, help=f"how many (default {MOST}, the most that count)")
    parser.add_argument("--embeddings", action="store_true", help="with the sentence model, which takes far longer")
    asked = parser.parse_args(words)
    began = time.monotonic()
    texts, labels = _lessons(asked.lessons, Random(0))  # noqa: S311 the same at every run
    model = embedder(threads=2) if asked.embeddings else None
    mind = ThemeFinder(themes(), shipped(), model)
    pieces = [texts[start : start + PIECE] for start in range(0, len(texts), PIECE)]
    vectors = np.vstack([model.embed(piece) for piece in pieces]) if model else None
    heed = Heed(*(np.vstack(column) for column in zip(*map(mind.lessons, pieces), strict=True)))
    heard = time.monotonic() - began
    first = datetime(2026, 1, 1, tzinfo=UTC)
    days = [first + timedelta(minutes=number) for number in range(len(texts))]
    seen = Seen(texts, vectors, heed.opinions, heed.plain)
    taught = teach(Material(seen, labels, days, mind.codes, heed.shipped, heed.now), model.name if model else "", {})
    minutes = (time.monotonic() - began) / 60
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{len(texts)} lessons of {np.mean([len(text) for text in texts]):.0f} characters, {taught.themes} themes, "
        f"{'with' if model else 'without'} the sentence model: heard in {heard / 60:.1f} minutes, "
        f"learned after {minutes:.1f} (at most {MINUTES} wanted), {size:.0f} MB (at most {MEGABYTES})\n"
    )
    return int(minutes > MINUTES or size > MEGABYTES)


def _lessons(count: int, random: Random) -> tuple[list[str], list[str]]:
    """Texts and the codes of their themes, mixed as cards come."""
    known = {code: " ".join(texts).split() for code, texts in wording.examples().items()}
    labels = [code for _ in range(-(-count // len(known))) for code in known][:count]
    random.shuffle(labels)
    return [" ".join(random.choices(known[code], k=WORDS)) for code in labels], labels


if __name__ == "__main__":
    sys.exit(main())
