"""What is read (Source), with which voice we speak (Account) and what was heard (RawEvent)."""

import secrets
from datetime import date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.lib.due import Due
from otklik.lib.secret import SealedJSONField, SecretField
from otklik.lib.sentence_field import SentenceField
from otklik.people.models import Agency, User
from otklik.places.models import Place


def new_hook_key() -> str:
    return secrets.token_urlsafe(24)


class Account(models.Model):
    """A set of tokens and the voice they speak with. It belongs to an agency; None is the region itself.

    `external_id` is the community or person in the network's own terms. `hook_key` is the unguessable part of the
    address the network pushes to. `stopped_at` is set when its token was refused: nothing is sent until a person
    has seen to it.
    """

    network = models.CharField(max_length=16)
    external_id = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts")
    sandbox = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    hook_key = models.CharField(max_length=64, unique=True, default=new_hook_key)
    hook_secret = SecretField(blank=True, default="")
    confirmation = models.CharField(max_length=64, blank=True, default="")
    options = models.JSONField(default=dict, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = SentenceField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "external_id"], name="account_once")]

    def __str__(self) -> str:
        return self.title


class Token(models.Model):
    """One token of an account. `next_call_at` is the next allowed call, shared by all workers.

    `expires_at` is when it dies, None where nobody has told; `end_asked_at` when the network was asked.
    `renewing_until` is the lease of the one worker that renews it; one that has run out means that the renewal did not
    come to its end, and the network may have given a key that never reached us.
    `back_calls` is how many calls reading back has made with it on the day `back_day` (UTC).
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=16)
    secret = SecretField()
    per_second = models.FloatField(default=3.0)
    next_call_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    end_asked_at = models.DateTimeField(null=True, blank=True)
    renewing_until = models.DateTimeField(null=True, blank=True)
    back_day = models.DateField(null=True, blank=True)
    back_calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="token_kind_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account_id}"


class Source(Due):
    """What is read. `account` lends the tokens to read with; `place` is where its people live, if anywhere.

    `external_id` is what the network calls it; `name` what a person called it, where that is something else ("" where
    it is not): names change hands, numbers do not. Its step is networks.fetch: `due_at` is the next poll, `cursor` what
    the last one ended with.
    """

    class Kind(models.TextChoices):
        OWN = "own", _("своё сообщество")
        FOREIGN = "foreign", _("чужое сообщество")
        SEARCH = "search", _("поиск по словам")
        DIALOGUE = "dialogue", _("личные сообщения")
        LINK = "link", _("ссылка, вставленная вручную")

    network = models.CharField(max_length=16)
    kind = models.CharField(max_length=16, choices=Kind)
    external_id = models.CharField(max_length=250)
    name = models.CharField(max_length=250, blank=True, default="")
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True, default="")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="sources")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    audience = models.PositiveIntegerField(default=0)
    guests_may_speak = models.BooleanField(null=True, blank=True)
    active = models.BooleanField(default=True)
    cursor = SealedJSONField(default=dict, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    last_poll_at = models.DateTimeField(null=True, blank=True)

    class Meta(Due.Meta):
        constraints = [models.UniqueConstraint(fields=["network", "kind", "external_id"], name="source_once")]

    def __str__(self) -> str:
        return self.title


class Reconciliation(Due):
    """A source read from its newest post back, to find what neither a push nor a look at the newest posts has told.

    Its step is inbox.reconcile. A round began at `began_at` and goes on from `cursor`, {} = none is under way. `since`
    is from when on the source was heard: older texts are history. `missed_at` is when it was noticed last that news may
    have been missed: a round that begins later is deep, it reads under every post, since an edit changes no count; the
    last such began at `deep_at`. `whole_until`: all that was written before is here.
    """

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="reconciliation")
    cursor = models.JSONField(default=dict, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)
    deep_at = models.DateTimeField(null=True, blank=True)
    whole_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"of {self.source_id}"


class RawEvent(Due):
    """A payload as bytes, committed before anybody parses it and before the network gets its "ok".

    `key` is unique where the network tells its events apart. Its step is inbox.take_in.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="raw_events")
    source = models.ForeignKey(Source, on_delete=models.SET_NULL, null=True, related_name="raw_events")
    network = models.CharField(max_length=16)
    origin = models.CharField(max_length=16)
    key = models.CharField(max_length=128, null=True, unique=True)  # noqa: DJ001 NULL = never the same
    context = models.JSONField(default=dict)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    events = models.PositiveIntegerField(default=0)

    class Meta(Due.Meta):
        indexes = [*Due.Meta.indexes, models.Index(fields=["received_at"], name="rawevent_received")]

    def __str__(self) -> str:
        return f"{self.network} {self.origin} {self.pk}"


class LegalSwitch(models.Model):
    """What an administrator has decided about a network. Without a row the network's own `law` holds.

    One who answers must be able to look whether he has: `speak` is never on without `read`.
    """

    network = models.CharField(max_length=16, unique=True)
    read = models.BooleanField()
    speak = models.BooleanField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "legal switches"

    def __str__(self) -> str:
        return f"{self.network}: read {self.read}, speak {self.speak}"


def put_to_rest(token: Token, until: datetime) -> None:
    """The network has said that it takes no call of this token before then: no worker makes one."""
    ours = Token.objects.filter(pk=token.pk).exclude(next_call_at__gte=until)
    ours.update(next_call_at=until)


def spend(token: Token, day: date, most: int) -> bool:
    """Take one of the `most` calls that reading back may make with a token on this day; False: they are used up."""
    ours = Token.objects.filter(pk=token.pk)
    if most and ours.exclude(back_day=day).update(back_day=day, back_calls=1):
        return True
    return bool(ours.filter(back_day=day, back_calls__lt=most).update(back_calls=models.F("back_calls") + 1))


def reserve(token: Token, now: datetime, most: timedelta = timedelta.max) -> timedelta:
    """Take the next allowed call of a token; returns how long to wait before making it.

    The slot is taken by a guarded UPDATE, so that any number of workers keep one limit. A wait of over `most` takes
    no slot: the caller comes again instead.
    """
    gap = timedelta(seconds=1 / max(token.per_second, 0.01))
    while True:
        held = Token.objects.filter(pk=token.pk).values_list("next_call_at", flat=True).get()
        slot = max(held or now, now)
        if slot - now > most:
            return slot - now
        mine = (
            Token.objects.filter(pk=token.pk, next_call_at=held)
            if held
            else Token.objects.filter(pk=token.pk, next_call_at__isnull=True)
        )
        if mine.update(next_call_at=slot + gap):
            return slot - now
