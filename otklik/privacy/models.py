"""How far the clock has been followed: one row for each kind of data that is forgotten by it."""

from django.db import models

from otklik.lib.due import Due


class Sweep(Due):
    """One kind of data (kinds.py). Its step is privacy.retain: a piece at a time, then once a day.

    `upto` is the id up to which everything has been done with, where rows come in the order of time. `round_at` is when
    the round that runs began, `removed` what it has removed so far; `ended_at` and `count` are of the last whole one.
    """

    kind = models.CharField(max_length=16, unique=True)
    upto = models.BigIntegerField(default=0)
    round_at = models.DateTimeField(null=True, blank=True)
    removed = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.kind
