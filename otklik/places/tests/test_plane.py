"""What becomes of degrees on a sheet."""

import re

from otklik.places.plane import Drawing, of_boundaries, of_centres
from otklik.places.tests.test_thinning import box


def knots(drawing: Drawing, pk: int) -> set[tuple[int, int]]:
    """The places on the sheet that a path goes through."""
    found, x, y = set(), 0, 0
    for letter, across, down in re.findall(r"([Ml])(-?\d+) (-?\d+)", drawing.shapes[pk].path):
        x, y = (int(across), int(down)) if letter == "M" else (x + int(across), y + int(down))
        found.add((x, y))
    return found


def test_north_is_up_and_a_degree_of_longitude_is_narrower() -> None:
    drawing = of_boundaries({1: [box(40, 59, 41, 60)], 2: [box(40, 60, 41, 61)]})
    assert (drawing.width, drawing.height) == (515, 2000)
    assert drawing.shapes[2].y < drawing.shapes[1].y
    assert drawing.shapes[1].x == drawing.shapes[2].x == 257
    assert drawing.shapes[2].path == "M10 1000l495 0l0 -990l-495 0z"


def test_neighbours_meet_in_the_very_same_points() -> None:
    drawing = of_boundaries({1: [box(40, 45, 41, 46, 7)], 2: [box(41, 45, 42, 46, 7)]})
    shared = knots(drawing, 1) & knots(drawing, 2)
    assert len(shared) == 8
    assert len({x for x, _y in shared}) == 1


def test_a_region_on_both_sides_of_the_date_line_is_one_piece() -> None:
    drawing = of_boundaries({1: [box(178, 65, 180, 66)], 2: [box(-180, 65, -178, 66)]})
    assert drawing.shapes[1].x < drawing.shapes[2].x
    assert knots(drawing, 1) & knots(drawing, 2)


def test_a_scheme_gives_every_municipality_a_cell_and_nothing_gives_nothing() -> None:
    assert of_centres({}) == Drawing(0, 0, {})
    drawing = of_centres({7: (40.0, 45.0), 9: (41.0, 45.0), 8: (40.0, 45.0)})
    assert list(drawing.shapes) == [7, 9, 8]
    assert all(len(knots(drawing, pk)) > 2 for pk in drawing.shapes)
    assert of_centres({1: (40.0, 45.0)}).width == 2000
