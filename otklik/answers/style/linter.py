"""All rules in their order, and what a text looks like with fixes put in. Pure."""

from collections.abc import Callable, Iterable, Iterator

from otklik.answers.style import address, formal, printing, reach, substance, tone, wording
from otklik.answers.style.read import Reading
from otklik.answers.style.values import About, Fault, Level

Rule = Callable[[Reading], Iterator[Fault]]
RULES: tuple[Rule, ...] = (
    *(formal.formal, substance.when, substance.who, substance.why, substance.anything, substance.rating),
    *(substance.question, substance.repeated, address.greeting, address.gender),
    *(reach.length, reach.links, reach.personal),
    *(tone.anger, tone.shouting, wording.laws, wording.sentences, wording.chains, wording.nouns),
    *(wording.officialese, printing.yo, printing.signs),
)
MOST_READ = 20_000
"""Characters of a text that are looked at; no network takes as many."""
_WEIGHT = {Level.STOP: 0, Level.WARNING: 1, Level.NOTE: 2}


def look(text: str, about: About) -> list[Fault]:
    """What is found, the gravest first, then in the order of the text. [] for an empty text. Never raises."""
    if not text.strip():
        return []
    reading = Reading(text[:MOST_READ], about)
    faults = dict.fromkeys(fault for rule in RULES for fault in rule(reading))
    return sorted(faults, key=lambda fault: (_WEIGHT[fault.level], fault.start, fault.end))


def mended(text: str, faults: Iterable[Fault]) -> str:
    """The text with every fix put in; of two that overlap, the first."""
    kept: list[str] = []
    done = 0
    for fault in sorted(faults, key=lambda one: (one.start, -one.end)):
        if fault.instead is not None and fault.start >= done and fault.end > fault.start:
            kept += [text[done : fault.start], fault.instead]
            done = fault.end
    return "".join([*kept, text[done:]])
