"""What is written, what breaks and when: values made of a seed alone, so that a run can be played again.

Moments are seconds of the load's own clock, which stands still while too much waits. Time is scaled: a second here
stands for a minute between two looks of the product, so reads that lag two seconds behind stand for two minutes.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NETWORKS = ("vk", "ok", "max", "telegram", "instagram", "facebook", "x")
PACE = 1.7  # answers in a second
WITHIN = 5  # seconds that a network has for its answer
LAG = 2  # seconds that reads lag behind
OFF = 600  # seconds that the networks' clock is off
BEFORE = ("drop_before", "http_before", "slow_before")
AFTER = ("drop_after", "http_after", "slow", "late")
"""In all of these the text stands there and nobody is told, or told too late."""
SEALER = "sealer"
WORKERS = ("worker-1", "worker-2", SEALER)
EVERY = (*WORKERS, "web", "sandbox")
LIGHT = (*EVERY, *EVERY, *WORKERS)
TWINS_APART = len(NETWORKS)  # two comments of one network, one after the other
TWINS = ("vk", "ok", "max", "telegram")  # the others refuse to say the same words twice, as they do outside


@dataclass(frozen=True, slots=True)
class Comment:
    """What one citizen writes and how he is answered: `words` number the text, the same for two that are told alike."""

    number: int
    network: str
    at: float
    kinds: tuple[str, ...]
    words: int


@dataclass(frozen=True, slots=True)
class Fault:
    """The next call that answers in this network meets it."""

    at: float
    network: str
    kind: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Blow:
    """A process killed outright, the database's server ended (`how`), or a disk filled; mended after `down` seconds."""

    at: float
    what: str
    down: float
    how: str = "kill"


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    off: int
    span: float
    comments: tuple[Comment, ...]
    faults: tuple[Fault, ...]
    blows: tuple[Blow, ...]

    @property
    def answers(self) -> int:
        return sum(len(comment.kinds) for comment in self.comments)


def plan(seed: int, answers: int, database: str) -> Plan:
    """At least so many answers. `database` is "sqlite" or "postgresql": only the second has a server to kill."""
    chance = random.Random(f"{seed}/{database}")  # noqa: S311 a seeded plan, not cryptography
    span = answers / PACE
    comments = tuple(_comments(chance, answers, span))
    blows = sorted(_blows(chance, span, database), key=lambda blow: blow.at)
    faults = sorted(_faults(chance, comments, span), key=lambda fault: fault.at)
    return Plan(seed, chance.choice((-OFF, OFF)), span, comments, tuple(faults), tuple(blows))


def _comments(chance: random.Random, answers: int, span: float) -> Sequence[Comment]:
    """Every fifth is promised something first and answered later; now and then two are answered in the same words."""
    made: list[Comment] = []
    left = answers
    while left > 0:
        number = len(made)
        kinds = ("interim", "final") if chance.random() < 0.2 else ("final",)
        network = NETWORKS[number % len(NETWORKS)]
        before = made[number - TWINS_APART] if number >= TWINS_APART else None
        alike = before is not None and network in TWINS and kinds == before.kinds == ("final",)
        words = before.words if before and alike and chance.random() < 0.25 else number
        made.append(Comment(number, network, 0.0, kinds, words))
        left -= len(kinds)
    moments = sorted(chance.uniform(0, span) for _ in made)
    return [Comment(one.number, one.network, at, one.kinds, one.words) for one, at in zip(made, moments, strict=True)]


def _faults(chance: random.Random, comments: Sequence[Comment], span: float) -> Sequence[Fault]:
    """A third as many as there are comments, all kinds in all networks in turn."""
    kinds = [*BEFORE, *AFTER, *AFTER]
    faults = []
    for number in range(max(len(NETWORKS), len(comments) // 3)):
        kind = kinds[number % len(kinds)] if number >= len(NETWORKS) else AFTER[number % 2]
        seconds = {"late": WITHIN + 1.0, "slow": WITHIN + 1.0, "slow_before": 1.0}.get(kind, 0.0)
        faults.append(Fault(chance.uniform(0, span), NETWORKS[number % len(NETWORKS)], kind, seconds))
    return faults


def _blows(chance: random.Random, span: float, database: str) -> Iterator[Blow]:
    """One about every eight seconds, each kind at least once; the heavy ones far enough from each other."""
    heavy = ["disk", *["database"] * 2 * (database == "postgresql")] * max(1, round(span / 120))
    step = span / len(heavy)
    for number, what in enumerate(chance.sample(heavy, len(heavy))):
        how = chance.choice(("kill", "immediate")) if what == "database" else "kill"
        yield Blow((number + chance.uniform(0.2, 0.7)) * step, what, chance.uniform(2.0, 5.0), how)
    more = max(0, round(span / 8) - len(EVERY))
    for what in [*EVERY, *(chance.choice(LIGHT) for _ in range(more))]:
        yield Blow(chance.uniform(0.05, 0.98) * span, what, chance.uniform(0.1, 3.0))
