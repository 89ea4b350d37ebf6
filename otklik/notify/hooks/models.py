"""Who is told of what, and each call that tells."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from otklik.lib.due import Due
from otklik.lib.outbox import Outgoing
from otklik.lib.secret import SecretField
from otklik.lib.sentence_field import ShortSentenceField
from otklik.notify.hooks import kinds
from otklik.people.models import Agency


class Kind(models.TextChoices):
    NEW = kinds.NEW, _("Новая карточка")
    ASSIGNED = kinds.ASSIGNED, _("Карточка назначена")
    STATE = kinds.STATE, _("Состояние изменилось")
    PUBLISHED = kinds.PUBLISHED, _("Ответ опубликован")
    CLOSED = kinds.CLOSED, _("Карточка закрыта")
    RATED = kinds.RATED, _("Житель оценил")
    REOPENED = kinds.REOPENED, _("Карточка открыта снова")
    PING = kinds.PING, _("Проверка связи")


class Subscription(Due):
    """A neighbour's program that is told what happens. Its step is hooks.listen.

    `agency`: only of cards that it or one below it has; None is the whole region. `kinds` are codes of kinds.py.
    `entry` is the last entry of the journal that was looked at; None: nothing yet, and what is past is no event.
    `earlier` is the secret before this one and signs, too, until `earlier_until`.
    `misses` counts calls without success since the last one, `failing_since` is when that began and `told_at` when the
    administrators were told of it. `rest_until`: the line stands still until then.
    """

    class Why(models.TextChoices):
        PERSON = "person", _("выключил администратор")
        GONE = "gone", _("программа ответила «больше не присылайте»")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=500)
    secret = SecretField()
    earlier = SecretField(blank=True, default="")
    earlier_until = models.DateTimeField(null=True, blank=True)
    kinds = models.JSONField(default=list)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entry = models.BigIntegerField(null=True, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)
    off_why = models.CharField(max_length=8, choices=Why, blank=True, default="")
    succeeded_at = models.DateTimeField(null=True, blank=True)
    misses = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def secrets_at(self, now: datetime) -> list[str]:
        """The secrets that sign at this moment, the newest first."""
        both = self.earlier and self.earlier_until and self.earlier_until > now
        return [self.secret, self.earlier] if both else [self.secret]


class Call(Outgoing):
    """One event to one subscription. Its step is hooks.tell; `due_at` None while it waits behind another.

    `uid` is made of the subscription and the entry's hash (line.py): the same event has the same one whenever it is
    told, and another event that took the number of an entry lost by a restore has not. `until` is when it is given up.
    `aside`: it stepped out of the line, those behind it no longer wait for it. `took` is in milliseconds.
    """

    uid = models.UUIDField(unique=True, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="calls")
    entry = models.BigIntegerField()
    kind = models.CharField(max_length=24, choices=Kind)
    number = models.PositiveIntegerField(null=True, blank=True)
    body = models.TextField()
    made_at = models.DateTimeField(db_index=True)
    until = models.DateTimeField()
    aside = models.BooleanField(default=False)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    took = models.PositiveIntegerField(null=True, blank=True)
    words = ShortSentenceField(max_length=200, blank=True, default="")
    reply = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta(Due.Meta):
        constraints = [models.UniqueConstraint(fields=["subscription", "entry"], name="call_once")]
        indexes = [
            *Due.Meta.indexes,
            models.Index(fields=["subscription", "-id"], name="call_log"),
            models.Index(
                fields=["subscription", "id"],
                condition=Q(done_at__isnull=True, given_up_at__isnull=True),
                name="call_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.subscription_id}"
