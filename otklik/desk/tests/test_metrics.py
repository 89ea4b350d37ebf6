"""«Показатели» and the rating: pages, breakdowns, the table to download, the formula and who sets it."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.metrics.page import COLUMNS
from otklik.desk.metrics.told import BROKEN_DOWN
from otklik.desk.metrics.words import PARTS, SHARES, STAGES
from otklik.desk.tests.pages import at_most, must_say
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.people.models import Role
from otklik.reports import metrics as measures
from otklik.reports import score
from otklik.reports.models import Formula
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(town: Town) -> Town:
    town.published()
    town.assigned()
    Incident.objects.update(place=town.city, theme=town.pipe)
    return town


def test_every_measure_is_defined_for_people() -> None:
    assert set(STAGES) == set(measures.STAGES)
    assert set(PARTS) == set(score.PARTS)
    assert set(COLUMNS) <= set(SHARES)
    assert all(str(meaning) for _title, meaning in [*STAGES.values(), *SHARES.values()])


def test_stages_say_how_long_each_took_and_of_how_many(busy: Town) -> None:
    page = signed_in(busy.operator).get("/metrics/")
    told = {row["title"]: row for row in page.context["stages"]}
    assert page.context["count"] == 2
    assert told["Первый ответ"]["n"].text == "1"
    assert told["Назначить"]["n"].text == "2"
    assert told["Закрыть"]["median"] == "—"


@pytest.mark.parametrize("by", BROKEN_DOWN)
def test_each_breakdown_adds_up_to_the_whole(busy: Town, by: str) -> None:
    page = signed_in(busy.operator).get(f"/metrics/?by={by}")
    counts = [int(row["count"].text) for row in page.context["rows"]]
    assert sum(counts) == (2 if by else 0)


def test_the_table_says_the_same_as_the_page(busy: Town) -> None:
    client = signed_in(busy.operator)
    told = client.get("/metrics/export.csv?by=theme").content.decode("utf-8-sig")
    head, whole, theme = csv.reader(io.StringIO(told), delimiter=";")
    assert (whole[0], whole[1], theme[0], theme[1]) == ("Всего", "2", busy.pipe.name, "2")
    assert len(head) == len(whole) == len(theme)


def test_a_theme_that_begins_like_a_formula_is_made_harmless(busy: Town) -> None:
    type(busy.pipe).objects.filter(pk=busy.pipe.pk).update(name="=HYPERLINK(1)")
    must_say(signed_in(busy.operator).get("/metrics/export.csv?by=theme"), 200, "'=HYPERLINK(1)")


def test_wrong_and_future_dates_are_told(busy: Town) -> None:
    client = signed_in(busy.operator)
    for address in ("/metrics/", "/metrics/export.csv", "/rating/"):
        for query in ("period=own&since=x&until=y", "period=own&since=2099-01-01&until=2099-01-02"):
            assert client.get(f"{address}?{query}").status_code == 400, (address, query)


def test_of_what_one_may_not_see_nothing_is_measured(busy: Town) -> None:
    user = person("far", Role.HEAD, busy.roads)
    assert signed_in(user).get("/metrics/").context["count"] == 0
    assert all(not rows for _key, _title, _column, rows, _people in signed_in(user).get("/rating/").context["tables"])


def test_few_cards_stand_without_a_place_and_towns_say_how_many_for_ten_thousand(busy: Town) -> None:
    page = signed_in(busy.operator).get("/rating/")
    tables = {key: rows for key, _title, _column, rows, _people in page.context["tables"]}
    (town_row,) = tables["towns"]
    assert (town_row.place, town_row.points, town_row.count.text) == ("", "", "2")
    assert town_row.per == "0,4"
    assert all(row.place == "" for row in tables["agencies"])


def test_enough_cards_get_a_place(town: Town) -> None:
    for _number in range(10):
        town.published()
    Incident.objects.update(place=town.city, theme=town.pipe, kind="solvable", reopened=0)
    page = signed_in(town.operator).get("/rating/")
    tables = {key: rows for key, _title, _column, rows, _people in page.context["tables"]}
    assert [(row.name, row.place) for row in tables["agencies"]] == [(town.water.short_name, "1")]


def test_an_administrator_sets_the_formula_and_all_see_it(busy: Town) -> None:
    weights = {"within_day": 10, "good": 60, "not_brushed_off": 30, "not_reopened": 0, "not_returned": 0}
    given = {f"weight-{name}": weight for name, weight in weights.items()}
    assert signed_in(busy.operator).post("/rating/formula/", given).status_code == 403
    signed_in(busy.admin).post("/rating/formula/", given)
    assert Formula.objects.get().weights == weights
    assert Entry.objects.get(verb="formula.set").data["before"] == dict(score.DEFAULT)
    page = must_say(signed_in(busy.auditor).get("/rating/"), 200, "<strong>60</strong> довольны ответом")
    assert "Изменить формулу" not in page
    signed_in(busy.admin).post("/rating/formula/", given)
    assert Formula.objects.count() == 1


def test_a_formula_that_is_none_changes_nothing(town: Town) -> None:
    for weight in ("-1", "101", "x", "", "1e3"):
        given = {f"weight-{name}": weight for name in score.PARTS}
        must_say(signed_in(town.admin).post("/rating/formula/", given, follow=True), 200, "Ничего не изменено")
    assert not Formula.objects.exists()


def test_they_cost_at_most_ten_queries(busy: Town) -> None:
    old = timezone.now() - timedelta(days=3)
    Incident.objects.update(started_at=old)
    client = signed_in(busy.operator)
    client.get("/metrics/")
    for address in ("/metrics/?by=theme", "/rating/"):
        with at_most(10):
            client.get(address)
