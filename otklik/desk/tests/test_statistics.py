"""The pages of figures and their table: within how many queries, whatever stands in the address line; and the cards
behind the figures of «Ситуация»: the same numbers, and only those that the reader may see."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.statistics.export import safe
from otklik.desk.statistics.tables import in_order_of
from otklik.desk.tests.pages import assert_answers, at_most
from otklik.incidents.models import Incident
from otklik.people.models import Agency, Role
from otklik.reports.arithmetic import Share
from otklik.reports.behind import What
from otklik.reports.fold import Line
from otklik.routing import extensions
from otklik.routing.models import Deadline, Extension
from tests.make.people import grant, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def test_a_curator_reads_the_figures_of_his_own_agencies_only(town: Town) -> None:
    town.assigned()
    town.assigned(agency=town.roads)
    grant(town.stranger, Role.CURATOR, town.roads)
    assert signed_in(town.stranger).get("/statistics/").context["tiles"][0].value == "1"
    grant(town.stranger, Role.EXECUTOR, town.water)
    assert signed_in(town.stranger).get("/statistics/").context["tiles"][0].value == "1"


@pytest.mark.parametrize("query", ["", "?period=7m", "?period=today", "?order=good&period=7d"])
def test_ten_queries_are_enough(town: Town, query: str) -> None:
    for _ in range(3):
        town.published()
    client = signed_in(town.auditor)
    for page in ("", "export.csv"):
        with at_most(10):
            assert client.get(f"/statistics/{page}{query}").status_code == 200


def test_hostile_dates_get_a_plain_sentence_and_the_usual_figures(town: Town) -> None:
    client = signed_in(town.auditor)
    for query in (
        *("since=99999-01-01&until=2026-01-01", "since=2026-02-01&until=2026-01-01", "period=own"),
        *("period=own&since=%0A&until=%E2%80%AE", "since=2999-01-01&until=2999-01-02", f"since={'9' * 500}&until=1"),
    ):
        page = client.get(f"/statistics/?{query}")
        assert_answers(page, 400, 'role="alert"')
        assert page.context["asked"].period.days == 30, query
        table = client.get(f"/statistics/export.csv?{query}")
        assert (table.status_code, table["Content-Type"]) == (400, "text/plain; charset=utf-8"), query


def test_whatever_else_stands_there_is_no_filter(town: Town) -> None:
    for query in (
        *("period=<script>", "group=1%20OR%201=1", "period=7d&period=7m"),
        "group=-1&municipality=999999999999999999999&agency=abc&network=%27--&order=%0A",
    ):
        page = signed_in(town.auditor).get(f"/statistics/?{query}")
        assert '<script>"' not in assert_answers(page, 200)
        assert not page.context["asked"].narrowed, query


def test_an_empty_period_is_told_kindly_and_offers_longer_ones(town: Town) -> None:
    assert_answers(signed_in(town.auditor).get("/statistics/?period=today"), 200, "сюда никто не писал", "?period=7m")


def test_a_narrowed_page_keeps_its_filters_in_every_link(town: Town) -> None:
    card = town.assigned()
    page = signed_in(town.auditor).get(f"/statistics/?agency={town.water.pk}&network=vk")
    assert page.context["tiles"][0].value == "1"
    links = re.findall(r'href="(\?[^"]*period=7m[^"]*)"', page.content.decode())
    assert links
    assert all(f"agency={town.water.pk}" in link and "network=vk" in link for link in links)
    assert card.agency == town.water


def test_the_charts_data_are_plain_numbers_without_anybodys_words(town: Town) -> None:
    card = town.assigned("Секретный текст <b>жителя</b>")
    Incident.objects.filter(pk=card.pk).update(first_answered_at=card.started_at + timedelta(hours=2))
    page = signed_in(town.auditor).get("/statistics/").content.decode()
    (told,) = re.findall(r'<script id="charts" type="application/json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(told)
    assert sum(sum(part["values"]) for part in data["parts"]) == 1
    assert [value for value in data["medians"] if value is not None] == [2.0]
    assert "Секретный" not in page


def test_a_name_in_a_breakdown_is_words_and_no_markup(town: Town) -> None:
    town.assigned()
    Agency.objects.update(short_name='<b onclick="x()">Водоканал</b>')
    page = signed_in(town.auditor).get("/statistics/").content.decode()
    (line,) = re.findall(r'<th scope="row"><a href="\?[^"]*agency=[^"]*">(.*?)</a>', page)
    assert line == "&lt;b onclick=&#34;x()&#34;&gt;Водоканал&lt;/b&gt;"
    assert "<b onclick" not in page


def test_the_table_opens_in_a_russian_spreadsheet_and_holds_sums_only(town: Town) -> None:
    town.pipe.group.name = "=cmd|' /C calc'!A0"
    town.pipe.group.save()
    town.assigned("Секретный текст")
    reply = signed_in(town.auditor).get("/statistics/export.csv")
    assert reply["Content-Disposition"].startswith('attachment; filename="otklik-')
    text = reply.content.decode("utf-8")
    assert text.startswith("\ufeffРаздел;Название;")
    assert "'=cmd" in text
    assert ";=cmd" not in text
    assert "Секретный" not in text
    assert "Жилина" not in text


def test_no_cell_is_a_formula_and_plain_ones_stay_as_they_are() -> None:
    formulas = ("=1+1", "+7", "-2", "@x", "\tx", "\r=1", "  =1")
    assert [cell for cell in formulas if not safe(cell).startswith("'")] == []
    assert [safe(cell) for cell in (12, None, "Дороги", "1,5", "")] == ["12", "", "Дороги", "1,5", ""]


def line_of(count: int, day: int) -> Line:
    none = Share(0, 0)
    return Line(count, count, 0, 3600, 3600, none, Share(day, count), none)


def test_nothing_is_ranked_under_ten() -> None:
    lines = [(1, line_of(9, 0)), (2, line_of(10, 5)), (3, line_of(40, 8)), (4, line_of(5, 5))]
    assert [key for key, _line in in_order_of("day", lines)] == [3, 2, 1, 4]
    assert [key for key, _line in in_order_of("count", lines)] == [3, 2, 1, 4]


def test_today_is_shown_in_local_time(town: Town) -> None:
    town.card(at=timezone.now())
    assert signed_in(town.auditor).get("/statistics/?period=today").context["tiles"][0].value == "1"


def test_one_line_says_how_often_a_limit_was_to_be_extended(town: Town) -> None:
    assert "Продлить срок за это время никто не просил." not in text(town, "")
    town.assigned()
    assert "Продлить срок за это время никто не просил." in text(town, "")
    cards = [town.assigned(), town.assigned(), town.assigned(agency=town.roads)]
    now = timezone.now()
    day = (now + timedelta(days=20)).date()
    asked = [extensions.ask(card, day, "Ждём насос", town.executor, now) for card in cards]
    extensions.grant(asked[0], "", town.operator, now)
    extensions.refuse(asked[1], "Не повод", town.operator, now)
    told = "Просили продлить срок: 3. Продлили: 1, отказали: 1, ждут решения: 1."
    assert told in text(town, "")
    assert "Просили продлить срок: 1. Продлили: 0" in text(town, f"agency={town.roads.pk}")
    Extension.objects.update(asked_at=now - timedelta(days=100))
    assert "Продлить срок за это время никто не просил." in text(town, "")


def text(town: Town, query: str) -> str:
    return signed_in(town.auditor).get(f"/statistics/?{query}").content.decode()


# «Ситуация» and the cards behind its figures.
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
    assert_answers(signed_in(town.auditor).get("/situation/"), 200, "За это время сюда никто не писал")


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
