from datetime import timedelta
from io import BytesIO
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from otklik.desk.tests.public_data import busy, matter, opened
from otklik.incidents.models import Incident
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.places.models import Place
from otklik.reports.build import build
from otklik.reports.formats import FORMATS
from otklik.reports.report import Report
from otklik.reports.tests.region import NOW, Region, asked
from otklik.themes.models import Classifier, Theme, ThemeGroup
from tests.at_once import meanwhile
from tests.make.people import signed_in
from tests.make.town import Town, make_town

pytestmark = pytest.mark.django_db
PAGES = (
    *("/situation/", "/statistics/", "/statistics/export.csv", "/metrics/", "/metrics/export.csv", "/rating/"),
    *("/behind/", "/public/", "/public/figures.json", "/public/figures.csv"),
)
PERIODS = ("/statistics/", "/statistics/export.csv", "/metrics/", "/metrics/export.csv", "/rating/", "/behind/")
HUGE = "9" * 400
BARS = ("за 6\u00a0ч", "за сутки", "позже", "ждут ответа", "закрыты без ответа")
BY_ITSELF = 4
"""Where a workbook has a figure as a number: after its title, in words, and beside two other periods."""
NONSENSE = [
    {"group": HUGE, "municipality": "-1", "agency": "0x10", "network": "🔥" * 300},
    {"group": "999999999", "municipality": "999999999", "agency": "999999999", "network": "nowhere"},
    {"what": "everything", "start": HUGE, "by": "author", "order": "random", "period": "century"},
    {"period": "own", "since": "٢٠٢٦-٠١-٠١", "until": "2026-02-30", "start": "-5"},
    {"group": "1 OR 1=1", "municipality": "1;2", "agency": "²", "lang": "<script>", "theme": "1e9"},
]
WRONG_DATES = {
    "the end before the beginning": ("2026-03-02", "2026-03-01"),
    "the future": ("2098-01-01", "2098-02-01"),
    "a day that there is not": ("2026-02-30", "2026-03-30"),
    "before any network": ("1900-01-01", "1900-01-02"),
    "a century": ("2015-01-01", "2026-01-01"),
    "beyond any calendar": (f"{HUGE}-01-01", f"{HUGE}-01-02"),
    "nothing": ("", ""),
}


@pytest.fixture
def town(db: None) -> Town:
    made = make_town()
    opened()
    return made


def test_nonsense_in_the_address_is_passed_over_or_told_and_an_empty_period_is_empty(town: Town) -> None:
    matter(town, timezone.now() - timedelta(hours=2))
    client, query = signed_in(town.auditor), "period=own&since=2020-01-01&until=2020-01-31"
    for page in ("/statistics/", "/metrics/", "/rating/"):
        assert "За это время сюда никто не писал" in client.get(f"{page}?{query}").content.decode(), page
    assert client.get(f"/behind/?{query}").context["whole"] == 0
    assert client.get("/reports/file/?cycle=monthly&ending=xlsx&day=2020-01-15").status_code == 200
    for nonsense, page in product(NONSENSE, PAGES):
        response = client.get(f"{page}?{urlencode(nonsense)}")
        assert response.status_code in {200, 400}, (page, nonsense)
        assert "Traceback" not in response.content.decode(), (page, nonsense)


def test_a_period_or_a_day_that_makes_no_sense_is_told_and_no_number_is_made_up(town: Town) -> None:
    client = signed_in(town.auditor)
    for what, (since, until) in WRONG_DATES.items():
        query = urlencode({"period": "own", "since": since, "until": until})
        for page in PERIODS:
            assert client.get(f"{page}?{query}").status_code == 400, (page, what)
        for page in ("/situation/", "/public/"):
            assert client.get(f"{page}?{query}").status_code == 200, f"{page} knows periods of its own alone"
    for day, ending in product(("2098-01-01", "1900-01-01", "2026-02-30", HUGE, "", "завтра"), ("xlsx", "exe")):
        response = client.get(f"/reports/file/?{urlencode({'cycle': 'monthly', 'ending': ending, 'day': day})}")
        assert response.status_code == 400, (day, ending)
        assert response.headers["Content-Type"].startswith("text/html")


def by_name(town: Town, by: str) -> dict[str, int]:
    """What «Показатели» counts of each, by the name that stands there."""
    rows = signed_in(town.auditor).get(f"/metrics/?period=7m&by={by}").context["rows"]
    return {row["name"]: int(row["count"].text) for row in rows}


