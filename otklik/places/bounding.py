"""Replaces all boundaries in the table by those of a file. A second run changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from otklik.journal import book
from otklik.places.boundaries import Outlines, Polygon, WrongBoundaries
from otklik.places.models import Boundary, Place
from otklik.places.thinning import thinned
from otklik.places.whose import Known, Matched, match

VERB = "places.boundaries"

_ACTOR, _SUBJECT = "machine:places", "places:boundaries"


@dataclass(frozen=True, slots=True)
class Bounded:
    """How many boundaries were added, changed, left as they were, and removed since the file does not have them."""

    new: int
    changed: int
    same: int
    gone: int

    @property
    def anything(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def matched(outlines: Outlines) -> Matched:
    """The municipality of each outline, among those in the database. Raises WrongBoundaries."""
    rows = Place.objects.filter(level=Place.Level.MUNICIPALITY).values_list(
        "pk", "code", "name", "official_name", "aliases"
    )
    return match(
        outlines.outlines,
        [Known(pk, code, name, official, tuple(map(str, aliases))) for pk, code, name, official, aliases in rows],
    )


def load(matching: Matched, attribution: str, at: datetime) -> Bounded:
    """Raises WrongBoundaries before anything is written. One journal entry if anything changed.

    Rings are heavy, so they are read and compared before the transaction, which then only has to see that nobody has
    loaded others meanwhile.
    """
    wanted = {pk: _plain(polygons) for pk, polygons in thinned(matching.outlines).items()}
    there = {one.place_id: one for one in Boundary.objects.all()}
    current_outlines = {pk: (one.polygons, one.attribution) for pk, one in there.items()}
    same = {pk for pk, polygons in wanted.items() if current_outlines.get(pk) == (polygons, attribution)}
    fresh = [
        Boundary(place_id=pk, polygons=polygons, attribution=attribution, loaded_at=at)
        for pk, polygons in wanted.items()
        if pk not in same
    ]
    new, gone = len(wanted.keys() - there.keys()), len(there.keys() - wanted.keys())
    done = Bounded(new, len(fresh) - new, len(same), gone)
    if done.anything:
        with book.turn():
            if set(Boundary.objects.values_list("pk", flat=True)) != {one.pk for one in there.values()}:
                raise WrongBoundaries("границы только что загрузил кто-то другой: повторите команду")
            Boundary.objects.exclude(place__in=same).delete()
            Boundary.objects.bulk_create(fresh)
            data = {"new": done.new, "changed": done.changed, "gone": done.gone}
            book.write(at=at, actor=_ACTOR, verb=VERB, subject=_SUBJECT, data=data)
    return done


def _plain(polygons: list[Polygon]) -> list[list[list[list[float]]]]:
    """With lists for tuples, as JSON reads it back."""
    return [[[list(point) for point in ring] for ring in polygon] for polygon in polygons]
