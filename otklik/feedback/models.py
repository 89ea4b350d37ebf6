"""Surveys, ratings, and voices of which nobody knows whose they are."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.answers.models import Answer
from otklik.feedback.opinion import MOST_REASON, good
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.lib.due import Due
from otklik.people.models import User
from otklik.publishing.models import Sent


def new_key() -> str:
    return secrets.token_urlsafe(18)


class Solved(models.TextChoices):
    """«Проблема решена?», a question of its own: it is never made out of the mark, nor the mark out of it."""

    YES = "yes", _("решена")
    PARTLY = "partly", _("решена частично")
    NO = "no", _("не решена")


SAYS_NOTHING = models.Q(mark__isnull=True, solved="")
UNREAD = models.Q(suggested=True, confirmed_at__isnull=True, dismissed_at__isnull=True)


def _says_something(name: str, but: models.Q | None = None) -> list[models.BaseConstraint]:
    mark = models.Q(mark__isnull=True) | models.Q(mark__gte=1, mark__lte=5)
    not_empty = models.Q(mark__isnull=False) | ~models.Q(solved="")
    return [
        models.CheckConstraint(condition=mark, name=f"{name}_mark_1_to_5"),
        models.CheckConstraint(condition=not_empty if but is None else not_empty | but, name=f"{name}_says_something"),
        models.CheckConstraint(condition=models.Q(solved__in=("", *Solved.values)), name=f"{name}_solved"),
    ]


class Survey(Due):
    """The wait after an answer. Its step is close-silent: `due_at` is when silence ends it (96 hours by default).

    `key` is the unguessable part of the author's own link, which goes into his dialogue alone. `open_key` is that of a
    link in a public thread, "" where there is none: whoever reads it may follow it, so it opens another vote.
    `question` asks whether it helped; `asked_at` is when it stood there, or when the author answered by a link that a
    person gave him, and `unasked` why he never was.
    """

    class Unasked(models.TextChoices):
        """ "" while nothing is against it."""

        NO_TEMPLATE = "no_template", _("нет шаблона вопроса")
        PUBLIC = "public", _("ответ публичный, под ним не спрашиваем")
        NOT_MET = "not_met", _("просьба не выполнена")
        GONE = "gone", _("житель удалил комментарий")
        REFUSED = "refused", _("сеть отказала")
        LIMITS = "limits", _("не пустили ограничения сети")
        STOPPED = "stopped", _("вопрос не успел уйти")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="surveys")
    sent = models.OneToOneField(Sent, on_delete=models.PROTECT, related_name="survey")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    open_key = models.CharField(max_length=40, blank=True, default="")
    opened_at = models.DateTimeField()
    question = models.OneToOneField(Answer, on_delete=models.PROTECT, null=True, related_name="asks_for")
    asked_at = models.DateTimeField(null=True, blank=True)
    unasked = models.CharField(max_length=16, choices=Unasked, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Due.Meta):
        constraints = [
            models.UniqueConstraint(fields=["open_key"], condition=~models.Q(open_key=""), name="survey_open_key")
        ]
        indexes = [
            *Due.Meta.indexes,
            models.Index(
                fields=["incident"],
                condition=models.Q(closed_at__isnull=True, asked_at__isnull=True, unasked=""),
                name="survey_on_the_way",
            ),
        ]

    def __str__(self) -> str:
        return f"survey of {self.incident_id}"


class Rating(models.Model):
    """What the author thinks: how good the answer is (`mark`, 1 to 5) and whether the problem is `solved`, each by
    itself and either may be empty; with its origin, and in a survey with his `reason` in his own words.

    A reply read by rules is `suggested` until an operator has confirmed it; only confirmed ones count in figures. One
    that the rules could not read says neither, and is never confirmed as it is.

    `waits_since`: a bad word, any words of his own, or a reply that is not plainly a good one, confirmed or not, stand
    before a person, who opens the card again, explains or takes note: `dealt_how`. Time alone never ends that.
    """

    class Origin(models.TextChoices):
        SURVEY = "survey", _("опрос")
        READING = "reading", _("ответ жителя, прочитан оператором")

    class Dealt(models.TextChoices):
        REOPENED = "reopened", _("открыли снова")
        EXPLAINED = "explained", _("разъяснили")
        NOTED = "noted", _("приняли к сведению")
        TAKEN_BACK = "taken_back", _("житель передумал")
        DELETED = "deleted", _("житель удалил отклик")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="ratings")
    origin = models.CharField(max_length=16, choices=Origin)
    survey = models.OneToOneField(Survey, on_delete=models.PROTECT, null=True, blank=True, related_name="rating")
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    solved = models.CharField(max_length=8, choices=Solved, blank=True, default="")
    reason = models.TextField(max_length=MOST_REASON, blank=True, default="")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    suggested = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    waits_since = models.DateTimeField(null=True)
    dealt_at = models.DateTimeField(null=True)
    dealt_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    dealt_how = models.CharField(max_length=16, choices=Dealt, blank=True, default="")

    class Meta:
        constraints = [
            *_says_something("rating", but=models.Q(suggested=True)),
            models.UniqueConstraint(fields=["incident", "message"], name="rating_of_reply_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(waits_since__isnull=False), name="rating_waits"),
            models.Index(
                fields=["incident"],
                condition=UNREAD,
                name="rating_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mark or self.solved} for {self.incident_id}"

    @property
    def is_good(self) -> bool:
        return good(self.mark, self.solved)

    @property
    def says_something(self) -> bool:
        return self.mark is not None or bool(self.solved)


class Unconfirmed(models.Model):
    """A vote by the open link: anybody's. A table of its own, so that no percentage can count it by mistake."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="unconfirmed")
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    solved = models.CharField(max_length=8, choices=Solved, blank=True, default="")
    reason = models.TextField(max_length=MOST_REASON, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "unconfirmed"
        constraints = _says_something("unconfirmed")

    def __str__(self) -> str:
        return f"a voice about survey {self.survey_id}"
