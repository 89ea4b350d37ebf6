"""Incidents and what hangs on them."""

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from otklik.inbox.models import Message
from otklik.lib.due import Due
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.themes.models import Theme


class State(models.TextChoices):
    NEW = "new", _("Новый")
    NOISE = "noise", _("Не инцидент")
    ASSIGNED = "assigned", _("Назначен")
    IN_WORK = "in_work", _("В работе")
    CLARIFYING = "clarifying", _("Ждём уточнения жителя")
    APPROVAL = "approval", _("На согласовании")
    PUBLISHING = "publishing", _("Публикация")
    POSTPONED = "postponed", _("Отложен")
    RATING = "rating", _("Оценка удовлетворённости")
    DONE = "done", _("Готово")


IN_HAND = tuple(state for state in State if state not in (State.NOISE, State.RATING, State.DONE))
"""The states of cards that somebody here still has to do something about."""


class Outcome(models.TextChoices):
    SOLVED = "solved", _("Решено")
    EXPLAINED = "explained", _("Разъяснено")
    UNSOLVED = "unsolved", _("Не решено")
    POSTPONED = "postponed", _("Отложено")


class CloseReason(models.TextChoices):
    SILENCE = "silence", _("Нет ответа от жителя")
    SATISFIED = "satisfied", _("Житель доволен")
    POINTLESS = "pointless", _("Дальнейший диалог нецелесообразен")
    SCORE = "score", _("Оценка в опросе")
    GATHERED = "gathered", _("Объединён с другим инцидентом")
    DELETED = "deleted", _("Удалено жителем или в источнике")
    NO_ANSWER_NEEDED = "no_answer_needed", _("Ответ не требуется")


class NoiseReason(models.TextChoices):
    """Why a message is no incident. The order is that of the digits on the keyboard."""

    SPAM = "spam", _("Спам или реклама")
    OFF_TOPIC = "off_topic", _("Не по теме")
    CHATTER = "chatter", _("Поздравление или болтовня")
    ABUSE = "abuse", _("Оскорбления")
    REPEAT = "repeat", _("Повтор")
    ELSEWHERE = "elsewhere", _("Вне региона")


