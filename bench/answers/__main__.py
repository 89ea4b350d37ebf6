"""What the linter says of written answers: `python -m bench.answers [first|second] [--wrong]`.

A bad answer is caught by a warning or a stop. A stop on a good one is false; a warning there is a price, too, and is
printed beside it. Baseline: five phrases that everybody knows as a brush-off, each a stop.
"""

import argparse
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from otklik.answers.style.linter import look
from otklik.answers.style.values import About, Fault, Level
from otklik.networks.registry import NETWORKS

SETS = Path(__file__).parent
_BASELINE = re.compile(
    r"обратитесь в|в рамках компетенции|обращение рассмотрено|взято на контроль|приносим извинения", re.I
)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.answers", description=__doc__)
    parser.add_argument("set", nargs="?", choices=("first", "second"), default="second")
    parser.add_argument("--wrong", action="store_true", help="what was missed and what was wrongly held up")
    asked = parser.parse_args(words)
    answers = tomllib.loads((SETS / f"{asked.set}.toml").read_text(encoding="utf-8"))["answer"]
    pairs = [(one, look(one["text"], about(one))) for one in answers]
    good = [pair for pair in pairs if pair[0]["good"]]
    bad = [pair for pair in pairs if not pair[0]["good"]]
    caught = [pair for pair in bad if _weighs(pair[1])]
    named = [pair for pair in bad if {fault.rule for fault in pair[1] if fault.level != Level.NOTE} & _rules(pair[0])]
    _say(f"the {asked.set} set: {len(good)} good answers, {len(bad)} bad")
    _say(f"bad ones caught:     {len(caught)} of {len(bad)}, by the fault they have {len(named)}")
    _say(f"good ones stopped:   {sum(_stops(faults) for _one, faults in good)} of {len(good)}")
    _say(f"good ones warned of: {sum(_weighs(faults) for _one, faults in good)} of {len(good)}")
    simple = [_BASELINE.search(one["text"]) is not None for one in answers]
    hits = Counter(one["good"] for one, hit in zip(answers, simple, strict=True) if hit)
    _say(f"five known phrases:  {hits[False]} bad ones caught, {hits[True]} good ones stopped")
    if asked.wrong:
        _print_wrong(good, bad)
    return 0


def about(one: dict[str, Any]) -> About:
    """What the linter is told of a written answer."""
    limits = NETWORKS[one["network"]].limits
    return About(
        kind=one["kind"],
        outcome=one["outcome"],
        solvable=one["solvable"],
        name=one["name"],
        complaint=one["complaint"],
        direct=one["direct"],
        bounds=limits,
        link_warning=limits.link_warning,
    )


_RULES_OF = {
    "bureaucratese": {"officialese"},
    "participles": {"chain"},
    "wrong_name": {"wrong_name", "gender", "greeting"},
    "link": {"link", "network"},
    "too_long": {"too_long", "network"},
    "explained_without_reason": {"explained"},
    "interim_no_date": {"no_date"},
    "question_closed": {"question"},
}


def _rules(one: dict[str, Any]) -> set[str]:
    return set().union(*(_RULES_OF.get(code, {code}) for code in one["faults"]))


def _weighs(faults: Sequence[Fault]) -> bool:
    return any(fault.level != Level.NOTE for fault in faults)


def _stops(faults: Sequence[Fault]) -> bool:
    return any(fault.level == Level.STOP for fault in faults)


def _print_wrong(good: list[tuple[dict[str, Any], list[Fault]]], bad: list[tuple[dict[str, Any], list[Fault]]]) -> None:
    for one, faults in good:
        for fault in faults:
            if fault.level != Level.NOTE:
                _say(f"{one['id']} {fault.level} {fault.rule} «{one['text'][fault.start : fault.end]}»")
    for one, faults in bad:
        rules = {fault.rule for fault in faults if fault.level != Level.NOTE}
        if not rules & _rules(one):
            _say(f"{one['id']} {'other' if rules else 'missed'} {one['faults']}, found {sorted(rules)}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
