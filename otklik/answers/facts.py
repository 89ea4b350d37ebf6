"""What templates are filled with, for many cards at once: what `facts_of` returns for each, in one query."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from otklik.answers.templates import Facts, first_name
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.lib.text import tidy
from otklik.routing.models import Deadline, Norm

# The clock whose day is promised, the later in this list the stronger.
CLOCKS = (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER, Norm.Clock.SECOND_ANSWER, Norm.Clock.PROMISE)
MOST_ADDRESS = 200


def facts_of_many(cards: Sequence[Incident], messages: Mapping[int, Message], at: datetime) -> dict[int, Facts]:
    """By card, for those that have a message. `cards` come with place and agency, messages with their authors."""
    until = _until(cards, at)
    return {
        card.pk: Facts(
            name=first_name(messages[card.pk].author),
            place=card.place.name if card.place else "",
            address=_address(card),
            agency=card.agency.short_name if card.agency else "",
            today=timezone.localdate(at),
            until=until.get(card.pk),
        )
        for card in cards
        if card.pk in messages
    }


def _address(card: Incident) -> str:
    house = f"{card.street}, {card.house}" if card.street and card.house else card.street
    return tidy(house or card.place_object)[:MOST_ADDRESS]


def _until(cards: Sequence[Incident], at: datetime) -> dict[int, date]:
    running = Deadline.objects.filter(
        incident__in=[card.pk for card in cards], met_at=None, cancelled_at=None, limit_at__gt=at, clock__in=CLOCKS
    )
    rows = sorted(running.values_list("clock", "pk", "incident_id", "limit_at"), key=_strength)
    return {incident: timezone.localdate(limit) for _clock, _pk, incident, limit in rows}


def _strength(row: tuple[str, int, int, datetime]) -> tuple[int, int]:
    return CLOCKS.index(Norm.Clock(row[0])), row[1]
