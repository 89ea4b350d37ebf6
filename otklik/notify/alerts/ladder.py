"""The ladder: to whom it is told next that a clock has run out. Written as a whole, since its rungs hang together."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.notify.alerts.models import Level
from otklik.people.models import User
from otklik.people.seen import check_seen, mark

MOST = 5
MOST_MINUTES = 30 * 24 * 60


class Rung(NamedTuple):
    """Whoever has `role` nearest to the agency is told `minutes` after a clock ran out; by the wall, at any hour."""

    minutes: int
    role: str


def ladder() -> list[Rung]:
    """From the bottom up. One query."""
    return [Rung(level.minutes, level.role) for level in Level.objects.all()]


def ladder_seen(rungs: Sequence[Rung]) -> str:
    """The mark of a ladder as an editor saw it."""
    return mark(*(f"{rung.minutes} {rung.role}" for rung in rungs))


def set_ladder(rungs: Sequence[Rung], was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. What has climbed to a rung goes on from the next one of the new ladder.

    Raises Refused: "many", "minutes" (out of bounds), "order" (a rung is not later than the one before), "role",
    "overtaken" (it is not what was seen).
    """
    _check(rungs)
    with book.turn():
        current_rungs = ladder()
        check_seen(ladder_seen(current_rungs), was_seen)
        if list(rungs) == current_rungs:
            return False
        Level.objects.all().delete()
        Level.objects.bulk_create(
            Level(rung=number, minutes=rung.minutes, role=rung.role) for number, rung in enumerate(rungs, start=1)
        )
        data = {"rungs": [list(rung) for rung in rungs], "before": [list(rung) for rung in current_rungs]}
        book.write(at=at, actor=f"user:{by.pk}", verb="ladder.edit", subject="ladder:region", data=data)
    return True


def _check(rungs: Sequence[Rung]) -> None:
    if len(rungs) > MOST:
        raise Refused("many")
    if any(not 0 <= rung.minutes <= MOST_MINUTES for rung in rungs):
        raise Refused("minutes")
    if any(later.minutes <= earlier.minutes for earlier, later in pairwise(rungs)):
        raise Refused("order")
    if any(rung.role not in Level.Role.values for rung in rungs):
        raise Refused("role")
