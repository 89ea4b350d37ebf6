"""What becomes of boundaries on the grid that they are kept on."""

import pytest

from otklik.places import thinning
from otklik.places.boundaries import Outline, Polygon, WrongBoundaries
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


def test_a_common_border_stays_common_however_fine_it_was() -> None:
    kept = thinned({1: outline(box(40, 45, 41, 46, 30_000)), 2: outline(box(41, 45, 42, 46, 30_000))})
    one, two = ({point for ring in kept[pk][0] for point in ring} for pk in (1, 2))
    assert len(one) < 20_000
    edge = {point for point in one if point[0] == pytest.approx(41, abs=0.0001)}
    assert len(edge) > 1_000
    assert edge == {point for point in two if point[0] == pytest.approx(41, abs=0.0001)}


def test_specks_go_and_a_place_that_is_nothing_but_a_speck_stays() -> None:
    speck, land = box(40, 45, 40.00001, 45.00001), box(40, 45, 45, 50)
    kept = thinned({1: outline(land, speck), 2: outline(speck)})
    assert [len(kept[1]), len(kept[2])] == [1, 1]
    assert kept[2] == [speck]
    assert [len(ring) for ring in thinned({1: outline([*land, *speck])})[1][0]] == [5]


def test_what_stays_too_heavy_for_a_page_is_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinning, "MOST_KEPT", 100)
    with pytest.raises(WrongBoundaries, match=r"общие стороны остались общими"):
        thinned({1: outline(box(40, 45, 41, 46, 50))})
