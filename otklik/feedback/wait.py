"""Steps of Sent and Survey: spoken → ask and wait; silence closes the card."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings

from otklik.answers.models import Answer
from otklik.feedback.models import Rating, Survey
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import NotAllowed, move
from otklik.lib.due import finish
from otklik.publishing.models import Sent
from otklik.routing import clocks

ACTOR = "machine:feedback"


def open_survey(sents: list[Sent], now: datetime) -> None:
    """A final answer opens the wait for the author's word. Safe to repeat."""
    for sent in sents:
        answer = sent.delivery.answer
        if answer.kind in (Answer.Kind.FINAL, Answer.Kind.FIRST):
            Survey.objects.get_or_create(
                sent=sent,
                defaults={
                    "incident": answer.incident,
                    "opened_at": sent.at,
                    "due_at": sent.at + timedelta(hours=settings.SILENCE_HOURS),
                },
            )
        finish(sent)


def close_silent(surveys: list[Survey], now: datetime) -> None:
    """The author kept silent for as long as we wait. A card that moved on, or has a reply to be read, is left alone."""
    for survey in surveys:
        incident = Incident.objects.get(pk=survey.incident_id)
        unread = Rating.objects.filter(
            incident=incident, suggested=True, confirmed_at__isnull=True, dismissed_at__isnull=True
        )
        if incident.state == State.RATING and unread.exists():
            finish(survey, now + timedelta(hours=12))
            continue
        if incident.state == State.RATING and incident.rating_since == survey.opened_at:
            with suppress(NotAllowed):  # somebody closed or reopened it in the same moment
                close(incident, CloseReason.SILENCE, now, ACTOR)
        Survey.objects.filter(pk=survey.pk, closed_at__isnull=True).update(closed_at=now)
        finish(survey)


def close(incident: Incident, why: str, at: datetime, actor: str) -> Incident:
    """End a card after its answer. Kind and outcome must be known. Inside `book.turn()`. Raises NotAllowed."""
    moved = move(
        incident,
        "close",
        at=at,
        actor=actor,
        reason=why,
        data={"outcome": incident.outcome or "none"},
        close_reason=why,
        closed_at=at,
    )
    clocks.cancel_all(incident, at)
    return moved
