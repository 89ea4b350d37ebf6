"""Scheduled work that belongs to no other row, and what workers say of themselves."""

from django.db import models

from otklik.lib.due import Due


class Chore(Due):
    """A named job; its step runs the function of that name and sets the next `due_at`."""

    name = models.CharField(max_length=64, unique=True)
    last_run_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A worker's sign of life, so that pages can say «the worker is not running»."""

    name = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
