"""Cards that this one may repeat, with how sure the machine is and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.finding.known import known_to
from otklik.incidents.cards import visible_to
from otklik.incidents.gathering import OVER, WAITS_FOR_ANOTHER
from otklik.incidents.models import Incident, IncidentMessage
from otklik.people.models import User

MOST = 8
REASONS: Mapping[str, Promise] = {
    "copied": _("те же слова"),
    "author": _("тот же житель"),
    "house": _("тот же дом"),
    "street": _("та же улица"),
    "spot": _("то же место на карте"),
    "town": _("тот же район или город"),
    "theme": _("та же тема"),
    "neighbour": _("близкая тема"),
    "recent": _("в тот же день"),
    "words": _("говорят об одном"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """`score` is how sure the machine is, 0..1; `why` is for showing."""

    card: Any
    score: float
    why: str


def candidates(user: User, incident: Incident) -> list[Candidate]:
    """Open cards that he sees and that may be about the same matter, the likeliest first. Four queries at most."""
    known = known_to(incident)
    if not known:
        return []
    text = IncidentMessage.objects.filter(incident=OuterRef("pk"), main=True).values("message__text")[:1]
    there = visible_to(user).filter(pk__in=[one.incident_pk for one in known])
    open_ones = there.exclude(state__in=OVER).exclude(WAITS_FOR_ANOTHER)
    cards = {card.pk: card for card in open_ones.annotate(text=Subquery(text))}
    return [
        Candidate(cards[one.incident_pk], one.likeness.score, ", ".join(str(REASONS[why]) for why in one.likeness.why))
        for one in known
        if one.incident_pk in cards
    ][:MOST]
