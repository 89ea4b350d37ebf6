import re

import pytest

from otklik.places import thinning
from otklik.places.boundaries import Outline, Polygon, WrongBoundaries
from otklik.places.plane import Drawing, of_boundaries, of_centres
from otklik.places.thinning import thinned


def box(west: float, south: float, east: float, north: float, pieces: int = 1) -> Polygon:
    """A rectangle, each side of it in so many pieces."""
    corners = [(west, south), (east, south), (east, north), (west, north)]
    ring = []
    for place, (x, y) in enumerate(corners):
        to_x, to_y = corners[(place + 1) % 4]
        ring += [(x + (to_x - x) * part / pieces, y + (to_y - y) * part / pieces) for part in range(pieces)]
    return [[*ring, ring[0]]]


def outline(*polygons: Polygon) -> Outline:
    return Outline("", "", "", list(polygons))


def test_a_common_border_stays_common_specks_go_and_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = thinned({1: outline(box(40, 45, 41, 46, 30_000)), 2: outline(box(41, 45, 42, 46, 30_000))})
    one, two = ({point for ring in kept[pk][0] for point in ring} for pk in (1, 2))
    assert len(one) < 20_000
    edge = {point for point in one if point[0] == pytest.approx(41, abs=0.0001)}
    assert len(edge) > 1_000
    assert edge == {point for point in two if point[0] == pytest.approx(41, abs=0.0001)}
    speck, land = box(40, 45, 40.00001, 45.00001), box(40, 45, 45, 50)
    kept = thinned({1: outline(land, speck), 2: outline(speck)})
    assert [len(kept[1]), len(kept[2])] == [1, 1]
    assert kept[2] == [speck]
    assert [len(ring) for ring in thinned({1: outline([*land, *speck])})[1][0]] == [5]
    monkeypatch.setattr(thinning, "MOST_KEPT", 100)
    with pytest.raises(WrongBoundaries, match=r"общие стороны остались общими"):
        thinned({1: outline(box(40, 45, 41, 46, 50))})


def knots(drawing: Drawing, pk: int) -> set[tuple[int, int]]:
    """The places on the sheet that a path goes through."""
    points, x, y = set(), 0, 0
    for letter, across, down in re.findall(r"([Ml])(-?\d+) (-?\d+)", drawing.shapes[pk].path):
        x, y = (int(across), int(down)) if letter == "M" else (x + int(across), y + int(down))
        points.add((x, y))
    return points


def test_north_is_up_neighbours_meet_in_the_very_same_points_and_a_scheme_gives_each_a_cell() -> None:
    drawing = of_boundaries({1: [box(40, 59, 41, 60)], 2: [box(40, 60, 41, 61)]})
    assert (drawing.width, drawing.height) == (515, 2000)
    assert drawing.shapes[2].y < drawing.shapes[1].y
    assert drawing.shapes[1].x == drawing.shapes[2].x == 257
    assert drawing.shapes[2].path == "M10 1000l495 0l0 -990l-495 0z"
    drawing = of_boundaries({1: [box(40, 45, 41, 46, 7)], 2: [box(41, 45, 42, 46, 7)]})
    shared = knots(drawing, 1) & knots(drawing, 2)
    assert (len(shared), len({x for x, _y in shared})) == (8, 1)
    drawing = of_boundaries({1: [box(178, 65, 180, 66)], 2: [box(-180, 65, -178, 66)]})
    assert drawing.shapes[1].x < drawing.shapes[2].x
    assert knots(drawing, 1) & knots(drawing, 2)
    assert of_centres({}) == Drawing(0, 0, {})
    drawing = of_centres({7: (40.0, 45.0), 9: (41.0, 45.0), 8: (40.0, 45.0)})
    assert list(drawing.shapes) == [7, 9, 8]
    assert all(len(knots(drawing, pk)) > 2 for pk in drawing.shapes)
    assert of_centres({1: (40.0, 45.0)}).width == 2000
