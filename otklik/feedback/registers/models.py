"""What is kept of promises and of authors without a word, and how far both have been brought up to date."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from otklik.answers.models import Answer
from otklik.feedback.registers import fate
from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident, Outcome
from otklik.lib.due import Due


class Promise(models.Model):
    """A day that citizens were told: one published interim answer. Copies of it for other authors and the cards that
    were answered with it give no row of their own, so each promise counts once, whoever has read it.

    `incident` is the card that owes it now: a promise of a card that was gathered into another goes on there. The day
    is the one that was published, whatever the desk has agreed on since; `limit_at` is its last second in the region.
    `moves`: how often a later day had been told before this one. `fate` "" is open: fate.py says what it is by then.
    """

    class Fate(models.TextChoices):
        OPEN = "", _("ждём")
        KEPT = fate.KEPT, _("сдержано")
        LATE = fate.LATE, _("сделано позже обещанного")
        UNDONE = fate.UNDONE, _("ответили, но не сделали")
        MOVED = fate.MOVED, _("перенесено до срока")
        MOVED_LATE = fate.MOVED_LATE, _("перенесено после срока")
        BROKEN = fate.BROKEN, _("не сдержано")
        CANCELLED = fate.CANCELLED, _("отменено")

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="promise")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="promises")
    given_at = models.DateTimeField()
    limit_at = models.DateTimeField()
    moves = models.PositiveSmallIntegerField(default=0)
    fate = models.CharField(max_length=12, choices=Fate, blank=True, default=Fate.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    why = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["limit_at", "id"], condition=Q(fate=""), name="promise_open"),
            models.Index(fields=["fate", "-limit_at", "-id"], name="promise_fate"),
            models.Index(fields=["limit_at"], name="promise_day"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} until {self.limit_at}"


class Unheard(models.Model):
    """An author who has had no published word on this card; unheard.py says exactly who that is.

    `since` is when he wrote first, `message` the latest of his words that stands in the network. `way` is how he came
    not to be answered with the rest: gathered here with a card of his own, or a copy for him was given up.
    """

    class Way(models.TextChoices):
        USUAL = "", _("обычным путём")
        GATHERED = "gathered", _("собран с другой карточкой")
        DROPPED = "dropped", _("от ответа ему отказались")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="unheard")
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    way = models.CharField(max_length=8, choices=Way, blank=True, default=Way.USUAL)

    class Meta:
        verbose_name_plural = "unheard"
        constraints = [models.UniqueConstraint(fields=["incident", "author"], name="unheard_once")]
        indexes = [models.Index(fields=["since", "id"], name="unheard_age")]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.incident_id}"


class Pace(Due):
    """How far the registers are. Its step is registers.follow; one row follows the journal, one goes through all cards.

    `at` is the last journal entry, or the last card of this round; None: begin anew. `looked` and `wrong` are of the
    round so far: cards, and rows that were not as they ought to be. `ended_at` and `count` are of the last whole round.
    """

    class Name(models.TextChoices):
        JOURNAL = "journal", _("за журналом")
        ROUND = "round", _("по всем карточкам")

    name = models.CharField(max_length=8, choices=Name, unique=True)
    at = models.BigIntegerField(null=True, blank=True)
    looked = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    count = models.PositiveIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
