"""What became of copies: when they were made, and whether they could be loaded again; and whose this database is."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, Q

KEPT = timedelta(days=60)
OLD = timedelta(days=2)
"""Where a copy is made every night, a last one of longer ago wants a person."""


class Run(models.Model):
    """One copy that was made, one trial of loading it into a scratch database, or one head of the journal that was
    written down elsewhere.

    `file` is a name without its folder, `size` bytes, `seconds` how long it took. `fault` says what went wrong.
    """

    class Kind(models.TextChoices):
        COPY = "copy"
        TRIAL = "trial"
        ANCHOR = "anchor"

    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    file = models.CharField(max_length=200, blank=True, default="")
    size = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    ok = models.BooleanField()
    fault = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["kind", "at"], name="backup_run_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file}: {'ok' if self.ok else self.fault}"


class Installation(models.Model):
    """What belongs to this database, in its one row: the fingerprints of the installation's key and of the key of
    whom we forgot, the word that stands in its data folder, and the kind of work that it was begun for."""

    class Mode(models.TextChoices):
        DEMO = "demo"
        REAL = "real"

    key = models.CharField(max_length=19)
    forgotten = models.CharField(max_length=19)
    folder = models.CharField(max_length=64)
    mode = models.CharField(max_length=4, choices=Mode)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="backup_one_installation")]

    def __str__(self) -> str:
        return f"{self.mode} {self.folder}"


def note(run: Run) -> None:
    """Keep it; those of more than sixty days ago go."""
    run.save()
    Run.objects.filter(at__lt=run.at - KEPT).delete()


def last(kind: str) -> "models.QuerySet[Run]":
    """The last of its kind, or no row. May be one part of a union."""
    newest = Run.objects.filter(kind=kind).order_by("-at", "-pk").values("pk")[:1]
    return Run.objects.filter(pk__in=newest).order_by()


def copied_since(moment: datetime) -> "models.QuerySet[Run]":
    """Copies that came to a good end after this moment."""
    return Run.objects.filter(kind=Run.Kind.COPY, ok=True, at__gte=moment)


def anything_wrong(since: datetime, *, nightly: bool) -> Q:
    """Whether a person has to look after the copies, as a condition for somebody else's query: the last copy, trial or
    anchor came to nothing, or, where they are made by night, none was made `since`."""
    kind = Run.Kind
    copy, trial, anchor = (Q(Exists(last(one).filter(ok=False))) for one in (kind.COPY, kind.TRIAL, kind.ANCHOR))
    wrong = copy | trial | anchor
    if nightly:
        wrong |= Q(Exists(Run.objects.filter(kind=kind.COPY))) & ~Q(Exists(copied_since(since)))
    return wrong
