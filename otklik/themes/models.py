"""The classifier in force and those before it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Classifier(models.Model):
    """One version of groups and themes, from a local day on. Until that day has come, `plan` holds what it will change
    (turning.py); empty, it has been done.
    """

    version = models.CharField(max_length=32, unique=True)
    in_force_from = models.DateField()
    plan = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.version

    @property
    def begun(self) -> bool:
        return not self.plan


class ThemeGroup(models.Model):
    classifier = models.ForeignKey(Classifier, on_delete=models.PROTECT, related_name="groups")
    code = models.SlugField(max_length=64)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["classifier", "code"], name="theme_group_code")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """`kind` is the kind of incident that this theme suggests; `severity` is 1 (trifle) to 5 (danger to life)."""

    class Kind(models.TextChoices):
        SOLVABLE = "solvable", _("Решаемый")
        UNSOLVABLE = "unsolvable", _("Не решаемый")
        INFORMATIONAL = "informational", _("Информационный")

    group = models.ForeignKey(ThemeGroup, on_delete=models.PROTECT, related_name="themes")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=250)
    subgroup = models.CharField(max_length=120, blank=True, default="")
    description = models.TextField(blank=True, default="")
    keywords = models.JSONField(default=list, blank=True)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.SOLVABLE)
    severity = models.PositiveSmallIntegerField(default=2)
    fast_track = models.BooleanField(default=False)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="theme_code")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
