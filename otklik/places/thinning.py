"""Boundaries as they are kept: no finer than a map on a page can show. Pure.

Each point moves to the nearest knot of one grid over the whole file, and a ring keeps no point twice running. The same
point moves to the same knot whichever outline it stands in, so what was a common border stays one, without a gap.
"""

from collections.abc import Iterable, Mapping
from math import cos, radians

from otklik.places.boundaries import Outline, Point, Polygon, Ring, WrongBoundaries

GRIDS = (2048, 1024, 512)
"""Knots along the longer side, the first that makes it light enough: 2048 on 500 km are one every 250 m."""
MOST_KEPT = 30_000
"""Points: what a page takes, and a database in one short transaction."""
_DIGITS = 5


def thinned(outlines_by_id: Mapping[int, Outline]) -> dict[int, list[Polygon]]:
    """Polygons by the same ids. Raises WrongBoundaries where even so too much would be left for a page."""
    rings = [ring for outline in outlines_by_id.values() for polygon in outline.polygons for ring in polygon]
    everywhere = [point for ring in rings for point in ring]
    points = 0
    for grid in GRIDS:
        step = _step(everywhere, grid)
        kept = {pk: _outline(outline, step) for pk, outline in outlines_by_id.items()}
        points = sum(len(ring) for polygons in kept.values() for polygon in polygons for ring in polygon)
        if points <= MOST_KEPT:
            return kept
    raise WrongBoundaries(
        f"границы слишком подробны для карты: после упрощения осталось {points} точек, а можно {MOST_KEPT}. "
        "Упростите их так, чтобы общие стороны остались общими (это умеют mapshaper и QGIS)"
    )


def _step(points: list[Point], grid: int) -> Point:
    """Degrees of longitude and of latitude between knots."""
    lons, lats = [lon for lon, _lat in points], [lat for _lon, lat in points]
    narrow = max(cos(radians((max(lats) + min(lats)) / 2)), 0.01)
    step = max((max(lons) - min(lons)) * narrow, max(lats) - min(lats)) / grid or 1.0
    return step / narrow, step


def _outline(outline: Outline, step: Point) -> list[Polygon]:
    """Islands and holes smaller than a knot go; the largest piece stays, as it was if need be."""
    polygons = []
    for polygon in outline.polygons:
        rings = [_ring(ring, step) for ring in polygon]
        if len(rings[0]) > 3:
            polygons.append([ring for ring in rings if len(ring) > 3])
    return polygons or [[max((polygon[0] for polygon in outline.polygons), key=_extent)]]


def _ring(ring: Iterable[Point], step: Point) -> Ring:
    kept: Ring = []
    for lon, lat in ring:
        point = (round(round(lon / step[0]) * step[0], _DIGITS), round(round(lat / step[1]) * step[1], _DIGITS))
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept


def _extent(ring: Ring) -> float:
    lons, lats = [lon for lon, _lat in ring], [lat for _lon, lat in ring]
    return (max(lons) - min(lons)) * (max(lats) - min(lats))
