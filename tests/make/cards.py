"""Cards as the product opens them."""

from datetime import datetime

from django.utils import timezone

from otklik.inbox.models import Message
from otklik.incidents.cards import open_cards
from otklik.incidents.models import Incident
from otklik.journal import book
from tests.make import inbox


def card(*messages: Message, text: str = inbox.TEXT, at: datetime | None = None, **columns: object) -> Incident:
    """A new card of these messages, the first its main one, or of one new message with this text. `columns` are written
    afterwards as they are, past the product's verbs: `state="in_work"`, `agency=…`."""
    at = at or timezone.now()
    heard = messages or (inbox.message(text, at=at),)
    with book.turn():
        (made,) = open_cards(heard[:1], at)
    for message in heard[1:]:
        made.links.create(message=message, linked_at=at)
    if columns:
        Incident.objects.filter(pk=made.pk).update(**columns)
    made.refresh_from_db()
    return made
