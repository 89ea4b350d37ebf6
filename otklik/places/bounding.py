"""Puts a file's boundaries into the table in place of all that were there. A second time changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from otklik.journal import book
from otklik.places.boundaries import Outlines
from otklik.places.models import Boundary, Place
from otklik.places.thinning import thinned
from otklik.places.whose import Known, Matched, match

VERB = "places.boundaries"

_ACTOR, _SUBJECT = "machine:places", "places:boundaries"


@dataclass(frozen=True, slots=True)
class Bounded:
    """How many boundaries are new, changed, as before, and gone since the file does not tell them."""

    new: int
    changed: int
    same: int
    gone: int

    @property
    def anything(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def matched(told: Outlines) -> Matched:
    """Whose the outlines are, by the municipalities that the database has. Raises WrongBoundaries."""
    rows = Place.objects.filter(level=Place.Level.MUNICIPALITY).values_list(
        "pk", "code", "name", "official_name", "aliases"
    )
    return match(
        told.outlines,
        [Known(pk, code, name, official, tuple(map(str, aliases))) for pk, code, name, official, aliases in rows],
    )


def load(found: Matched, attribution: str, at: datetime) -> Bounded:
    """Raises WrongBoundaries before anything is written. One journal entry if anything changed."""
    wanted = {
        pk: [[[list(point) for point in ring] for ring in one] for one in polygons]
        for pk, polygons in thinned(found.found).items()
    }
    with book.turn():
        there = {one.place_id: one for one in Boundary.objects.all()}
        gone = [one.pk for pk, one in there.items() if pk not in wanted]
        fresh = [Boundary(place_id=pk, polygons=told) for pk, told in wanted.items() if pk not in there]
        changed = [
            one
            for pk, one in there.items()
            if pk in wanted and (one.polygons, one.attribution) != (wanted[pk], attribution)
        ]
        for one in [*fresh, *changed]:
            one.polygons, one.attribution, one.loaded_at = wanted[one.place_id], attribution, at
        Boundary.objects.filter(pk__in=gone).delete()
        Boundary.objects.bulk_create(fresh, batch_size=50)
        Boundary.objects.bulk_update(changed, ["polygons", "attribution", "loaded_at"], batch_size=50)
        done = Bounded(len(fresh), len(changed), len(wanted) - len(fresh) - len(changed), len(gone))
        if done.anything:
            data = {"new": done.new, "changed": done.changed, "gone": done.gone}
            book.write(at=at, actor=_ACTOR, verb=VERB, subject=_SUBJECT, data=data)
        return done
