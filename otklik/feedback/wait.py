"""Steps of Sent and Survey: spoken → ask and wait; silence closes the card."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings

from otklik.answers.models import ASKING, Answer
from otklik.feedback.asking import ACTOR, ask, asked, give_up
from otklik.feedback.closing import Unready, close, everybody_answered, word_waits
from otklik.feedback.models import UNREAD, Rating, Survey
from otklik.feedback.word import explained
from otklik.incidents.gathering import answered_together
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import NotAllowed
from otklik.lib.due import finish
from otklik.publishing.models import Sent

LOOK_AGAIN = timedelta(hours=12)


def open_survey(sents: list[Sent], now: datetime) -> None:
    """A final answer opens the wait for the author's word. Any answer says to those who complained before it what it
    has to say. Safe to repeat."""
    for sent in sents:
        answer = sent.delivery.answer
        if answer.kind in ASKING:
            asked(answer, sent.at)
        else:
            explained(answer, sent.at)
        if answer.kind in (Answer.Kind.FINAL, Answer.Kind.FIRST):
            survey, made = Survey.objects.get_or_create(
                sent=sent,
                defaults={
                    "incident": answer.incident,
                    "opened_at": sent.at,
                    "due_at": sent.at + timedelta(hours=settings.SILENCE_HOURS),
                },
            )
            if made:
                ask(survey, now)
        finish(sent)


def close_silent(surveys: list[Survey], now: datetime) -> None:
    """The author kept silent for as long as we wait. A card that moved on, has a word that a person must see, or is
    watched over by a head, is left alone.

    The wait after a copy ends by itself: it is the answer that closes the card, once all its authors have had it.
    """
    for survey in surveys:
        incident = Incident.objects.get(pk=survey.incident_id)
        closes = incident.state == State.RATING and survey.sent.delivery.answer.copy_of_id is None
        kept = incident.watched_since or _unread(incident) or word_waits(incident)
        if closes and (kept or not everybody_answered(incident)):
            finish(survey, now + LOOK_AGAIN)
            continue
        if closes and incident.rating_since == survey.opened_at:
            # Somebody closed or reopened it in the same moment, or its kind is still to be set by a person.
            with suppress(NotAllowed, Unready):
                close(incident, CloseReason.SILENCE, now, ACTOR)
        give_up(survey, now)
        Survey.objects.filter(pk=survey.pk, closed_at__isnull=True).update(closed_at=now)
        finish(survey)


def _unread(incident: Incident) -> bool:
    cards = [one.pk for one in answered_together(incident)]
    return Rating.objects.filter(UNREAD, incident__in=cards).exists()
