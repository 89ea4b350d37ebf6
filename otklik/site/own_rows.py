"""What our own tables have about messages, cards and answers; no network is asked."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db.models import Count, QuerySet

from otklik.answers.models import Answer
from otklik.inbox.models import Message
from otklik.incidents.models import IncidentMessage, State
from otklik.journal.models import Entry
from otklik.publishing.models import Delivery, Sent

T = TypeVar("T")
D, H = Delivery.State, Delivery.Hold
PIECE = 500
SPOKEN = ("incident.answered", "incident.promised", "incident.spoken", "incident.spoken_part")
OPEN = (D.QUEUED, D.SENDING, D.UNKNOWN)
BY_ITSELF = (H.NONE, H.UNDO, H.MOMENT, H.TOKEN, H.LEGAL, H.BUDGET)
"""What is held so has its hour: a row without one is forgotten."""


def messages_of(network: str) -> QuerySet[Message]:
    """What citizens have said there."""
    return Message.objects.filter(network=network, own=False)


def cards_of(messages: Iterable[int]) -> tuple[int, int]:
    """How many of these messages have a card of which they are the main one; and how many cards are too many: a second
    one is right where a person has split the message, as the journal tells."""
    mains: dict[int, set[int]] = {}
    for piece in pieces(messages):
        links = IncidentMessage.objects.filter(message__in=piece, main=True)
        for message, card in links.values_list("message", "incident"):
            mains.setdefault(message, set()).add(card)
    several = [cards for cards in mains.values() if len(cards) > 1]
    made = set[int]()
    for piece in pieces(card for cards in several for card in cards):
        opened = Entry.objects.filter(verb="incident.open", incident__in=piece, data__has_key="from")
        made.update(card for card in opened.values_list("incident", flat=True) if card is not None)
    return len(mains), sum(max(0, len(cards - made) - 1) for cards in several)


def approved_in(network: str) -> QuerySet[Delivery]:
    """Approved answers on their way; one in parts counts as often as it has parts."""
    return Delivery.objects.filter(answer__state=Answer.State.APPROVED, message__network=network)


def sent_in(network: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=D.SENT, message__network=network)


def idle_in(network: str) -> int:
    """Approved answers that nothing will say and nobody is asked about: no step has them, and no list."""
    ready = Answer.objects.filter(state=Answer.State.APPROVED, due_at=None, set_aside_at=None)
    alone = ready.filter(reply_to__network=network, incident__state=State.PUBLISHING, deliveries=None)
    still = Delivery.objects.filter(hold__in=BY_ITSELF, state__in=OPEN, due_at=None, set_aside_at=None)
    return alone.count() + still.filter(message__network=network).count()


def unaddressed_in(network: str) -> int:
    """Answers that are said to stand somewhere, and nothing tells where."""
    return sent_in(network).filter(sent=None).count()


def repeated_in(network: str) -> int:
    """Texts of ours that count as two answers (what a person publishes by hand may be both), and answers that the
    journal tells twice of."""
    sent_rows = Sent.objects.filter(delivery__message__network=network)
    doubles = sent_rows.filter(by_hand=None).exclude(external_id="").values("external_id").annotate(times=Count("pk"))
    again: int = sum(row["times"] - 1 for row in doubles.filter(times__gt=1))
    mine = set(sent_rows.values_list("pk", flat=True))
    stories = Entry.objects.filter(verb__in=SPOKEN, data__has_key="sent").values_list("data", flat=True)
    numbers = [pk for data in stories.iterator() if (pk := data["sent"]) in mine]
    return again + len(numbers) - len(set(numbers))


def pieces(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """As many at a time as a query takes."""
    waiting = iter(values)
    while piece := tuple(islice(waiting, PIECE)):
        yield piece
