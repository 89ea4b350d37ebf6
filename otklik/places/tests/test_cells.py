from itertools import pairwise
from math import dist, hypot

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some

from otklik.places.cells import Point, Ring, cells
from tests.tiers import fewer

often = settings(max_examples=fewer(60), suppress_health_check=[HealthCheck.too_slow])


def area(ring: Ring) -> float:
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring)) / 2


def inside(point: Point, ring: Ring) -> bool:
    """Within a convex ring that goes round against the clock."""
    return all(
        (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1) > 1e-9 * hypot(x2 - x1, y2 - y1)
        for (x1, y1), (x2, y2) in pairwise(ring)
    )


def test_nothing_gives_nothing_centres_share_the_field_evenly_in_stripes_or_like_a_cake() -> None:
    assert cells([]) == []
    (alone,) = cells([(40.0, 45.0)])
    assert alone[0] == alone[-1]
    assert inside((40.0, 45.0), alone)
    left, right = cells([(0.0, 0.0), (2.0, 0.0)])
    assert area(left) == pytest.approx(area(right))
    assert max(x for x, _y in left) == pytest.approx(1) == min(x for x, _y in right)
    stripes = cells([(float(x), float(x)) for x in range(5)])
    assert all(inside((float(x), float(x)), stripe) for x, stripe in enumerate(stripes))
    assert area(stripes[1]) == pytest.approx(area(stripes[3]))
    pieces = cells([(0.0, 0.0)] * 3 + [(10.0, 0.0)])
    assert [area(piece) > 1 for piece in pieces] == [True] * 4
    assert all(
        inside((0.1 * x, 0.1 * y), piece) for (x, y), piece in zip([(2, 0), (-1, 2), (-1, -2)], pieces, strict=False)
    )
    assert cells([(1.0, 1.0), (1.0, 1.0)])[0] != cells([(1.0, 1.0), (1.0, 1.0)])[1]


WHOLE = some.integers(-40, 40).map(float)


@often
@given(some.lists(some.tuples(WHOLE, WHOLE), min_size=1, max_size=25, unique=True), some.tuples(WHOLE, WHOLE))
def test_a_point_lies_in_the_cell_of_its_nearest_centre_and_in_no_other(centres: list[Point], point: Point) -> None:
    rings = cells(centres)
    assert len(rings) == len(centres)
    assert all(ring[0] == ring[-1] and inside(site, ring) for site, ring in zip(centres, rings, strict=True))
    nearest = sorted(dist(point, site) for site in centres)
    assume(len(nearest) < 2 or nearest[1] - nearest[0] > 1e-6)
    for site, ring in zip(centres, rings, strict=True):
        if inside(point, ring):
            assert dist(point, site) == nearest[0]


@often
@given(some.lists(some.tuples(WHOLE, WHOLE), min_size=2, max_size=25))
def test_cells_fill_the_field_without_gaps_and_do_not_overlap(centres: list[Point]) -> None:
    whole = cells(centres)
    hull_area = area(_outside(whole))
    assert sum(area(ring) for ring in whole) == pytest.approx(hull_area, rel=1e-6)


def _outside(rings: list[Ring]) -> Ring:
    """The convex outline of all corners, found another way: always the next corner with all others on the left."""
    corners = sorted({(round(x, 9), round(y, 9)) for ring in rings for x, y in ring})
    outline = [corners[0]]
    while len(outline) == 1 or outline[-1] != outline[0]:
        here = outline[-1]
        ahead = next(one for one in corners if one != here)
        for one in corners:
            turn = (ahead[0] - here[0]) * (one[1] - here[1]) - (ahead[1] - here[1]) * (one[0] - here[0])
            if turn < 0 or (turn == 0 and dist(here, one) > dist(here, ahead)):
                ahead = one
        outline.append(ahead)
        assert len(outline) <= len(corners) + 1
    return outline
