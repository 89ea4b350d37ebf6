"""From degrees to a drawing: whole numbers on a plane, y down, as SVG wants them. Pure.

Degrees are drawn as they are, those of longitude narrowed by the cosine of the middle latitude: over one region that
differs from any better projection by less than a line's width.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from otklik.places.boundaries import Point, Polygon
from otklik.places.cells import cells

SIZE = 2000
"""The longer side of a drawing. The same point always lands on the same place, so common borders stay common."""
MARGIN = 10


@dataclass(frozen=True, slots=True)
class Shape:
    """A path of SVG, and the middle of the box around its largest piece."""

    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes by id, on a sheet of this width and height."""

    width: int
    height: int
    shapes: dict[int, Shape]


def of_boundaries(boundaries: Mapping[int, list[Polygon]]) -> Drawing:
    """Polygons in degrees, longitude first."""
    return _fitted(_flat(boundaries))


def of_centres(centres: Mapping[int, Point]) -> Drawing:
    """A scheme: to each centre (longitude, latitude) belongs what is nearer to it than to any other."""
    flat = _flat({pk: [[[centre]]] for pk, centre in centres.items()})
    centre_cells = cells([polygons[0][0][0] for polygons in flat.values()])
    return _fitted({pk: [[cell]] for pk, cell in zip(flat, centre_cells, strict=True)})


def _flat(polygons_by_id: Mapping[int, list[Polygon]]) -> dict[int, list[Polygon]]:
    points = [
        point for polygons in polygons_by_id.values() for polygon in polygons for ring in polygon for point in ring
    ]
    if not points:
        return {}
    lons, lats = [lon for lon, _lat in points], [lat for _lon, lat in points]
    # Чукотка lies on both sides of the line where 180 becomes -180.
    over = max(lons) - min(lons) > 180
    narrow = cos(radians((max(lats) + min(lats)) / 2))
    return {
        pk: [
            [[((lon + 360 if over and lon < 0 else lon) * narrow, -lat) for lon, lat in ring] for ring in polygon]
            for polygon in polygons
        ]
        for pk, polygons in polygons_by_id.items()
    }


def _fitted(flat: dict[int, list[Polygon]]) -> Drawing:
    points = [point for polygons in flat.values() for polygon in polygons for ring in polygon for point in ring]
    if not points:
        return Drawing(0, 0, {})
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    width, height = max(x for x, _y in points) - left, max(y for _x, y in points) - top
    scale = (SIZE - 2 * MARGIN) / (max(width, height) or 1)
    shapes = {}
    for pk, polygons in flat.items():
        rings = [
            _settled((round((x - left) * scale) + MARGIN, round((y - top) * scale) + MARGIN) for x, y in ring)
            for polygon in polygons
            for ring in polygon
        ]
        shapes[pk] = _shape(rings)
    return Drawing(round(width * scale) + 2 * MARGIN, round(height * scale) + 2 * MARGIN, shapes)


def _settled(points: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without the same point twice running."""
    kept: list[tuple[int, int]] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def _shape(rings: list[list[tuple[int, int]]]) -> Shape:
    """Rings too small for the sheet are left out; of a shape that has no other its first point stays."""
    drawn = [ring for ring in rings if len(ring) > 2] or [rings[0][:1]]
    path = "".join(
        f"M{ring[0][0]} {ring[0][1]}"
        + "".join(f"l{x - was_x} {y - was_y}" for (was_x, was_y), (x, y) in pairwise(ring))
        + "z"
        for ring in drawn
    )
    boxes = [(min(xs), min(ys), max(xs), max(ys)) for xs, ys in (zip(*ring, strict=True) for ring in drawn)]
    left, top, right, bottom = max(boxes, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
    return Shape(path, (left + right) // 2, (top + bottom) // 2)
