"""The answers of a card with what became of them: one query for answers, photos, acts, deliveries, the wait after."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from otklik.answers.acts import BROUGHT, Act, brought
from otklik.answers.checking import STANDING
from otklik.answers.drafts import OPEN, undo_until
from otklik.answers.models import Answer
from otklik.answers.steps import counting
from otklik.desk.card.fate import Fate, fate_of, fate_of_parts, part_title
from otklik.feedback.models import Survey, Unconfirmed
from otklik.incidents.models import Incident
from otklik.lib.kept import STAND_IN, Kept, keep
from otklik.publishing.hold import HELD, WAITING
from otklik.publishing.models import Attempt, Delivery

MOST_ROWS = 200
NO_ANSWER = "-"
_VOICES = (
    Unconfirmed.objects.filter(survey__sent__delivery=OuterRef("deliveries__pk"))
    .order_by()
    .values("survey__sent__delivery")
    .annotate(n=Count("pk"))
)
_FROM_DELIVERY: dict[str, Any] = {
    "delivery_id": F("deliveries__pk"),
    "delivery_state": F("deliveries__state"),
    "hold": F("deliveries__hold"),
    "delivery_words": F("deliveries__words"),
    "delivery_text": F("deliveries__text"),
    "part": F("deliveries__part"),
    "cause": F("deliveries__cause"),
    "delivery_lease": F("deliveries__lease"),
    "voice": F("deliveries__account__title"),
    "sent_url": F("deliveries__sent__url"),
    "sent_at": F("deliveries__sent__at"),
    "sent_proof": F("deliveries__sent__proof"),
    "sent_by_hand": F("deliveries__sent__by_hand_id"),
    "silence_until": F("deliveries__sent__survey__due_at"),
    "survey_key": F("deliveries__sent__survey__key"),
    "asked_at": F("deliveries__sent__survey__asked_at"),
    "unasked": F("deliveries__sent__survey__unasked"),
    "voices": Subquery(_VOICES.values("n"), output_field=IntegerField()),
    "photo_id": F("photos__pk"),
    "photo_stage": F("photos__stage"),
}


def _copies(**which: Any) -> Coalesce:
    """How many copies of the answer there are of this kind: one for each of the card's other authors."""
    copies = Answer.objects.filter(copy_of=OuterRef("pk"), state=Answer.State.APPROVED, **which).order_by()
    counted = copies.values("copy_of").annotate(n=Count("pk", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


_COPIES = {
    "copies_all": _copies(),
    "copies_sent": _copies(deliveries__state=Delivery.State.SENT, deliveries__part=1),
    "copies_stuck": _copies(deliveries__hold__in=HELD),
}


_AGREED = {
    "agreed_id": Subquery(counting().values("by_id")[:1]),
    "agreed_name": Subquery(counting().values("by__last_name")[:1]),
}
"""Who was the first of two to agree to the answer as it stands."""
_STAMPED = {**_COPIES, "agreed_id": _AGREED["agreed_id"]}


_SETTLED = (Delivery.State.SENT, Delivery.State.RECALLED)
_GOING = Case(When(deliveries__state__in=_SETTLED, then=1), default=0)


def current(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of the deliveries of one answer, by part, the one that is on its way or stuck; the first when all are settled."""
    return min(rows, key=lambda row: (row["delivery_state"] in _SETTLED, row["part"] or 0))


class Part(NamedTuple):
    """A part of an answer for showing; `title` is what became of it, `current` the one that matters now."""

    text: str
    title: str
    url: str
    is_published: bool
    current: bool


class Shot(NamedTuple):
    """A photo of an answer; `stage` as in AnswerPhoto."""

    pk: int
    stage: str


@dataclass(slots=True)
class AnswerView:
    """An answer for showing. `rows` are its deliveries by part, one of nothing where there is none yet.

    `can_recall`: it has not left and may be taken back.
    """

    answer: Answer
    rows: list[dict[str, Any]]
    now: datetime
    photos: list[Shot] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    @property
    def row(self) -> dict[str, Any]:
        """The part that matters now; with it what is known of the whole answer."""
        return current(self.rows)

    @property
    def published_parts(self) -> int:
        """How many parts stand there."""
        return sum(row["delivery_state"] == Delivery.State.SENT for row in self.rows)

    @property
    def in_parts(self) -> bool:
        return len(self.rows) > 1

    @property
    def parts(self) -> list[Part]:
        """The parts in their order, as they are shown one under the other."""
        now, states = self.row, Delivery.State
        fate, going = self.fate_now.title, now["delivery_state"] not in _SETTLED
        return [
            Part(
                text=row["delivery_text"] or _("снимки к ответу"),
                title=fate if going and row is now else part_title(row["delivery_state"]),
                url=row["sent_url"] or "",
                is_published=row["delivery_state"] == states.SENT,
                current=going and row is now,
            )
            for row in self.rows
        ]

    @property
    def may_be_cut_short(self) -> bool:
        """Whether a person may leave the rest unsaid: a part stands there, and the next waits for him."""
        return self.published_parts > 0 and self.by_hand_now

    @property
    def survey_key(self) -> str:
        return next((row["survey_key"] for row in self.rows if row["survey_key"]), "")

    @property
    def voices(self) -> int:
        """How many voted by the open link under it."""
        return sum(row["voices"] or 0 for row in self.rows)

    @property
    def asking(self) -> dict[str, Any]:
        """Of the wait after it: when the author was asked whether it helped, or why not; {} without a wait."""
        row = next((row for row in self.rows if row["survey_key"]), None)
        why = Survey.Unasked(row["unasked"]).label if row and row["unasked"] else ""
        return {"asked_at": row["asked_at"], "why": why} if row else {}

    @property
    def silence_until(self) -> datetime | None:
        return next((row["silence_until"] for row in self.rows if row["silence_until"]), None)

    @property
    def fate(self) -> Fate:
        return fate_of_parts(self.fate_now, self.published_parts, len(self.rows))

    @property
    def fate_now(self) -> Fate:
        """Of the part that matters now."""
        until = self.undo_until
        return fate_of(
            self.row["delivery_state"] or "",
            self.row["hold"] or "",
            self.row["delivery_words"] or "",
            until is not None and until > self.now,
            self.row["cause"] or "",
            rest=self.published_parts > 0,
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
        return self.answer.state == Answer.State.APPROVED and queued and not self.published_parts

    @property
    def by_hand_now(self) -> bool:
        """Whether a person may publish it and give the link."""
        held = self.row["hold"] not in (None, *WAITING)
        return self.row["delivery_state"] == Delivery.State.UNKNOWN or (
            self.row["delivery_state"] == Delivery.State.QUEUED and held
        )

    @property
    def again_possible(self) -> bool:
        """Whether «отправить ещё раз» is offered: the delivery is unknown or held, and it has an account."""
        return self.by_hand_now and self.row["voice"] is not None

    @property
    def is_open(self) -> bool:
        return self.answer.state in OPEN

    @property
    def others(self) -> str:
        """What became of the copies for the card's other authors; "" when it has none."""
        count, sent, stuck = (self.row[name] for name in _COPIES)
        if not count:
            return ""
        words = _("Другим жителям: опубликовано %(sent)d из %(count)d") % {"sent": sent, "count": count}
        return f"{words}, {_('ждёт решения: %d') % stuck}" if stuck else words

    @property
    def stamp(self) -> str:
        row, answer = self.row, self.answer
        fields = (answer.pk, answer.version, answer.state, row["delivery_state"], row["hold"], row["part"])
        return _stamp(fields, [row[name] for name in _STAMPED])


def answers_of(incident: Incident, now: datetime) -> list[AnswerView]:
    """Newest first. An answer stands under one message, with one delivery for each part; its copies are counted."""
    tried = Attempt.objects.filter(delivery__answer=OuterRef("pk"), key=F("delivery__key"))
    rows = (
        Answer.objects.filter(incident=incident, copy_of__isnull=True)
        .select_related("author", "decided_by", "corrected_by", "agency", "reply_to")
        .annotate(**_FROM_DELIVERY, **_COPIES, **_AGREED, **BROUGHT, **STANDING, tried=Exists(tried))
        .order_by("-pk", "deliveries__part", "photos__position", "photos__pk")[:MOST_ROWS]
    )
    answers_by_pk: dict[int, AnswerView] = {}
    for row in rows:
        row.incident = incident
        extra = {name: getattr(row, name) for name in (*_FROM_DELIVERY, *_COPIES, *_AGREED, "tried")}
        answer = answers_by_pk.setdefault(row.pk, AnswerView(row, [extra], now, acts=brought(row)))
        if extra["delivery_id"] != answer.rows[-1]["delivery_id"]:
            answer.rows.append(extra)
        shot = Shot(extra["photo_id"], extra["photo_stage"] or "")
        if shot.pk and shot not in answer.photos:
            answer.photos.append(shot)
    return list(answers_by_pk.values())


def stamp_of_latest(incident_pk: int) -> str:
    """The newest answer's stamp in one query, for pages that ask whether anything changed."""
    rows = _latest_question(connection.vendor).ask({STAND_IN: incident_pk})
    return _stamp(rows[0][:6], rows[0][6:]) if rows else NO_ANSWER


@cache
def _latest_question(_vendor: str) -> Kept:
    answers = Answer.objects.filter(incident=STAND_IN, copy_of__isnull=True).annotate(**_STAMPED)
    answers = answers.order_by("-pk", _GOING, "deliveries__part")
    columns = ("pk", "version", "state", "deliveries__state", "deliveries__hold", "deliveries__part")
    return keep(answers.values_list(*columns, *_STAMPED)[:1])


def _stamp(answer: tuple[Any, ...], more: Sequence[int | None]) -> str:
    """Without copies and a first consent these are not in it: most answers have none."""
    return ".".join(str(part or "-") for part in (*answer, *(more if any(more) else ())))
