"""The stories, and what the product makes of one of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
    found: Gathered
    others: int
    problems: int

    def __str__(self) -> str:
        inside, wrong = f"{self.found.inside} of {self.whole}", f"{self.found.wrong} of {self.others}"
        return f"| {self.story} | {self.seed} | {self.matter} | {inside} | {wrong} | {self.problems} |"


def measured(story: Story, seed: int, now: datetime) -> Iterator[Line]:
    """A line a matter. The database is as before afterwards."""
    told = story.tell(seed)
    every = [one for texts in told.values() for one in texts]
    with transaction.atomic():
        cards = hear_all(every, now)
        problems = Problem.objects.count()
        lines = [
            Line(story.name, seed, matter, len(texts), gathered(cards, texts), len(every) - len(texts), problems)
            for matter, texts in told.items()
            if matter
        ]
        transaction.set_rollback(True)
    yield from lines


def _burst(seed: int) -> Mapping[str, Sequence[Spoken]]:
    """The seed of the test is the first by default: there the others have the next one."""
    return {"main": burst_texts.burst(seed), "": burst_texts.others(seed + 1)}


def _street(seed: int) -> Mapping[str, Sequence[Spoken]]:
    said = waste_texts.residents(seed)
    told = {name: [one for one in said if one.matter == name] for name in waste_texts.MATTERS}
    return {**told, "": waste_texts.neighbours(seed)}


STORIES = (Story("burst", _burst), Story("street", _street))
