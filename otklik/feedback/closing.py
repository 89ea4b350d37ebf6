"""Verbs that end a card. Kind and outcome must be known: closed is not fixed, and figures must tell them apart."""

from datetime import datetime

from django.db.models import Q

from otklik.answers.models import Answer
from otklik.answers.voices import voices
from otklik.feedback.models import Rating
from otklik.incidents.gathering import answered_together, part_all
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import hold, move
from otklik.publishing.models import Delivery
from otklik.routing import clocks

UNSAID = (Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.UNKNOWN)


class Unready(Exception):
    """The card lacks its kind or its outcome."""


def close(incident: Incident, why: str, at: datetime, actor: str) -> Incident:
    """End a card after its answer, for a CloseReason, and with it those that were answered by the same words.

    Raises Unready, NotAllowed.
    """
    if not (incident.kind and incident.outcome):
        raise Unready(str(incident))
    with hold(incident.pk):
        moved = _close(incident, why, at, actor)
        for follower in answered_together(moved)[1:]:
            ready = follower.kind and follower.outcome and not follower.watched_since
            if follower.state == State.RATING and ready:
                _close(follower, why, at, actor)
    return moved


def _close(incident: Incident, why: str, at: datetime, actor: str) -> Incident:
    entry_data = {"outcome": incident.outcome}
    moved = move(incident, "close", at=at, actor=actor, reason=why, data=entry_data, close_reason=why, closed_at=at)
    clocks.cancel_all(incident, at)
    return moved


def everybody_answered(incident: Incident) -> bool:
    """Whether every author on the card has had an answer: none came after it was given, and no copy is on its way.

    Where that is not so, nobody's silence or thanks may end the card.
    """
    on_the_way = Answer.objects.filter(
        Q(due_at__isnull=False) | Q(deliveries__state__in=UNSAID),
        incident=incident,
        copy_of__isnull=False,
        state=Answer.State.APPROVED,
    )
    return not on_the_way.exists() and not any(voice.owed and voice.answered_at is None for voice in voices(incident))


def word_waits(incident: Incident) -> bool:
    """Whether a person has yet to decide on what an author said, here or on a card that was answered with this one."""
    cards = [one.pk for one in answered_together(incident)]
    return Rating.objects.filter(incident__in=cards, waits_since__isnull=False).exists()


def close_unanswered(incident: Incident, why: str, words: str, at: datetime, actor: str) -> Incident:
    """End a card to which nobody will answer, with a reason. Whoever waited for its answer goes his own way. Raises
    NotAllowed."""
    with hold(incident.pk):
        moved = move(
            incident,
            "close_unanswered",
            at=at,
            actor=actor,
            reason=why,
            words=words,
            close_reason=why,
            closed_at=at,
            answered_with=None,
        )
        clocks.cancel_all(incident, at)
        part_all(incident, actor, at)
    return moved
