"""Answers as rows, past the verbs that write and approve them."""

from datetime import datetime

from otklik.answers.models import Answer
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.people.models import User
from tests.make import inbox, people


def answer(
    card: Incident, message: Message | None = None, by: User | None = None, at: datetime | None = None, **more: object
) -> Answer:
    """A draft under that message, or under one of the card's; of a card without any under a new one of nobody's."""
    message = message or card.messages.first() or inbox.message(at=at)
    at = at or message.captured_at
    written = {"author": by or people.person(), "created_at": at, "changed_at": at, **more}
    return Answer.objects.create(incident=card, reply_to=message, **written)
