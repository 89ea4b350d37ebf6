"""What is kept of a card for telling whether another one is the same matter."""

from django.db import models

from otklik.inbox.models import Author
from otklik.incidents.models import Incident
from otklik.lib.due import Due
from otklik.triage.sketch import BANDS

BAND_COLUMNS = tuple(f"band_{number}" for number in range(BANDS))


class Sketch(models.Model):
    """Of a card's main message and address: hashes and codes, and no word of it. `triage/similar.py` says what of.

    `at` is the beginning of the card's clock. `theme` is a code, `also` more of them with spaces between. `path` is
    that of the place without the region, `town` the municipality; "" and 0 for unknown. Copies share one of the bands.
    """

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, primary_key=True, related_name="sketch")
    at = models.DateTimeField()
    author = models.ForeignKey(Author, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    theme = models.CharField(max_length=80, blank=True, default="")
    also = models.CharField(max_length=250, blank=True, default="")
    path = models.CharField(max_length=100, blank=True, default="")
    town = models.BigIntegerField(default=0)
    street = models.IntegerField(default=0)
    house = models.IntegerField(default=0)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    copied = models.BinaryField(default=bytes)
    marks = models.BinaryField(default=bytes)
    band_0 = models.IntegerField(null=True)
    band_1 = models.IntegerField(null=True)
    band_2 = models.IntegerField(null=True)
    band_3 = models.IntegerField(null=True)
    band_4 = models.IntegerField(null=True)
    band_5 = models.IntegerField(null=True)
    band_6 = models.IntegerField(null=True)
    band_7 = models.IntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["theme", "town", "at"], name="sketch_theme"),
            models.Index(fields=["street", "town", "at"], name="sketch_street"),
            models.Index(fields=["author", "at"], name="sketch_author"),
            # The newest alone are wanted, and of a burst thousands share a band.
            *(models.Index(fields=[column, "at"], name=f"sketch_{column}") for column in BAND_COLUMNS),
        ]

    def __str__(self) -> str:
        return f"sketch of {self.incident_id}"


class Seeking(Due):
    """A card whose sketch is new or has changed: is it part of a problem? Its step is finding.problems; sketches.py
    makes it due."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, primary_key=True, related_name="seeking")

    def __str__(self) -> str:
        return f"a problem for {self.incident_id}"
