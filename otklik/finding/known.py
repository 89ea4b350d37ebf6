"""Which cards are the same matter as this one: a few look-ups by index, then each compared by triage/similar.py."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from otklik.finding.models import BAND_COLUMNS, Sketch
from otklik.finding.sketches import KEPT
from otklik.incidents.gathering import sharing
from otklik.incidents.models import CloseReason, Incident, State
from otklik.themes.wording import differences
from otklik.triage.similar import POSSIBLE, CardSketch, Likeness, compare

MOST_BY_WORDS, MOST_BY_THEME = 150, 150

_READ = (
    *("at", "author", "theme", "also", "path", "street", "house", "latitude", "longitude", "copied", "marks"),
    *("incident__close_reason", "incident__answered_with"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """A card that may be the same matter; `likeness` says how sure and why."""

    incident_pk: int
    likeness: Likeness


def known_to(incident: Incident, most: int = 40) -> list[Known]:
    """The likeliest first, none under POSSIBLE; noise and cards that share a message with it never come, and of a card
    that was gathered the one it went into. Three queries; who may see a card whoever asks has to ask himself.

    `incident` may be older or newer than what is found; both within `KEPT` of each other. Of a card that has just come
    nothing is known until the step of its words has seen it, a few seconds later.
    """
    mine = Sketch.objects.filter(pk=incident.pk).first()
    if mine is None:
        return []
    one = values_of(mine)
    best: dict[int, Likeness] = {}
    for row in (*_by_words(incident, mine)[:MOST_BY_WORDS], *_by_theme(incident, mine)[:MOST_BY_THEME]):
        likeness = compare(one, values_of(row), differences().keys())
        pk = _lives_on(row.incident)
        if likeness.score >= POSSIBLE and pk != incident.pk and likeness.score > best.get(pk, Likeness(0, ())).score:
            best[pk] = likeness
    ranked = sorted(best.items(), key=lambda item: (-item[1].score, -item[0]))
    return [Known(pk, likeness) for pk, likeness in ranked[:most]]


def values_of(row: Any) -> CardSketch:
    """A Sketch, or a row with its columns, as plain values."""
    return CardSketch(
        at=row.at,
        author=row.author_id or 0,
        theme=row.theme,
        also=tuple(row.also.split()),
        place=tuple(int(part) for part in row.path.split("/") if part),
        street=row.street,
        house=row.house,
        latitude=row.latitude,
        longitude=row.longitude,
        sketch=bytes(row.copied),
        marks=bytes(row.marks),
    )


def _lives_on(incident: Incident) -> int:
    if incident.close_reason == CloseReason.GATHERED and incident.answered_with_id:
        return incident.answered_with_id
    return incident.pk


def _by_words(incident: Incident, mine: Sketch) -> QuerySet[Sketch]:
    """Copies, what its author wrote, what is told of its street: newest first."""
    asked = Q()
    for column in BAND_COLUMNS:
        if getattr(mine, column) is not None:
            asked |= Q(**{column: getattr(mine, column)})
    if mine.author_id:
        asked |= Q(author=mine.author_id)
    if mine.street and mine.town:
        asked |= Q(street=mine.street, town=mine.town)
    return _near_in_time(incident, mine).filter(asked) if asked else Sketch.objects.none()


def _by_theme(incident: Incident, mine: Sketch) -> QuerySet[Sketch]:
    """What is told of its theme, and of those that are taken for it, in its municipality: newest first."""
    if not mine.theme or not mine.town:
        return Sketch.objects.none()
    confused = {two for pair in differences() if mine.theme in pair for two in pair}
    themes = {mine.theme, *mine.also.split(), *confused}
    return _near_in_time(incident, mine).filter(theme__in=themes, town=mine.town)


def _near_in_time(incident: Incident, mine: Sketch) -> QuerySet[Sketch]:
    near = Sketch.objects.filter(at__range=(mine.at - KEPT, mine.at + KEPT)).exclude(pk=incident.pk)
    there = near.exclude(incident__state=State.NOISE).exclude(incident__in=sharing(incident))
    return there.select_related("incident").only(*_READ).order_by("-at")
