"""Steps of Sent and Survey: spoken → ask and wait; silence closes the card."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings

from otklik.answers.models import Answer, Template
from otklik.feedback.closing import Unready, close, everybody_told
from otklik.feedback.models import Rating, Survey
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import NotAllowed
from otklik.lib.due import finish
from otklik.publishing.models import Sent

ACTOR = "machine:feedback"


def open_survey(sents: list[Sent], now: datetime) -> None:
    """A final answer opens the wait for the author's word. Safe to repeat."""
    for sent in sents:
        answer = sent.delivery.answer
        if answer.kind in (Answer.Kind.FINAL, Answer.Kind.FIRST):
            survey, made = Survey.objects.get_or_create(
                sent=sent,
                defaults={
                    "incident": answer.incident,
                    "opened_at": sent.at,
                    "due_at": sent.at + timedelta(hours=settings.SILENCE_HOURS),
                },
            )
            if made and sent.delivery.direct:
                send_link(survey, now)
        elif answer.kind == Answer.Kind.SURVEY:
            asked = Survey.objects.filter(incident=answer.incident, closed_at__isnull=True)
            asked.filter(sent__delivery__message=answer.reply_to).update(asked_at=sent.at)
        finish(sent)


def send_link(survey: Survey, now: datetime) -> Answer | None:
    """Send the link to the survey into the author's own dialogue; None without a template that a person has made.

    Only there: under a comment the link would stand for everybody.
    """
    template = Template.objects.filter(kind=Answer.Kind.SURVEY).order_by("pk").first()
    answered = survey.sent.delivery.answer
    if template is None or "{link}" not in template.text:
        return None
    return Answer.objects.create(
        incident=survey.incident,
        reply_to=answered.reply_to,
        kind=Answer.Kind.SURVEY,
        state=Answer.State.APPROVED,
        text=template.text.replace("{link}", f"{settings.ADDRESS}/s/{survey.key}/"),
        direct=True,
        agency=answered.agency,
        author=answered.decided_by or answered.author,
        decided_by=answered.decided_by,
        decided_at=now - timedelta(seconds=settings.UNDO_HOLD),
        created_at=now,
        changed_at=now,
        due_at=now,
    )


def close_silent(surveys: list[Survey], now: datetime) -> None:
    """The author kept silent for as long as we wait. A card that moved on, has a reply to be read, or is watched
    over by a head, is left alone.

    The wait after a copy ends by itself: it is the answer that closes the card, once all its authors have had it.
    """
    for survey in surveys:
        incident = Incident.objects.get(pk=survey.incident_id)
        unread = Rating.objects.filter(
            incident=incident, suggested=True, confirmed_at__isnull=True, dismissed_at__isnull=True
        )
        closes = incident.state == State.RATING and survey.sent.delivery.answer.copy_of_id is None
        if closes and (unread.exists() or incident.watched_since or not everybody_told(incident)):
            finish(survey, now + timedelta(hours=12))
            continue
        if closes and incident.rating_since == survey.opened_at:
            # Somebody closed or reopened it in the same moment, or its kind is still to be set by a person.
            with suppress(NotAllowed, Unready):
                close(incident, CloseReason.SILENCE, now, ACTOR)
        Survey.objects.filter(pk=survey.pk, closed_at__isnull=True).update(closed_at=now)
        finish(survey)
