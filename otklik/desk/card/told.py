"""The answers of a card with what became of them: one query for answers, photos, deliveries and the wait after them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef

from otklik.answers.drafts import OPEN, undo_until
from otklik.answers.models import Answer
from otklik.desk.card.fate import Fate, fate_of
from otklik.incidents.models import Incident
from otklik.publishing.models import Attempt, Delivery

MOST_ROWS = 200
_FROM_DELIVERY = {
    "delivery_id": F("deliveries__pk"),
    "delivery_state": F("deliveries__state"),
    "hold": F("deliveries__hold"),
    "delivery_words": F("deliveries__words"),
    "delivery_lease": F("deliveries__lease"),
    "voice": F("deliveries__account__title"),
    "sent_url": F("deliveries__sent__url"),
    "sent_at": F("deliveries__sent__at"),
    "sent_by_hand": F("deliveries__sent__by_hand_id"),
    "silence_until": F("deliveries__sent__survey__due_at"),
    "survey_key": F("deliveries__sent__survey__key"),
    "photo_id": F("photos__pk"),
}


@dataclass(slots=True)
class Told:
    """An answer for showing. `can_recall`: it has not left and may be taken back."""

    answer: Answer
    row: dict[str, Any]
    now: datetime
    photos: list[int] = field(default_factory=list)

    @property
    def fate(self) -> Fate:
        until = self.undo_until
        return fate_of(
            self.row["delivery_state"] or "",
            self.row["hold"] or "",
            self.row["delivery_words"] or "",
            until is not None and until > self.now,
        )

    @property
    def undo_until(self) -> datetime | None:
        return undo_until(self.answer)

    @property
    def undo_left(self) -> int:
        """Whole seconds in which the approval can be taken back for certain."""
        until = self.undo_until
        return max(int((until - self.now) / timedelta(seconds=1)), 0) if until else 0

    @property
    def can_recall(self) -> bool:
        state = self.row["delivery_state"]
        queued = state in (None, Delivery.State.RECALLED) or (state == Delivery.State.QUEUED and not self.row["tried"])
        return self.answer.state == Answer.State.APPROVED and queued

    @property
    def by_hand_now(self) -> bool:
        """Whether a person may publish it and give the link."""
        held = self.row["hold"] not in (None, "", Delivery.Hold.UNDO)
        return self.row["delivery_state"] == Delivery.State.UNKNOWN or (
            self.row["delivery_state"] == Delivery.State.QUEUED and held
        )

    @property
    def again_possible(self) -> bool:
        """Whether a person may say «отправить ещё раз»: it is unknown or held, and there is a voice to say it with."""
        return self.by_hand_now and self.row["voice"] is not None

    @property
    def is_open(self) -> bool:
        return self.answer.state in OPEN

    @property
    def stamp(self) -> str:
        told = (self.answer.pk, self.answer.version, self.answer.state, self.row["delivery_state"], self.row["hold"])
        return ".".join(str(part or "-") for part in told)


def answers_of(incident: Incident, now: datetime) -> list[Told]:
    """Newest first. An answer stands under one message, so it has at most one delivery."""
    tried = Attempt.objects.filter(delivery__answer=OuterRef("pk"), key=F("delivery__key"))
    rows = (
        Answer.objects.filter(incident=incident)
        .select_related("author", "decided_by", "agency", "reply_to")
        .annotate(**_FROM_DELIVERY, tried=Exists(tried))
        .order_by("-pk", "photos__position", "photos__pk")[:MOST_ROWS]
    )
    found: dict[int, Told] = {}
    for row in rows:
        extra = {name: getattr(row, name) for name in (*_FROM_DELIVERY, "tried")}
        told = found.setdefault(row.pk, Told(row, extra, now))
        if extra["photo_id"] and extra["photo_id"] not in told.photos:
            told.photos.append(extra["photo_id"])
    return list(found.values())


def stamp_of_latest(incident_pk: int) -> str:
    """The newest answer's stamp in one query, for pages that ask whether anything changed."""
    row = (
        Answer.objects.filter(incident=incident_pk)
        .order_by("-pk")
        .values_list("pk", "version", "state", "deliveries__state", "deliveries__hold")
        .first()
    )
    return ".".join(str(part or "-") for part in row) if row else "-"
