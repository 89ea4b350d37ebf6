"""The tree of places."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    """A region, a municipality or a settlement. `path` holds the ids from the top, as in `/1/5/42/`.

    Latitude and longitude are WGS 84 degrees of the centre; None where nobody knows them.
    """

    class Level(models.TextChoices):
        REGION = "region", _("регион")
        MUNICIPALITY = "municipality", _("муниципалитет")
        SETTLEMENT = "settlement", _("населённый пункт")

    code = models.SlugField(max_length=80, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=100, blank=True, default="", db_index=True)
    level = models.CharField(max_length=16, choices=Level)
    kind = models.CharField(max_length=32, blank=True, default="")
    name = models.CharField(max_length=120)
    official_name = models.CharField(max_length=200, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    population = models.PositiveIntegerField(default=0)
    aliases = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            self.path = path
            type(self).objects.filter(pk=self.pk).update(path=path)


class Street(models.Model):
    """A street of a settlement; of a region, a name that any settlement of it may have. `kind` is «улица», …"""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="streets")
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "kind", "name"], name="street_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Boundary(models.Model):
    """The outline of a municipality as a map on a page shows it: fine enough to look at, too rough to measure by.

    `polygons` are lists of rings, a ring is a list of [longitude, latitude] in WGS 84 degrees, the last the same as
    the first; the first ring is the outside. `attribution` is what the source's licence wants beside a map.
    """

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="boundary")
    polygons = models.JSONField()
    attribution = models.CharField(max_length=300, blank=True, default="")
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "boundaries"

    def __str__(self) -> str:
        return f"boundary of {self.place_id}"
