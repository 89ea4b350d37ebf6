"""A million cards, and their folded months as a worker folds them."""

import time
from datetime import datetime
from typing import NamedTuple

from django.db.models import Sum
from django.db.models.functions import Length

from bench.desk import block, multiply
from otklik.flow.loop import turn_once
from otklik.flow.steps import FLOW
from otklik.lib import clock
from otklik.reports.models import FoldedMonth, MonthFolding

STEP = next(step for step in FLOW if step.model is MonthFolding)


class Folded(NamedTuple):
    """What lies in the database; `seconds` is how long the folding took, 0 when all was there."""

    cards: int
    months: int
    kept: int
    seconds: float


def build(cards: int, years: int, now: datetime) -> None:
    """Minutes for a million."""
    first = min(cards, block.BLOCK)
    block.fill(now, first, 365 * years + years // 4)
    if cards > first:
        multiply.multiply(cards // first)
    block.analyze()


def fold(now: datetime) -> Folded:
    """By the worker's own step, until it has nothing to do."""
    began = time.monotonic()
    MonthFolding.objects.update(due_at=now)
    while MonthFolding.objects.filter(due_at__lte=clock.now()).exists():
        turn_once(STEP)
    totals = FoldedMonth.objects.aggregate(rows=Sum("rows"), kept=Sum(Length("cards")))
    return Folded(totals["rows"] or 0, FoldedMonth.objects.count(), totals["kept"] or 0, time.monotonic() - began)
