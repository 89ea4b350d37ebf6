"""Alerts, the letters that carry them, what is followed up, and how each person wants to be told."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from otklik.answers.models import Answer
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, Problem
from otklik.lib.due import Due
from otklik.lib.outbox import Dispatch
from otklik.notify.alerts import kinds
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.routing.models import Deadline, Inquiry
from otklik.themes.models import Theme, ThemeGroup


class Channel(models.TextChoices):
    DESK = kinds.DESK, _("в системе")
    MAIL = kinds.MAIL, _("почта")
    BOT = kinds.BOT, _("бот")


class Kind(models.TextChoices):
    WARNED = kinds.WARNED, _("срок подходит")
    OVERDUE = kinds.OVERDUE, _("срок вышел")
    PROMISE = kinds.PROMISE, _("обещание не сдержано")
    ASSIGNED = kinds.ASSIGNED, _("ведомству поручена карточка")
    APPROVAL = kinds.APPROVAL, _("ответ ждёт согласования")
    RETURNED = kinds.RETURNED, _("карточку или ответ вернули")
    OUTSIDE = kinds.OUTSIDE, _("внешний исполнитель ответил")
    URGENT = kinds.URGENT, _("срочно: опасность для жизни")
    SYSTEM = kinds.SYSTEM, _("оповещения не доходят")
    SURGE = kinds.SURGE, _("всплеск жалоб")
    CONTROL = kinds.CONTROL, _("карточка на контроле руководителя")
    UNHAPPY = kinds.UNHAPPY, _("житель пишет, что не сделано")
    REOPENED = kinds.REOPENED, _("карточка открыта снова, нужен новый ответ")


class Surge(models.Model):
    """More people than usual about one theme, or one group of themes, in one municipality; surges.py finds them.

    `since` is when the first of them wrote; `people` how many have, `usual` how many do in the same `minutes` of other
    days. `last_at` is the newest of them; the surge is over when nobody has written for some hours. `problem` is what a
    person has gathered its cards into.
    """

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    group = models.ForeignKey(ThemeGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    people = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    usual = models.FloatField()
    problem = models.ForeignKey(Problem, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(theme__isnull=False, group__isnull=True) | Q(theme__isnull=True, group__isnull=False),
                name="surge_of_theme_or_group",
            ),
            *(
                models.UniqueConstraint(
                    fields=[matter, "place"], condition=Q(ended_at__isnull=True), name=f"surge_of_{matter}_once"
                )
                for matter in ("theme", "group")
            ),
        ]
        indexes = [models.Index(fields=["-last_at"], name="surge_latest")]

    def __str__(self) -> str:
        return f"{self.people} about {self.theme_id or self.group_id} in {self.place_id}"

    @property
    def matter(self) -> str:
        """What it is about, by its name."""
        named = self.theme or self.group
        return named.name if named else ""


class Alert(models.Model):
    """One thing that one person is to know. `entry` is the journal's entry it comes from, so that none comes twice.

    `rung` is 0 for whom it concerns first, and higher for those it was passed on to. `desk`: it stands among his
    notices. What leaves the house goes by letters. `inquiry` is the question to a second agency that it is about,
    `rating` the citizen's reply to our answer.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=16, choices=Kind)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    surge = models.ForeignKey(Surge, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    entry = models.BigIntegerField()
    rung = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    desk = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "entry", "rung"], name="alert_once")]
        indexes = [
            models.Index(fields=["user"], condition=Q(seen_at__isnull=True, desk=True), name="alert_unseen"),
            models.Index(fields=["user", "-id"], name="alert_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class Letter(Dispatch):
    """What goes to one person by one way at one moment. Its step is alerts.post. Alerts join it while it waits."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт")
        SENT = "sent", _("ушло")
        REPLACED = "replaced", _("ушло другим путём")
        LOST = "lost", _("не дошло")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="letters")
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    pressing = models.BooleanField(default=False)
    alerts = models.ManyToManyField(Alert, related_name="letters")

    class Meta(Due.Meta):
        indexes = [
            *Due.Meta.indexes,
            models.Index(fields=["user", "channel"], condition=Q(state="waiting"), name="letter_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.user_id}"


class Level(models.Model):
    """Whom an overdue clock is told to next: `minutes` after it ran out, whoever has `role` nearest to the agency."""

    class Role(models.TextChoices):
        CURATOR = "curator", _("куратор")
        HEAD = "head", _("руководитель")

    rung = models.PositiveSmallIntegerField(unique=True)
    minutes = models.PositiveIntegerField()
    role = models.CharField(max_length=16, choices=Role)

    class Meta:
        ordering = ["rung"]

    def __str__(self) -> str:
        return f"{self.rung}: {self.role} after {self.minutes} min"


class Chase(Due):
    """Something that is told to the next one in line until it is done. Its step is alerts.chase.

    `since` is when it began; `rung` the last one that was told. `called` is who is to say «принял» to an urgent card,
    `confirmed_by` who has said it.
    """

    class Kind(models.TextChoices):
        OVERDUE = "overdue", _("срок вышел")
        APPROVAL = "approval", _("ответ ждёт согласования")
        URGENT = "urgent", _("срочно: опасность для жизни")
        UNHAPPY = "unhappy", _("житель пишет, что не сделано")

    kind = models.CharField(max_length=16, choices=Kind)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="chases")
    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    entry = models.BigIntegerField(unique=True)
    since = models.DateTimeField()
    rung = models.PositiveSmallIntegerField(default=0)
    called = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.incident_id}"


class Duty(models.Model):
    """Somebody is on duty from one moment to another, for an agency with all below it; None is the region.

    `place` is his place in the line of those who are on duty then: 1 is called first.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="duties")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    place = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name_plural = "duties"
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="duty_lasts")]

    def __str__(self) -> str:
        return f"{self.user_id} from {self.starts_at}"


class Bookmark(Due):
    """How far the journal has been read. One row; its step is alerts.read.

    `entry` None: nothing has been read yet, and what is past by now is nobody's alert.
    """

    name = models.CharField(max_length=16, unique=True)
    entry = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.entry}"


class Wishes(models.Model):
    """How somebody wants to be told: `chosen` is {kind: [channel, …]}, and what is not there is by default.

    Quiet hours are by the region's wall clock; the same time twice is none.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="wishes")
    chosen = models.JSONField(default=dict)
    quiet_from = models.TimeField(default=time(21))
    quiet_until = models.TimeField(default=time(8))

    class Meta:
        verbose_name_plural = "wishes"

    def __str__(self) -> str:
        return f"wishes of {self.user_id}"


class Talk(models.Model):
    """The chat of somebody with the bot. `code` is the digest of a one-time code that he has not written to it yet.

    `chat` is "" until then. `broken_at`: the network takes nothing for this chat any more.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="talk")
    chat = models.CharField(max_length=64, blank=True, default="", db_index=True)
    linked_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=64, blank=True, default="", db_index=True)
    code_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"chat of {self.user_id}"


class Ear(Due):
    """The bot's own stream of what people write to it. Its step is link.hear; one row a network.

    `rest_until`: the network has asked not to be called before then.
    """

    network = models.CharField(max_length=16, unique=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    cursor = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.network


class Trouble(models.Model):
    """A way out that does not work, in words for a person. Gone with the next letter that gets through."""

    channel = models.CharField(max_length=8, choices=Channel, primary_key=True)
    since = models.DateTimeField()
    error = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.channel} since {self.since}"