class Problem(models.Model):
    """One thing to fix behind many cards: theme + place + time. Every card stays a card of its own.

    `number` is one of their own row, without holes. `opened_by` confirmed it, or made it by hand; None: the machine
    proposes it. `statement` is what is said of it now, with holes as in templates, and `promised_on` the day it names.
    `agency` fixes it. `merged_into` is the older one that its cards went to.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Предложена")
        OPEN = "open", _("Открыта")
        FIXED = "fixed", _("Устранена")
        ENDED = "ended", _("Завершена")
        REJECTED = "rejected", _("Отклонена")

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=250)
    state = models.CharField(max_length=16, choices=State, default=State.PROPOSED)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    street = models.CharField(max_length=160, blank=True, default="")
    house = models.CharField(max_length=32, blank=True, default="")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    statement = models.TextField(blank=True, default="")
    promised_on = models.DateField(null=True, blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)
    fixed_ground = models.CharField(max_length=16, blank=True, default="")
    fixed_words = models.CharField(max_length=500, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="problem_state")]

    def __str__(self) -> str:
        return f"problem {self.number}"


class Tag(models.Model):
    name = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name


def _guessed(model: type[models.Model]) -> Any:
    return models.ForeignKey(model, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)


def _first_of(set_by_person: str, guessed: str) -> models.GeneratedField:
    return models.GeneratedField(
        expression=Coalesce(set_by_person, guessed), output_field=models.BigIntegerField(null=True), db_persist=True
    )


class Incident(Due):
    """One matter. Its step is routing.suggest.

    `started_at` is the start of the citizen's clock and never changes; `created_at` is when the card was made.
    `revision` is the journal entry of the last change: pages ask for what is newer than the one they have.
    `guessed_…` is the machine's latest word on it, `shown_…` the id that a list shows and looks for: what a person has
    set, else the guess. The database keeps it in step.
    `operator` decided whose it is; `executor` is who answers within the agency; `taken_by` is the operator who has it
    before him now. `answered_with` is the card whose answer is this one's answer too.
    `owed_since`: somebody was gathered here after the answer was out, and has had none of his own.
    `watched_since`: a head has it «на контроле» (Watch), and it cannot end until he takes it off.
    `hard_since`: «особо сложный», with `hard_why`; figures tell such cards apart, and no clock stands still for it.
    `returns` counts «не наше», `sent_back` answers that the approver returned with a remark.
    The stamps below `agency` are each set by one move (workflow.py) and are the ground of all figures.
    """

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=16, choices=State, default=State.NEW)
    kind = models.CharField(max_length=16, choices=Theme.Kind, blank=True, default="")
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    close_reason = models.CharField(max_length=24, choices=CloseReason, blank=True, default="")
    noise_reason = models.CharField(max_length=24, blank=True, default="")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents")
    street = models.CharField(max_length=160, blank=True, default="")
    house = models.CharField(max_length=32, blank=True, default="")
    place_object = models.CharField(max_length=160, blank=True, default="")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents")
    guessed_theme = _guessed(Theme)
    guessed_place = _guessed(Place)
    guessed_agency = _guessed(Agency)
    shown_theme = _first_of("theme", "guessed_theme")
    shown_place = _first_of("place", "guessed_place")
    shown_agency = _first_of("agency", "guessed_agency")
    operator = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    executor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    taken_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    answered_with = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="answers_also", db_index=False
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.SET_NULL, null=True, blank=True, related_name="incidents", db_index=False
    )
    priority = models.PositiveSmallIntegerField(default=2)
    network = models.CharField(max_length=16, blank=True, default="")
    started_at = models.DateTimeField()
    created_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True, blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    executor_answered_at = models.DateTimeField(null=True, blank=True)
    rating_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    first_answer_working_seconds = models.PositiveIntegerField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    sent_back = models.PositiveSmallIntegerField(default=0)
    owed_since = models.DateTimeField(null=True, blank=True)
    watched_since = models.DateTimeField(null=True, blank=True)
    hard_since = models.DateTimeField(null=True, blank=True)
    hard_why = models.CharField(max_length=500, blank=True, default="")
    revision = models.BigIntegerField(default=0)
    messages = models.ManyToManyField(Message, through="IncidentMessage", related_name="incidents")
    tags = models.ManyToManyField(Tag, blank=True, related_name="incidents")

    class Meta(Due.Meta):
        indexes = [
            *Due.Meta.indexes,
            models.Index(fields=["state", "-priority", "started_at"], name="incident_queue"),
            models.Index(fields=["state", "started_at", "id"], name="incident_state_age"),
            models.Index(fields=["agency", "state", "started_at"], name="incident_agency"),
            *(
                models.Index(fields=[f"shown_{name}", "state", "started_at", "id"], name=f"incident_shown_{name}")
                for name in ("theme", "place", "agency")
            ),
            # Of what is empty on nearly all cards SQLite thinks that any value is as common as none.
            *(
                models.Index(
                    fields=[name, "state"], condition=models.Q(**{f"{name}__isnull": False}), name=f"incident_{name}"
                )
                for name in ("taken_by", "answered_with", "problem")
            ),
            models.Index(fields=["state"], condition=models.Q(owed_since__isnull=False), name="incident_owed"),
            models.Index(
                fields=["watched_since"], condition=models.Q(watched_since__isnull=False), name="incident_watched"
            ),
            # By itself it says how many are open of whatever a page of figures is narrowed to.
            models.Index(
                fields=["network", "theme", "place", "agency", "id"],
                condition=models.Q(state__in=IN_HAND),
                name="incident_in_hand",
            ),
            # «Недавно отвеченные» of an agency: of the many that it has answered, the last ones.
            models.Index(
                fields=["agency", "-first_answered_at", "-id"],
                condition=models.Q(first_answered_at__isnull=False),
                name="incident_answered",
            ),
            models.Index(fields=["revision"], name="incident_revision"),
            # A program reads on in one state, most of all in «Готово», where three of four cards are.
            models.Index(fields=["state", "revision"], name="incident_state_revision"),
            models.Index(fields=["started_at"], name="incident_started"),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"


class IncidentMessage(models.Model):
    """A message on a card. One is the main one: the answer goes under it unless another is chosen."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="links")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="links")
    main = models.BooleanField(default=False)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "message"], name="incident_message_once"),
            models.UniqueConstraint(fields=["incident"], condition=models.Q(main=True), name="incident_one_main"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.message_id}"


class Watch(Due):
    """«На контроле»: what a head wants done with a card, until which day, and who answers for it. Its step reminds.

    One at a time a card; those that have ended stay. `until` is a local day, included. `at` is when the star was put
    on, `by` who has last said what is wanted.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="watches")
    words = models.TextField()
    until = models.DateField()
    responsible = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Due.Meta):
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=models.Q(ended_at__isnull=True), name="watch_one")
        ]
        indexes = [
            *Due.Meta.indexes,
            models.Index(fields=["until"], condition=models.Q(ended_at__isnull=True), name="watch_running"),
        ]

    def __str__(self) -> str:
        return f"watch over {self.incident_id} until {self.until}"


class Heard(Due):
    """The author wrote again on a known card. Its step is feedback.hear."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="heard")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="heard")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.message_id}"


class Findable(Due):
    """A card whose words have changed. Its step is finding.index; `record()` makes it due."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, primary_key=True, related_name="findable")

    def __str__(self) -> str:
        return f"words of {self.incident_id}"


class ProblemCard(models.Model):
    """That a card is part of a problem, or that somebody said it is not: then it is never put there again.

    `sure` is how sure the machine was, 1..100, and `why` the reasons, codes of triage/similar.py with spaces between;
    None and "" where a person put it there. `off_at`: it was taken off, or the whole proposal was rejected.
    """

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="cards")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="problem_cards")
    sure = models.PositiveSmallIntegerField(null=True, blank=True)
    why = models.CharField(max_length=100, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "incident"], name="problem_card_once")]

    def __str__(self) -> str:
        return f"{self.problem_id}: {self.incident_id}"


class Note(models.Model):
    """Words for colleagues only. Nothing right of the desk reads this table."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"note {self.pk} on {self.incident_id}"


class Counter(models.Model):
    """The last number given out: numbers are consecutive, without holes."""

    name = models.CharField(max_length=32, primary_key=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"
