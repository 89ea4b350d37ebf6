"""What today's rules make of texts whose writers never saw them: `python -m bench.understanding.by_writer`.

Danger and kind, beside the baseline of the majority. The worst and the best writer stand beside the whole: one person's
way of speaking is one draw, and the interval over texts alone would hide it.
"""

import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from bench.understanding.corpora import Danger, Wish, dangers, wishes, writers
from bench.understanding.figures import shown
from otklik.triage.kind.relevance import judge
from otklik.triage.urgency.level import urgency

Row = TypeVar("Row", Danger, Wish)


class Measure(NamedTuple):
    """A share: of the rows that `among` takes, those that are `right`."""

    title: str
    among: Callable[[int], bool]
    right: Callable[[int], bool]


ALARMS = (
    Measure("danger to life (3) found, answered 2 or 3", lambda level: level == 3, lambda answer: answer >= 2),
    Measure("dangers (2 and 3) found, answered 2 or 3", lambda level: level >= 2, lambda answer: answer >= 2),
    Measure("harmless (0) alarmed, answered 2 or 3", lambda level: level == 0, lambda answer: answer >= 2),
)
MATTER = ("complaint", "question", "suggestion")


def main() -> int:
    answers = [(one, urgency(one.text).level) for one in dangers()]
    _say(f"Danger: {len(answers)} texts of {len(writers())} writers")
    for measure in ALARMS:
        pairs = [(one, measure.right(answer)) for one, answer in answers if measure.among(one.level)]
        _say(f"  {measure.title}: {_by_writer(pairs)}")
    kinds = [(one, judge(one.text, has_media=False, is_reply=False, author_is_ours=False).kind) for one in wishes()]
    _say(f"Kind: {len(kinds)} texts; everything a complaint cuts no noise and loses none")
    noise = [(one, kind == "noise") for one, kind in kinds if one.kind == "noise"]
    _say(f"  noise cut: {_by_writer(noise)}")
    for name in MATTER:
        _say(
            f"  {name} lost as noise: {_by_writer([(one, kind == 'noise') for one, kind in kinds if one.kind == name])}"
        )
    apart = [(one, kind == one.kind) for one, kind in kinds if one.kind in ("thanks", "question", "suggestion")]
    _say(f"  thanks, question, suggestion told apart: {_by_writer(apart)}")
    return 0


def _by_writer(pairs: Sequence[tuple[Row, bool]]) -> str:
    """The share over all, and that of the writer with the smallest and of the one with the largest."""
    shares = [
        sum(right for _, right in own) / len(own)
        for name in writers()
        if (own := [pair for pair in pairs if pair[0].writer == name])
    ]
    whole = shown(sum(right for _, right in pairs), len(pairs))
    return f"{whole}; by writer {min(shares):.2f} to {max(shares):.2f}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
