"""Deliveries, their attempts, and what was said."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.answers.models import Answer
from otklik.inbox.models import Message
from otklik.lib.due import Due
from otklik.lib.sentence_field import SentenceField
from otklik.networks.models import Account
from otklik.people.models import User


class Epoch(models.Model):
    """One life of this database. A restore from a backup begins a new one, and whatever was not known as sent in an
    older epoch is looked up before it is sent."""

    began_at = models.DateTimeField()
    words = models.CharField(max_length=120, blank=True, default="")

    def __str__(self) -> str:
        return f"epoch {self.pk}"


class Delivery(Due):
    """One text on its way under one message: an answer, or the part of it that one call takes (answers/parts.py). Its
    step is publishing.send.

    `text` is what was approved, letter for letter; of an answer in parts it is part `part` of `parts`, with its mark.
    `photos`: the answer's photos go with it. `key` is the idempotency key: made once for a text, used for every
    attempt to say it. `seen` are our replies that stood under the message before the first of them; None: not noted.

    `cause` is why it does not stand there, "" while nothing is against it. `asked` is the comment as it stood when the
    text went out (inbox.standing), the proof of what was answered; `asked_of` says who told: the network itself, or
    our own latest state where it cannot be asked. `rereads` counts reads before the first byte that told nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Ждёт отправки")
        SENDING = "sending", _("Отправляется")
        UNKNOWN = "unknown", _("Проверяем, дошло ли")
        SENT = "sent", _("Опубликовано")
        REFUSED = "refused", _("Сеть отказала")
        RECALLED = "recalled", _("Отозвано до отправки")

    class Hold(models.TextChoices):
        NONE = "", _("нет")
        UNDO = "undo", _("можно отменить")
        MOMENT = "moment", _("ждёт назначенного времени")
        CAPTCHA = "captcha", _("сеть просит подтвердить, что пишет человек")
        TOKEN = "token", _("у аккаунта не действует ключ доступа")
        LEGAL = "legal", _("публикация в этой сети выключена")
        BUDGET = "budget", _("исчерпан лимит сети")
        PERSON = "person", _("нужно решение человека")
        BY_HAND = "by_hand", _("публикуется вручную")
        TURN = "turn", _("ждёт того, что сказать раньше")

    class Cause(models.TextChoices):
        """Those of networks/errors.py, and what becomes of an answer without any network."""

        OTHER = "", _("другая причина")
        GONE = "gone", _("комментарий удалён")
        CHANGED = "changed", _("комментарий изменился")
        CLOSED = "closed", _("здесь не отвечают")
        BANNED = "banned", _("нас не пускают")
        CENSOR = "censor", _("сети не понравился текст")
        TEXT = "text", _("сеть не берёт такой ответ")
        CAPTCHA = "captcha", _("сеть просит подтвердить, что пишет человек")
        TOKEN = "token", _("не действует ключ доступа")
        BUDGET = "budget", _("исчерпан лимит сети")
        LEGAL = "legal", _("публикация выключена")
        UNKNOWN = "unknown", _("не знаем, дошло ли")
        UNREAD = "unread", _("комментарий не перечитать")
        VOICE = "voice", _("некому ответить в этой сети")

    class AskedOf(models.TextChoices):
        NETWORK = "network", _("прочитан в сети перед отправкой")
        KEPT = "kept", _("сеть его не показывает: взят последним, каким мы его слышали")

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="deliveries")
    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    hold = models.CharField(max_length=16, choices=Hold, blank=True, default=Hold.NONE)
    text = models.TextField()
    part = models.PositiveSmallIntegerField(default=1)
    parts = models.PositiveSmallIntegerField(default=1)
    photos = models.BooleanField(default=True)
    direct = models.BooleanField(default=False)
    key = models.CharField(max_length=64, unique=True)
    seen = models.JSONField(null=True, default=None)
    looked = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    words = SentenceField(blank=True, default="")
    cause = models.CharField(max_length=16, choices=Cause, blank=True, default=Cause.OTHER)
    asked = models.JSONField(null=True, blank=True, default=None)
    asked_of = models.CharField(max_length=8, choices=AskedOf, blank=True, default="")
    rereads = models.PositiveSmallIntegerField(default=0)

    class Meta(Due.Meta):
        constraints = [models.UniqueConstraint(fields=["answer", "message", "part"], name="delivery_part_once")]
        indexes = [*Due.Meta.indexes, models.Index(fields=["state", "hold"], name="delivery_hold")]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.state} {self.key}"


class Attempt(models.Model):
    """One call to the network. The row is committed before the first byte leaves; `ended_at` None is «unknown»."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    key = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, default="")
    code = models.CharField(max_length=32, blank=True, default="")
    words = SentenceField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.outcome or '?'}"


class Sent(Due):
    """What was said and where it stands; `proof` is a picture of it by whoever published it by hand.

    Its step is open-survey.
    """

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="sent")
    external_id = models.CharField(max_length=250)
    url = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()
    proof = models.FileField(upload_to="proofs/%Y/%m/", blank=True, default="")
    by_hand = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Due.Meta):
        verbose_name_plural = "sent"
        indexes = [*Due.Meta.indexes, models.Index(fields=["external_id"], name="sent_address")]

    def __str__(self) -> str:
        return self.external_id
