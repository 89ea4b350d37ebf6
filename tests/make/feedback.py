"""The wait for an author's word after an answer."""

from datetime import datetime, timedelta

from otklik.answers.models import Answer
from otklik.feedback.models import Survey
from otklik.incidents.models import Incident
from tests.make import answers, publishing


def survey(card: Incident, at: datetime, **more: object) -> Survey:
    """An answer to the card was published at that moment, and its survey opened."""
    answer = answers.answer(card, at=at, state=Answer.State.APPROVED)
    opened = {"sent": publishing.sent(answer, at), "opened_at": at, "due_at": at + timedelta(hours=96), **more}
    return Survey.objects.create(incident=card, **opened)
