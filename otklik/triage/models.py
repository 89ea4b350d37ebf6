"""What the machine thought of a message, with the reasons; and what it has learned from what people decided."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction

from otklik.inbox.models import Message
from otklik.journal import book
from otklik.places.models import Place
from otklik.themes.models import Theme
from otklik.triage.theme.model import Model, ModelError, unpacked
from otklik.triage.urgency.level import ORDINARY, priority

log = logging.getLogger(__name__)

LONGEST = timedelta(hours=4)
"""A run that has not ended after so long was killed."""
KEPT = 2
"""So many before the one in force can come back."""

WISHES_NOTHING = ("thanks", "noise")
SURELY_THANKS = 0.6


def doubt(kind: str, share: float, outside: str) -> str:
    """Why a message may be nothing for us to do: "noise", "thanks", "outside", or "" for none. Thanks of a small share
    are the last words of something longer."""
    if kind == "noise" or (kind == "thanks" and share >= SURELY_THANKS):
        return kind
    return "outside" if outside else ""


class Verdict(models.Model):
    """A suggestion, never a decision. Shares are 0 to 1: how sure. `urgency` is 0 to 3, as urgency/level.py says.

    `themes` is a list of {"id", "share", "why": [[word, weight]]}, best first; `why` holds the reasons of the rest:
    {"kind": [...], "place": [[fragment, code]], "urgency": [...]}. The words quoted stand in the message itself.
    `outside` is the place elsewhere that it tells of, as it stands there; "" for none.
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
    outside = models.CharField(max_length=80, blank=True, default="")
    urgency = models.PositiveSmallIntegerField(default=0)
    why = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["message", "-id"], name="verdict_latest")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.kind}"

    @property
    def doubt(self) -> str:
        return doubt(self.kind, self.kind_share, self.outside)

    @property
    def priority(self) -> int:
        """What the card's priority is to be, 1 to 5. Thanks are about a theme, too, but want nothing."""
        theme, sure = self.theme, 0.0 if self.kind in WISHES_NOTHING else self.theme_share
        return priority(self.urgency, theme.severity if theme else ORDINARY, bool(theme and theme.fast_track), sure)


class TrainedModel(models.Model):
    """One run of learning from the cards that people decided. At most one is in force, and at most one is learning.

    `content` is the file of theme/model.py, without a text in it, of the one in force and of the two before it. The
    data are the decisions from `first_at` to `last_at`. `metrics` are counts of the held-back cards: {"n", "first",
    "three", "loss"} of this model and with "_now" of what was in force, "trust" and "themes".
    """

    class State(models.TextChoices):
        LEARNING = "learning"
        ACTIVE = "active"
        REPLACED = "replaced"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        FAILED = "failed"

    state = models.CharField(max_length=16, choices=State, default=State.LEARNING)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    embedder = models.CharField(max_length=160, blank=True, default="")
    metrics = models.JSONField(default=dict)
    content = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state__in=["learning", "active"]), name="one_trained_model"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"


State = TrainedModel.State


class Busy(Exception):
    """Another process is learning."""


@dataclass(frozen=True, slots=True)
class Data:
    """What a run has learned from."""

    rows: int
    first_at: datetime
    last_at: datetime
    embedder: str


def in_force() -> int | None:
    """Which learned model speaks beside the shipped one; None for none. One query."""
    return TrainedModel.objects.filter(state=State.ACTIVE).values_list("pk", flat=True).first()


def last_failed() -> models.QuerySet[TrainedModel]:
    """The last run that has ended, if it came to nothing; else no row. May be one part of a union."""
    ended = TrainedModel.objects.exclude(state=State.LEARNING).order_by("-pk")
    return TrainedModel.objects.filter(pk__in=ended.values("pk")[:1], state=State.FAILED).order_by()


def read(pk: int | None) -> Model | None:
    """The model of a row; None, and a line in the log, for one that cannot be read: the shipped one then speaks."""
    content = TrainedModel.objects.filter(pk=pk).values_list("content", flat=True).first() if pk else None
    if pk is None:
        return None
    try:
        model = unpacked(bytes(content or b""), f"model {pk}")
        if (
            not {"trust", "heard", "calm"} <= model.facts.keys()
            or not {"words", "plain", "usual"} <= model.parts.keys()
        ):
            raise ModelError(f"model {pk}: not a model of learned themes")  # noqa: TRY301 said in one place
    except ModelError as error:
        log.error("themes are suggested without what was learned: %s", error)
        return None
    return model


def begin(actor: str, now: datetime) -> TrainedModel:
    """Claim the one run that may be. Raises Busy."""
    TrainedModel.objects.filter(state=State.LEARNING, made_at__lt=now - LONGEST).update(state=State.FAILED)
    try:
        with transaction.atomic():
            return TrainedModel.objects.create(made_at=now, made_by=actor)
    except IntegrityError:
        raise Busy from None


def fail(run: TrainedModel) -> None:
    """The run came to no end; a page says so."""
    TrainedModel.objects.filter(pk=run.pk, state=State.LEARNING).update(state=State.FAILED)


def forget(run: TrainedModel) -> None:
    """There was nothing to learn: it leaves no trace."""
    TrainedModel.objects.filter(pk=run.pk, state=State.LEARNING).delete()


def settle(run: TrainedModel, model: Model | None, data: Data, metrics: Mapping[str, Any], now: datetime) -> bool:
    """The run has ended: its model takes over, or is rejected if it is None. With a journal entry.

    False if the run has been given up meanwhile: nothing changes.
    """
    fields = {
        "rows": data.rows,
        "first_at": data.first_at,
        "last_at": data.last_at,
        "embedder": data.embedder[:160],
        "metrics": dict(metrics),
    }
    state = State.REJECTED if model is None else State.ACTIVE
    if model is not None:  # packing takes seconds, and nobody else writes while the turn is ours
        fields["content"] = model.packed()
    with book.turn():
        if not TrainedModel.objects.filter(pk=run.pk, state=State.LEARNING).exists():
            return False
        if model is not None:
            TrainedModel.objects.filter(state=State.ACTIVE).update(state=State.REPLACED)
        TrainedModel.objects.filter(pk=run.pk).update(state=state, **fields)
        _drop()
        verb = "model.reject" if model is None else "model.take_over"
        book.write(at=now, actor=run.made_by, verb=verb, subject=f"model:{run.pk}", data={"rows": data.rows})
    return True


def withdraw(pk: int, actor: str, now: datetime) -> bool:
    """Go back from this one to the one before it, or to the shipped model alone; False if it is not in force."""
    with book.turn():
        if not TrainedModel.objects.filter(pk=pk, state=State.ACTIVE).update(state=State.WITHDRAWN):
            return False
        before = TrainedModel.objects.filter(state=State.REPLACED, content__isnull=False).order_by("-pk").first()
        if before is not None:
            TrainedModel.objects.filter(pk=before.pk).update(state=State.ACTIVE)
        _drop()
        data = {"now": before.pk if before else 0}
        book.write(at=now, actor=actor, verb="model.withdraw", subject=f"model:{pk}", data=data)
    return True


def _drop() -> None:
    """The bytes of what cannot come back; what is known of it stays."""
    replaced = TrainedModel.objects.filter(state=State.REPLACED, content__isnull=False).order_by("-pk")
    kept = list(replaced.values_list("pk", flat=True)[:KEPT])
    TrainedModel.objects.exclude(state=State.ACTIVE).exclude(pk__in=kept).update(content=None)
