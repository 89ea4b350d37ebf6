"""«Ситуация» and the cards behind its figures: the same numbers, and only those that the reader may see."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.tests.pages import at_most, must_say
from otklik.incidents.models import Incident
from otklik.people.models import Role
from otklik.reports.behind import What
from otklik.routing.models import Deadline
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def overdue(card: Incident) -> Incident:
    past = timezone.now() - timedelta(hours=1)
    Deadline.objects.filter(incident=card).update(limit_at=past, met_at=None, cancelled_at=None)
    return card


@pytest.fixture
def busy(town: Town) -> Town:
    """Two that wait for their agency, one of them overdue; one answered; one noise; one of last week."""
    town.assigned()
    overdue(town.assigned())
    town.published()
    Incident.objects.filter(pk=town.card().pk).update(state="noise")
    old = town.assigned()
    Incident.objects.filter(pk=old.pk).update(started_at=timezone.now() - timedelta(days=10), theme=town.hole)
    for card in Incident.objects.all():
        Incident.objects.filter(pk=card.pk).update(place=town.city, theme=card.theme or town.pipe)
    return town


def test_each_tile_leads_to_as_many_cards_as_it_says(busy: Town) -> None:
    client = signed_in(busy.operator)
    page = client.get("/situation/")
    told = {tile.title: tile for tile in page.context["tiles"]}
    for title, number in (("Пришло", 3), ("Сейчас в работе", 3), ("Сейчас просрочено", 1)):
        assert told[title].value == str(number)
        behind = client.get(told[title].address)
        assert behind.context["whole"] == len(behind.context["rows"]) == number, title


def test_the_map_and_the_table_hold_the_same_numbers(busy: Town) -> None:
    page = signed_in(busy.operator).get("/situation/")
    (row,) = page.context["towns"]
    assert (row.name, row.count.text, row.open.text, row.late.text) == (busy.city.name, "3", "3", "1")
    (place,) = page.context["map"].data["places"].values()
    assert place["told"][:2] == ["Карточек: 3", "Просрочено: 1"]
    for figure in (row.count, row.open, row.late):
        assert signed_in(busy.operator).get(figure.address).context["whole"] == int(figure.text)


def test_themes_are_told_with_how_they_have_changed(busy: Town) -> None:
    (first,) = signed_in(busy.operator).get("/situation/").context["themes"]
    assert (first.name, first.count.text) == (busy.pipe.name, "3")
    assert "до этого: 0" in first.more


@pytest.mark.parametrize("what", [*What, "open", "overdue", "nonsense"])
def test_every_set_has_a_page_and_its_number_is_that_of_its_rows(busy: Town, what: str) -> None:
    page = signed_in(busy.operator).get(f"/behind/?what={what}&period=30d")
    assert page.status_code == 200
    assert page.context["whole"] == len(page.context["rows"])


def test_nothing_of_what_one_may_not_see_stands_behind_a_figure(busy: Town) -> None:
    client = signed_in(person("far", Role.HEAD, busy.roads))
    for what in (*What, "open", "overdue"):
        assert client.get(f"/behind/?what={what}&period=30d").context["whole"] == 0
    assert client.get("/situation/").context["tiles"][0].value == "0"


def test_many_cards_are_turned_page_by_page(town: Town) -> None:
    for _number in range(23):
        town.card()
    client = signed_in(town.operator)
    first = client.get("/behind/?what=all")
    second = client.get("/behind/" + first.context["next"])
    seen = [row.incident.pk for page in (first, second) for row in page.context["rows"]]
    assert len(set(seen)) == first.context["whole"] == 23
    assert second.context["next"] == ""
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("query", ["period=own&since=x&until=y", "start=-5", "start=99999999", "group=1e9", "what=%00"])
def test_a_hostile_address_line_is_told_or_passed_over(busy: Town, query: str) -> None:
    for address in ("/situation/", "/behind/"):
        assert signed_in(busy.operator).get(f"{address}?{query}").status_code in (200, 400)


def test_an_empty_region_says_so(town: Town) -> None:
    must_say(signed_in(town.auditor).get("/situation/"), 200, "За это время сюда никто не писал")


def test_it_costs_at_most_ten_queries(busy: Town) -> None:
    client = signed_in(busy.operator)
    client.get("/situation/")
    for address in ("/situation/", "/behind/?what=all"):
        with at_most(10):
            client.get(address)


def test_all_pages_of_figures_are_linked_and_show_where_one_is(town: Town) -> None:
    page = signed_in(town.operator).get("/statistics/").content.decode()
    row = re.search(r'<nav class="leaves".*?</nav>', page, re.DOTALL)
    assert row is not None
    assert 'href="/situation/"' in row[0]
    assert '<a href="/statistics/" aria-current="page">' in row[0]
    assert 'class="leaves"' not in signed_in(town.operator).get("/queue/").content.decode()
