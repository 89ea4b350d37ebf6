"""A small map of a surge: its municipality, and a dot in each settlement that its cards name.

The ground is the boundary where one was loaded, and else the cells around the centres of the settlements. Drawn on the
server: it says no more than the table beside it, and needs no script.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from otklik.places.boundaries import Polygon
from otklik.places.models import Boundary, Place
from otklik.places.plane import Shape, of_boundaries, of_centres

LEAST_CELLS = 2
SMALLEST, LARGEST = 36, 110
"""The radius of a dot, on a sheet whose longer side is plane.SIZE."""
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Dot:
    """A settlement with cards. `named`: it is one of those whose name stands on the map."""

    x: int
    y: int
    radius: int
    name: str
    count: int
    named: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """`ground` are paths of SVG; `scheme`: they are cells and no boundary. `nowhere` counts the cards of which nobody
    knows the settlement, or where it lies."""

    width: int
    height: int
    ground: tuple[str, ...]
    scheme: bool
    attribution: str
    dots: tuple[Dot, ...]
    nowhere: int


def drawn(municipality: Place, counts: Mapping[int, int]) -> Drawn | None:
    """`counts` are the cards by the id of their place. None where there is nothing to draw from. Two queries."""
    boundary = Boundary.objects.filter(place=municipality).first()
    inside = Place.objects.filter(path__startswith=municipality.path, level=Place.Level.SETTLEMENT)
    rows = inside.filter(latitude__isnull=False, longitude__isnull=False).order_by("pk")
    centres = {pk: (lon, lat, name) for pk, lon, lat, name in rows.values_list("pk", "longitude", "latitude", "name")}
    if boundary is None and len(centres) < LEAST_CELLS:
        return None
    points = {pk: (float(lon or 0), float(lat or 0)) for pk, (lon, lat, _name) in centres.items()}
    if boundary is None:
        sheet = of_centres(points)
        ground = tuple(shape.path for shape in sheet.shapes.values())
    else:
        spots: dict[int, list[Polygon]] = {pk: [[[point]]] for pk, point in points.items() if pk in counts}
        sheet = of_boundaries({municipality.pk: boundary.polygons, **spots})
        ground = (sheet.shapes[municipality.pk].path,)
    told = {pk: name for pk, (_lon, _lat, name) in centres.items()}
    dots = _dots(sheet.shapes, told, counts)
    return Drawn(
        width=sheet.width,
        height=sheet.height,
        ground=ground,
        scheme=boundary is None,
        attribution=boundary.attribution if boundary else "",
        dots=dots,
        nowhere=sum(counts.values()) - sum(dot.count for dot in dots),
    )


def _dots(shapes: Mapping[int, Shape], names: Mapping[int, str], counts: Mapping[int, int]) -> tuple[Dot, ...]:
    """The largest first, so that a small one lies upon it and not under it."""
    there = sorted((pk for pk in counts if pk in names), key=lambda pk: (-counts[pk], pk))
    most = max((counts[pk] for pk in there), default=1)
    return tuple(
        Dot(
            x=shapes[pk].x,
            y=shapes[pk].y,
            radius=round(SMALLEST + (LARGEST - SMALLEST) * sqrt(counts[pk] / most)),
            name=names[pk],
            count=counts[pk],
            named=rank < MOST_NAMED,
        )
        for rank, pk in enumerate(there)
    )
