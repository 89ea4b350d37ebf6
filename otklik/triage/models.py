"""What the machine thought of a message, with the reasons."""

from django.db import models

from otklik.inbox.models import Message
from otklik.places.models import Place
from otklik.themes.models import Theme


class Verdict(models.Model):
    """A suggestion, never a decision. Shares are 0 to 1: how sure.

    `themes` is a list of {"id", "share", "why": [[word, weight]]}, best first; `why` holds the reasons of the rest:
    {"kind": [...], "place": [[fragment, code]], "urgency": [...]}. The words quoted stand in the message itself.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="verdicts")
    at = models.DateTimeField()
    message_revision = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=16)
    kind_share = models.FloatField(default=0)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="+")
    theme_share = models.FloatField(default=0)
    themes = models.JSONField(default=list)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    place_share = models.FloatField(default=0)
    street = models.CharField(max_length=160, blank=True, default="")
    house = models.CharField(max_length=32, blank=True, default="")
    urgency = models.PositiveSmallIntegerField(default=2)
    why = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["message", "-id"], name="verdict_latest")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.kind}"
