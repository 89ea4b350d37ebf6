from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from otklik.journal import book
from otklik.journal.models import Entry
from otklik.places.boundaries import Outlines, WrongBoundaries, read
from otklik.places.bounding import Bounded, load, matched
from otklik.places.listing import read as read_list
from otklik.places.loading import load as load_list
from otklik.places.models import Boundary, Place
from otklik.places.tests.test_boundaries import SQUARE, feature, file
from tests.make.places import place

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIST = "level,code,name\nregion,,Озёрный край\nmunicipality,,Луговой район\nmunicipality,,Степной район\n"
EAST = [[lon + 1, lat] for lon, lat in SQUARE]
BOTH = file(feature("Луговой район"), feature("Степной район", EAST), attribution="© Озёрный край")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _region() -> None:
    load_list(read_list(LIST.encode(), "list.csv"), NOW)


def loaded(outlines: Outlines, days: int = 0) -> Bounded:
    return load(matched(outlines), outlines.attribution, NOW + timedelta(days=days))


def test_each_municipality_gets_its_boundary_a_settlement_none_and_the_same_file_changes_nothing() -> None:
    assert loaded(read(BOTH)) == Bounded(new=2, changed=0, same=0, gone=0)
    meadow = Place.objects.get(name="Луговой район").boundary
    assert (len(meadow.polygons[0][0]), meadow.attribution) == (5, "© Озёрный край")
    assert not loaded(read(BOTH), days=1).anything
    assert set(Boundary.objects.values_list("loaded_at", flat=True)) == {NOW}
    assert Entry.objects.get(verb="places.boundaries").data == {"new": 2, "changed": 0, "gone": 0}
    done = loaded(read(file(feature("Луговой район"), attribution="© Другие")), days=1)
    assert done == Bounded(new=0, changed=1, same=0, gone=1)
    assert Boundary.objects.get().attribution == "© Другие"
    place("Ясное", level=Place.Level.SETTLEMENT)
    loaded(read(BOTH))
    with pytest.raises(WrongBoundaries):
        matched(read(file(feature("Ясное"))))
    assert Boundary.objects.count() == 2


def test_whoever_was_overtaken_by_another_load_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    outlines = read(BOTH)
    of_places = matched(outlines)
    real = book.turn

    @contextmanager
    def overtaken() -> Iterator[None]:
        monkeypatch.setattr(book, "turn", real)
        load(matched(read(file(feature("Луговой район"), attribution="© Другие"))), "© Другие", NOW)
        with real():
            yield

    monkeypatch.setattr(book, "turn", overtaken)
    with pytest.raises(WrongBoundaries, match="только что загрузил кто-то другой"):
        load(of_places, outlines.attribution, NOW)
    assert Boundary.objects.get().attribution == "© Другие"
