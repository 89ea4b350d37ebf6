"""What the desk itself keeps: who has a card open, one's own lists, what goes from one shift to the next.

Nothing of it is part of the flow: a card lives on without any of these rows.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.incidents.models import Incident
from otklik.people.models import User
from otklik.work.models import Notice, Undoable  # tables of this app, kept with the verbs

__all__ = [
    "HandedOver",
    "Handover",
    "Notice",
    "Practice",
    "Presence",
    "Selection",
    "StartStep",
    "Tour",
    "Undoable",
    "Upload",
]


class Presence(models.Model):
    """Somebody has this card open; `writing`: he has typed into its answer just now. Old rows mean nothing."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    wrote_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "user"], name="presence_once")]
        indexes = [models.Index(fields=["seen_at"], name="presence_seen")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.incident_id}"


class Selection(models.Model):
    """«Моя подборка»: a named choice of the queue. `query` is the address line's own words (see queue/filters.py)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="selections")
    title = models.CharField(max_length=60)
    query = models.CharField(max_length=600)
    shared = models.BooleanField(default=False)
    pinned = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "title"], name="selection_title_once")]

    def __str__(self) -> str:
        return self.title


class Handover(models.Model):
    """«Сдать смену»: cards that go from one person to the next, who confirms. Until then they stay with the first."""

    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    taker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.taker_id}"


class HandedOver(models.Model):
    """One card of a handover, and why it is in it."""

    class Why(models.TextChoices):
        OPEN = "open", _("взята в работу")
        DRAFT = "draft", _("черновик ответа")
        PROMISE = "promise", _("обещание")
        UNDELIVERED = "undelivered", _("ответ не ушёл")

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="cards")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=16, choices=Why)

    class Meta:
        verbose_name_plural = "handed over"
        constraints = [models.UniqueConstraint(fields=["handover", "incident", "why"], name="handed_over_once")]

    def __str__(self) -> str:
        return f"{self.why} {self.incident_id}"


class Upload(models.Model):
    """A picture on its way from a phone, piece by piece: it goes on where the line broke. Old ones are swept away.

    `size` and `received` are bytes; `file` holds the pieces in order, unwashed, and is read by nobody but the wash.
    """

    key = models.CharField(max_length=43, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    size = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    stage = models.CharField(max_length=8, blank=True, default="")
    file = models.FileField(upload_to="uploads/", blank=True, default="")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"upload {self.pk}"


class Tour(models.Model):
    """Which parts of the first-day tour somebody has seen."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="tour")
    seen = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"tour of {self.user_id}"


class StartStep(models.Model):
    """A step of the first start that is behind: done, or passed over."""

    name = models.CharField(max_length=16, unique=True)
    at = models.DateTimeField()
    passed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Practice(models.Model):
    """One try at the thirty made-up messages. `decided` is case → what was decided of it; no card has to do with it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="practices")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    decided = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"practice {self.pk} of {self.user_id}"
