"""Answers that were given to much the same: the same theme, the same place first, the words most alike."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import Any

from django.db.models import Case, F, Value, When

from otklik.answers.models import Answer
from otklik.finding import store
from otklik.incidents.models import Incident
from otklik.places.models import Place
from otklik.publishing.models import Delivery

CANDIDATES = 120
MOST = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """A published answer. `here`: it was about the same municipality. `url` is where it stands in the network."""

    incident_pk: int
    number: int
    text: str
    outcome: str
    agency: str
    place: str
    here: bool
    at: datetime | None
    url: str


def similar(incident: Incident, theme_id: int | None, most: int = MOST) -> list[Answered]:
    """At most `most` answers that everybody can read in the network; none without a theme. Two queries.

    What was said in a dialogue is nobody else's business and never comes.
    """
    rows = _candidates(incident, theme_id) if theme_id else []
    if not rows:
        return []
    words = store.held([incident.pk, *(row["incident_id"] for row in rows)])
    likeness = _likeness(words.get(incident.pk, frozenset()), words)
    rows.sort(key=lambda row: (row["far"], -likeness.get(row["incident_id"], 0.0), -row["incident_id"]))
    answers_by_text: dict[str, Answered] = {}
    for row in rows:
        if likeness.get(row["incident_id"]):
            answers_by_text.setdefault(row["text"].strip(), _answered(row))
    return list(answers_by_text.values())[:most]


def _candidates(incident: Incident, theme_id: int) -> list[dict[str, Any]]:
    """The newest answers on the theme, those of the same place before all others."""
    around = _municipality(incident.place)
    here = [When(incident__place__path__startswith=around, then=Value(0))] if around else []
    answers = (
        Answer.objects.filter(
            kind=Answer.Kind.FINAL,
            state=Answer.State.APPROVED,
            direct=False,
            deliveries__state=Delivery.State.SENT,
            deliveries__part=1,
            incident__theme_id=theme_id,
        )
        .exclude(incident=incident)
        .exclude(text="")
        .annotate(
            far=Case(*here, default=Value(1)),
            number=F("incident__number"),
            agency_name=F("agency__short_name"),
            place_name=F("incident__place__name"),
            sent_at=F("deliveries__sent__at"),
            sent_url=F("deliveries__sent__url"),
        )
    )
    columns = ("incident_id", "text", "outcome", "far", "number", "agency_name", "place_name", "sent_at", "sent_url")
    newest = answers.order_by("far", "-incident_id").values("copy_of_id", *columns)[:CANDIDATES]
    # Asked for in the query, «no copies» would send SQLite through all answers there are.
    return [row for row in newest if row["copy_of_id"] is None]


def _municipality(place: Place | None) -> str:
    """The path of the municipality a place lies in; "" for the region as a whole."""
    if place is None or place.level == Place.Level.REGION:
        return ""
    return place.parent.path if place.level == Place.Level.SETTLEMENT and place.parent else place.path


def _likeness(mine: frozenset[str], words: Mapping[int, frozenset[str]]) -> dict[int, float]:
    """For each card how much of what is said on it is said on ours: a word that many have counts little."""
    common = {pk: mine & theirs for pk, theirs in words.items() if theirs is not mine}
    known = Counter(word for shared in common.values() for word in shared)
    weight = {word: log((1 + len(common)) / number) for word, number in known.items()}
    return {pk: _sum(shared, weight) / (len(words[pk]) or 1) ** 0.5 for pk, shared in common.items()}


def _sum(shared: Sequence[str] | frozenset[str], weight: Mapping[str, float]) -> float:
    return sum(weight[word] for word in shared)


def _answered(row: Mapping[str, Any]) -> Answered:
    return Answered(
        incident_pk=row["incident_id"],
        number=row["number"],
        text=row["text"],
        outcome=row["outcome"],
        agency=row["agency_name"] or "",
        place=row["place_name"] or "",
        here=row["far"] == 0,
        at=row["sent_at"],
        url=row["sent_url"] or "",
    )
