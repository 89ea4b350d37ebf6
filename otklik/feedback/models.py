"""Surveys and ratings."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.lib.due import Due
from otklik.people.models import User
from otklik.publishing.models import Sent


def new_key() -> str:
    return secrets.token_urlsafe(18)


class Survey(Due):
    """The wait after an answer. Its step is close-silent: `due_at` is when silence ends it (96 hours by default).

    `key` is the unguessable part of the link that may be given to the author; `asked_at` is when it was.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="surveys")
    sent = models.OneToOneField(Sent, on_delete=models.PROTECT, related_name="survey")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    opened_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"survey of {self.incident_id}"


class Rating(models.Model):
    """What the author thinks: a mark of 1 to 5, with its origin.

    A reply read by rules is `suggested` until an operator has confirmed it; only confirmed ones count in figures.
    """

    class Origin(models.TextChoices):
        SURVEY = "survey", _("опрос")
        READING = "reading", _("ответ автора, прочитан оператором")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="ratings")
    origin = models.CharField(max_length=16, choices=Origin)
    survey = models.OneToOneField(Survey, on_delete=models.PROTECT, null=True, blank=True, related_name="rating")
    mark = models.PositiveSmallIntegerField()
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    suggested = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(mark__gte=1, mark__lte=5), name="rating_mark_1_to_5")]

    def __str__(self) -> str:
        return f"{self.mark} for {self.incident_id}"
