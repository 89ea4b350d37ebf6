"""A scheme instead of a map: the cell of each centre, where nobody has brought boundaries (a Voronoi diagram). Pure.

Each cell is the whole field cut by the perpendicular bisectors between its centre and the others, nearest first: for
the hundred or so municipalities of a region that is simple and quick enough. The field is what lies around the
centres: the convex hull of circles about them. It is never degenerate, whatever lies on one line or in one point.
"""

from collections.abc import Sequence
from math import cos, dist, pi, sin
from statistics import median

Point = tuple[float, float]
Ring = list[Point]

_CORNERS = 24
_APART = 0.02
"""How far centres in one and the same point are moved apart: this part of the usual distance."""


def cells(centres: Sequence[Point]) -> list[Ring]:
    """The closed ring of each centre, in the same order. Centres are on a plane, in any unit, and finite.

    Several centres in one point share its cell like a cake. Cells meet without gaps and do not overlap.
    """
    if not centres:
        return []
    usual = _usual_distance(list(dict.fromkeys(centres)))
    sites = _moved_apart(centres, usual * _APART)
    field = _hull([corner for site in sites for corner in _circle(site, usual)])
    return [_cell(number, sites, field) for number in range(len(sites))]


def _usual_distance(points: Sequence[Point]) -> float:
    """The median distance to the nearest neighbour; 1 where there is only one point."""
    if len(points) < 2:
        return 1.0
    return median(min(dist(one, other) for other in points if other != one) for one in points)


def _moved_apart(centres: Sequence[Point], radius: float) -> list[Point]:
    together: dict[Point, list[int]] = {}
    for number, centre in enumerate(centres):
        together.setdefault(centre, []).append(number)
    sites = list(centres)
    for (x, y), numbers in together.items():
        for turn, number in enumerate(numbers if len(numbers) > 1 else ()):
            angle = 2 * pi * turn / len(numbers)
            sites[number] = (x + radius * cos(angle), y + radius * sin(angle))
    return sites


def _circle(site: Point, radius: float) -> Ring:
    angles = (2 * pi * corner / _CORNERS for corner in range(_CORNERS))
    return [(site[0] + radius * cos(angle), site[1] + radius * sin(angle)) for angle in angles]


def _hull(points: Sequence[Point]) -> Ring:
    """The convex hull, not closed (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    return [*_half(ordered), *_half(ordered[::-1])]


def _half(ordered: Sequence[Point]) -> Ring:
    """One side of the hull without its last point, which the other side begins with."""
    side: Ring = []
    for point in ordered:
        while len(side) > 1 and _turn(side[-2], side[-1], point) <= 0:
            side.pop()
        side.append(point)
    return side[:-1]


def _turn(one: Point, two: Point, three: Point) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


def _cell(number: int, sites: Sequence[Point], field: Ring) -> Ring:
    site, ring = sites[number], field
    others = sorted((other for place, other in enumerate(sites) if place != number), key=lambda one: dist(site, one))
    reach = max(dist(site, corner) for corner in ring)
    for other in others:
        if dist(site, other) > 2 * reach:
            break  # its bisector passes behind every corner, and so do all further ones
        ring = _nearer(ring, site, other)
        reach = max(dist(site, corner) for corner in ring)
    return [*ring, ring[0]]


def _nearer(ring: Ring, site: Point, other: Point) -> Ring:
    """The part of a convex ring that is nearer to the site than to the other one (Sutherland and Hodgman)."""
    middle = ((site[0] + other[0]) / 2, (site[1] + other[1]) / 2)
    across = (other[0] - site[0], other[1] - site[1])
    beyond = [(x - middle[0]) * across[0] + (y - middle[1]) * across[1] for x, y in ring]
    kept: Ring = []
    for place, corner in enumerate(ring):
        here, there = beyond[place - 1], beyond[place]
        if (here > 0) != (there > 0):
            before, part = ring[place - 1], here / (here - there)
            kept.append((before[0] + part * (corner[0] - before[0]), before[1] + part * (corner[1] - before[1])))
        if there <= 0:
            kept.append(corner)
    return kept
