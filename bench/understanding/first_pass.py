"""How fast the first look at the raw stream is, and what it loses: `python -m bench.understanding.first_pass`.

Texts are cut or repeated to 150 characters, the mean of a comment. One core, processor time, beside `relevance.judge`.
The labelled files were filtered by others, so little of them can be dropped: a raw stream has far more of it.
"""

import sys
import time
from collections.abc import Callable, Sequence

from bench.understanding.figures import shown
from bench.understanding.kind import MATTER, Labelled, labelled
from bench.understanding.texts import DATA
from otklik.triage.kind.first_pass import worth_reading
from otklik.triage.kind.relevance import judge

LENGTH, TURNS = 150, 5


def main() -> int:
    if not DATA.is_dir():
        _say(f"Skipped: the texts are not here ({DATA}).")
        return 0
    seen = [one for one in labelled() if one.kind != "unsure"]
    texts = [(one.text + " ") * (LENGTH // (len(one.text) + 1) + 1) for one in seen if one.text]
    texts = [text[:LENGTH] for text in texts]
    fast, slow = pace(worth_reading, texts), pace(_judged, texts)
    _say(f"{fast:,.0f} texts a second on one core at {LENGTH} characters (n = {len(texts)}, the best of {TURNS})")
    _say(f"relevance.judge: {slow:,.0f}; the first look is {fast / slow:.1f} times as fast")
    for title, kinds in (("kept of complaints", MATTER[:1]), ("kept of what asks for something", MATTER)):
        _say(f"{title}: {_share(seen, kinds, kept=True)}")
    _say(f"dropped of noise: {_share(seen, ('noise',), kept=False)}")
    _say(f"dropped of all: {shown(sum(not worth_reading(one.text) for one in seen), len(seen))}")
    return 0


def pace(look: Callable[[str], object], texts: Sequence[str]) -> float:
    """Texts a second of processor time, the best of several turns after one to warm up."""
    best = float("inf")
    for turn in range(TURNS + 1):
        began = time.process_time()
        for text in texts:
            look(text)
        if turn:
            best = min(best, time.process_time() - began)
    return len(texts) / best


def _judged(text: str) -> object:
    return judge(text, has_media=False, is_reply=False, author_is_ours=False)


def _share(seen: Sequence[Labelled], kinds: Sequence[str], *, kept: bool) -> str:
    asked = [worth_reading(one.text) == kept for one in seen if one.kind in kinds]
    return shown(sum(asked), len(asked))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
