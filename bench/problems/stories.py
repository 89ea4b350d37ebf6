"""The stories, and what the product makes of one of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from otklik.incidents.models import Problem
from tests import burst_texts, waste_texts
from tests.heard import Gathered, Spoken, gathered, hear_all


@dataclass(frozen=True, slots=True)
class Story:
    """`tell` makes of a seed the texts of each matter, and under "" those that are of none."""

    name: str
    tell: Callable[[int], Mapping[str, Sequence[Spoken]]]


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one matter; `problems` is how many the whole story has made."""

    story: str
    seed: int
    matter: str
    whole: int
    gathered: Gathered
    others: int
    problems: int

    def __str__(self) -> str:
        inside, wrong = f"{self.gathered.inside} of {self.whole}", f"{self.gathered.wrong} of {self.others}"
        return f"| {self.story} | {self.seed} | {self.matter} | {inside} | {wrong} | {self.problems} |"


def measured(story: Story, seed: int, now: datetime) -> Iterator[Line]:
    """A line a matter. The database is as before afterwards."""
    texts_by_matter = story.tell(seed)
    every = [one for texts in texts_by_matter.values() for one in texts]
    with transaction.atomic():
        cards = hear_all(every, now)
        problems = Problem.objects.count()
        lines = [
            Line(story.name, seed, matter, len(texts), gathered(cards, texts), len(every) - len(texts), problems)
            for matter, texts in texts_by_matter.items()
            if matter
        ]
        transaction.set_rollback(True)
    yield from lines


def summed(name: str, lines: Sequence[Line]) -> str:
    """All seeds of a story in one line. A fault is whoever is missing or wrongly in, however many there are."""
    seeds = {line.seed for line in lines}
    faulty = {line.seed for line in lines if line.gathered.inside < line.whole or line.gathered.wrong}
    inside, whole = sum(line.gathered.inside for line in lines), sum(line.whole for line in lines)
    wrong = sum(line.gathered.wrong for line in lines)
    span = f"{min(seeds)}–{max(seeds)}"
    return f"| {name} | {span} | {inside} of {whole} | {wrong} | {len(seeds - faulty)} of {len(seeds)} |"


def _burst(seed: int) -> Mapping[str, Sequence[Spoken]]:
    """The seed of the test is the first by default: there the others have the next one."""
    return {"main": burst_texts.burst(seed), "": burst_texts.others(seed + 1)}


def _street(seed: int, *, later: bool = False) -> Mapping[str, Sequence[Spoken]]:
    utterances = waste_texts.residents(seed, later=later)
    texts_by_matter = {name: [one for one in utterances if one.matter == name] for name in waste_texts.MATTERS}
    return {**texts_by_matter, "": waste_texts.neighbours(seed)}


STORIES = (
    Story("burst", _burst),
    Story("street", _street),
    Story("street-later", partial(_street, later=True)),
)