def test_a_theme_of_a_newer_classifier_takes_its_new_name_and_old_cards_keep_their_own(town: Town) -> None:
    """The next version calls the theme and its group otherwise. No card is lost, and none is counted under both."""
    busy(town)
    before = by_name(town, "theme")
    newer = Classifier.objects.create(version="t2", in_force_from=timezone.localdate())
    group = ThemeGroup.objects.create(classifier=newer, code="homes", name="Дом и вода")
    theme = Theme.objects.create(group=group, code="cold-water", name="Отключили холодную воду")
    for _number in range(6):
        matter(town, timezone.now() - timedelta(days=40), theme=theme)
    assert by_name(town, "theme") == before | {theme.name: 6}
    assert by_name(town, "group")["Дом и вода"] == 6
    Theme.objects.filter(pk=town.pipe.pk).update(name="Нет воды (до 2027 года)", group=group)
    renamed = {("Нет воды (до 2027 года)" if name == town.pipe.name else name): n for name, n in before.items()}
    assert by_name(town, "theme") == renamed | {theme.name: 6}
    assert sum(by_name(town, "group").values()) == sum(before.values()) + 6
    public = {row["code"]: row for row in signed_in(town.auditor).get("/public/figures.json").json()["groups"]}
    assert (public["homes"]["name"], public["homes"]["cards"]) == ("Дом и вода", 46), "one code, one row"


def test_a_municipality_that_was_merged_into_another_is_counted_there_from_then_on(town: Town) -> None:
    busy(town)
    before = by_name(town, "municipality")
    near = Place.objects.get(code="near")
    near.level, near.parent = Place.Level.SETTLEMENT, town.city
    near.save()
    after = by_name(town, "municipality")
    assert after == {town.city.name: before[town.city.name] + before["Ближнее"], "Дальнее": before["Дальнее"]}
    client = signed_in(town.auditor)
    public = client.get("/public/figures.json").json()
    assert {row["code"] for row in public["municipalities"]} == {"gorod", "far", ""}
    assert public["total"]["cards"] == 58
    narrowed = client.get(f"/metrics/?period=7m&municipality={near.pk}")
    assert narrowed.status_code == 200
    assert not narrowed.context["asked"].narrowed, "it is no municipality any more: no filter"


def sheets(report: Report) -> dict[str, list[list[Any]]]:
    workbook = load_workbook(BytesIO(FORMATS["xlsx"].write(report, b"")))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in workbook}


def column(sheet: list[list[Any]], title: str) -> list[int]:
    """The numbers under a title."""
    ((line, place),) = [(line, row.index(title)) for line, row in enumerate(sheet) if title in row]
    return [row[place] for row in sheet[line + 1 :] if isinstance(row[place], int)]


@pytest.mark.django_db(transaction=True)
def test_a_workbook_made_while_cards_come_in_belongs_to_one_moment() -> None:
    region = Region()
    region.busy()
    others = Incident.objects.count() - received(sheets(build(asked("2026-W24"))))

    def take_in(number: int) -> None:
        """A card of the report's week, as intake does: in a turn of its own."""
        with book.turn():
            theme = region.pipe if number % 5 else region.hole
            card = region.card(ago=timedelta(hours=20 + number % 60), theme=theme)
            record(card, "open", at=NOW, actor="machine:test")

    with meanwhile(take_in) as cards:
        for _turn in range(12):
            least = Incident.objects.count() - others
            report = build(asked("2026-W24"))
            most = Incident.objects.count() - others
            rows_by_sheet = sheets(report)
            assert least <= received(rows_by_sheet) <= most
            agree(rows_by_sheet, report, region)
    assert sum(cards) > 12


def received(rows_by_sheet: dict[str, list[list[Any]]]) -> int:
    return int(next(row for row in rows_by_sheet["Главное"] if row[0] == "Пришло")[BY_ITSELF])


def agree(rows_by_sheet: dict[str, list[list[Any]]], report: Report, region: Region) -> None:
    """The file with itself: its days, its tables, and what people write about most. In this region a group has one
    theme and all is in one city."""
    assert "данные на 15.06.2026 08:00" in rows_by_sheet["Главное"][1][0]
    assert sum(sum(column(rows_by_sheet["По дням"], title)) for title in BARS) == received(rows_by_sheet)
    for title in ("Группы тем", "Муниципалитеты", "Ведомства", "Сети"):
        assert sum(column(rows_by_sheet[title], "Карточек без «не инцидент»")) == received(rows_by_sheet), title
    groups = {row.name: row.line.count for row in report.tables[0].rows}
    assert {one.theme: one.count for one in report.matters} == {
        region.pipe.name: groups[region.homes.name],
        region.hole.name: groups[region.roads.name],
    }
