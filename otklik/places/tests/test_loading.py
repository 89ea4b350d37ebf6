from datetime import UTC, datetime

import pytest

from otklik.journal.models import Entry
from otklik.places.listing import Listed, read
from otklik.places.loading import Loaded, Refused, load, shipped
from otklik.places.models import Place, Street

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIST = """level,code,name,kind,population,streets
region,,Озёрный край,,,ул Мира
municipality,,Луговой район,,,
settlement,,Луговск,город,12000,ул Береговая|пер Тихий
settlement,,Ясное,село,,
"""

pytestmark = pytest.mark.django_db


def listed(text: str = LIST) -> Listed:
    return read(text.encode(), "list.csv")


def test_a_list_becomes_the_tree_of_places_with_one_journal_entry_and_a_second_time_changes_nothing() -> None:
    assert load(listed(), NOW) == Loaded(new=4, changed=0, same=0, unnamed=0, streets_new=3, streets_gone=0)
    town = Place.objects.get(code="lugovoy-lugovsk")
    above = [Place.objects.get(pk=int(pk)).code for pk in town.path.strip("/").split("/")]
    assert above == ["ozernyy", "lugovoy", "lugovoy-lugovsk"]
    assert sorted(str(street) for street in town.streets.all()) == ["переулок Тихий", "улица Береговая"]
    before = [list(model.objects.order_by("pk").values()) for model in (Place, Street)]
    again = load(listed(), NOW)
    assert (again.anything, again.same) == (False, 4)
    assert [list(model.objects.order_by("pk").values()) for model in (Place, Street)] == before
    entry = Entry.objects.get(verb="places.load")
    assert entry.data == {"new": 4, "changed": 0, "streets_new": 3, "streets_gone": 0}


def test_what_changed_is_changed_in_place_and_what_is_not_named_stays() -> None:
    load(listed(), NOW)
    done = load(listed(LIST.replace("ул Береговая|пер Тихий", "")), NOW)
    assert (done.streets_gone, Street.objects.count()) == (0, 3), "the list tells none"
    town = Place.objects.get(code="lugovoy-lugovsk")
    fresh = LIST.replace("12000,ул Береговая|пер Тихий", "13000,ул Береговая|ул Новая")
    done = load(listed(fresh.replace("settlement,,Ясное,село,,\n", "")), NOW)
    assert done == Loaded(new=0, changed=1, same=2, unnamed=1, streets_new=1, streets_gone=1)
    town.refresh_from_db()
    assert town.population == 13000
    assert sorted(street.name for street in town.streets.all()) == ["Береговая", "Новая"]
    assert Place.objects.filter(name="Ясное").exists()
    assert load(listed(fresh.replace("ул Новая", "ул Иная")), NOW).anything, "streets alone are a change, too"


def test_a_list_of_another_region_or_with_a_place_that_moved_is_refused_whole() -> None:
    load(listed(), NOW)
    moved = LIST + "municipality,,Степной район,,,\nsettlement,lugovoy-yasnoe,Ясное,село,,\n"
    for text in (LIST.replace("region,,", "region,other,"), moved):
        with pytest.raises(Refused):
            load(listed(text.replace("settlement,,Ясное,", "settlement,,Новое,")), NOW)
        assert not Place.objects.filter(name="Новое").exists()


def test_the_list_that_comes_along_can_be_loaded() -> None:
    done = load(shipped(), NOW)
    assert done.new == len(shipped().places)
    assert load(shipped(), NOW).anything is False
