"""Runs of an import, and what of each incident has no column of ours."""

from django.db import models

from otklik.incidents.models import Incident


class Import(models.Model):
    """One file that was taken in, or is being. `digest` is its SHA-256, `cabinets` of which rows it is.

    `position` is the last row of the sheet that is done: started again, the same file goes on behind it. `zone` is by
    whose clock its times were read. Of `rows` that were done so many are `new`, `changed`, the `same` as before, and
    `skipped`; `odd` counts remarks in the report.
    """

    digest = models.CharField(max_length=64)
    zone = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    odd = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(ended_at__isnull=True), name="import_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"


class Imported(models.Model):
    """An incident as another system told it. `cabinet` with `theirs` is its id there, `number` what people call it.

    `kept` holds every cell as it was spelled (keeping.py), columns that nobody knows too; but neither the texts nor the
    author: those stand in our own tables, and are forgotten there. `digest` is of all cells, to know a row that has not
    changed. `revision` is what the card had when it was last taken in: a newer one means that somebody works on it
    here, and then the file says nothing any more.
    """

    cabinet = models.CharField(max_length=120)
    theirs = models.CharField(max_length=40)
    number = models.CharField(max_length=40, blank=True, default="")
    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="imported")
    run = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="imported")
    digest = models.CharField(max_length=64)
    revision = models.BigIntegerField()
    kept = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "imported"
        constraints = [models.UniqueConstraint(fields=["cabinet", "theirs"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.cabinet} {self.theirs}"
