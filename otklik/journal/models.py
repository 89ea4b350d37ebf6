"""The journal's tables: entries that nobody can change, their free reasons that can be erased apart, and who looked."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact

from otklik.lib.due import Due

CODE = re.compile(r"[a-z0-9_.:-]{1,64}")
MARKED = Exact(F("id") % 64, 0)
"""Every sixty-fourth entry: those whose times are in an index. `when.py` finds the others by their numbers."""


class Entry(models.Model):
    """One thing that happened.

    `actor` and `subject` are codes such as `user:5`, `machine:routing`, `answer:17`; `data` holds ids and codes.
    A trigger refuses UPDATE and DELETE; a Seal covers the row a moment later. `hash` is what earlier versions gave each
    row, together with the hash of the row before; "" since there are seals.
    `reason_seal` is the salted digest of the free reason: it proves the text while that exists and says nothing after.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    incident = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=64, blank=True, default="")
    reason_seal = models.CharField(max_length=64, blank=True, default="")
    data = models.JSONField(default=dict)
    hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["incident"], name="entry_card"),
            models.Index(fields=["subject"], name="entry_about"),
            models.Index(fields=["actor"], name="entry_who"),
            models.Index(fields=["verb"], name="entry_what"),
            models.Index(fields=["at"], name="entry_when", condition=Q(MARKED)),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.actor} {self.verb} {self.subject}"


class Seal(models.Model):
    """A batch of entries, those after the entry `after` up to `last`: their hash, together with the seal before.

    `after` is where the batch before ended, so that two seals never stand on the same one. `gaps` are the numbers in
    between that no entry has, as pairs of first and last: a database that takes a transaction back does not give its
    numbers out again. A trigger refuses UPDATE and DELETE.
    """

    after = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField()
    at = models.DateTimeField()
    gaps = models.JSONField(default=list)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"seal on the entries {self.after + 1} to {self.last}"


class Sealing(Due):
    """The one row of the step that seals; `entry` is the last one that has its seal."""

    entry = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return "sealing"


class Reason(models.Model):
    """The free words of a reason, apart from the entry so that they can be forgotten."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="free_reason")
    salt = models.CharField(max_length=32)
    text = models.TextField()

    def __str__(self) -> str:
        return f"reason of {self.entry_id}"


class Look(models.Model):
    """Somebody opened a card, once a quarter of an hour (`quarter` is its beginning). Ids alone: no keys upwards."""

    user = models.BigIntegerField()
    incident = models.BigIntegerField()
    quarter = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "user", "quarter"], name="look_once")]
        indexes = [models.Index(fields=["user", "id"], name="look_user"), models.Index(fields=["at"], name="look_at")]

    def __str__(self) -> str:
        return f"{self.user} at {self.incident}"


def check_code(value: str) -> None:
    """Raises ValidationError unless `value` is a code: lower-case Latin letters, digits and `_ . : -`."""
    if not CODE.fullmatch(value):
        raise ValidationError(f"the journal takes ids and codes only, not {len(value)} characters of text")


def check_data(value: Any, depth: int = 0) -> None:
    """The same for everything inside `data`: numbers, booleans, codes, and lists and dicts of these."""
    if value is None or isinstance(value, bool | int):
        return None
    if isinstance(value, str):
        return check_code(value) if value else None
    if isinstance(value, list) and depth < 3:
        for item in value:
            check_data(item, depth + 1)
        return None
    if isinstance(value, dict) and depth < 3:
        for key, item in value.items():
            check_code(key)
            check_data(item, depth + 1)
        return None
    raise ValidationError(f"the journal does not take a {type(value).__name__}")
