"""The map of municipalities in a real Chromium: by mouse and by keys, beside a table with the same numbers."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from otklik.incidents.models import Incident
from otklik.places.models import Boundary, Place
from tests.browser.editor import Show
from tests.browser.test_axe import AXE, faults
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHERE = {"Запад": (45.0, 38.0), "Середина": (45.0, 39.0), "Восток": (45.0, 40.0), "Пустошь": (44.0, 39.0)}


@pytest.fixture
def town(town: Town) -> Town:
    """Three cards in the middle, two in the east, one in the west, none in the waste, one where nobody knows."""
    region = town.city.parent
    for name, (lat, lon) in WHERE.items():
        place = Place.objects.create(
            code=name, name=name, level=Place.Level.MUNICIPALITY, parent=region, latitude=lat, longitude=lon
        )
        for _ in range({"Запад": 1, "Середина": 3, "Восток": 2}.get(name, 0)):
            Incident.objects.filter(pk=town.assigned().pk).update(place=place)
    town.assigned()
    return town


@pytest.fixture
def opened(page: Page, town: Town, show: Show) -> Page:
    show(page, town.auditor, "/statistics/")
    return page


def shape(name: str) -> str:
    """A selector of the municipality's link on the map."""
    return f'.map-sheet a[aria-label^="{name}."]'


def test_the_map_says_what_the_table_says_and_a_click_narrows_the_page(opened: Page) -> None:
    expect(opened.locator(".map-sheet a")).to_have_count(3)
    expect(opened.locator(".map-shape")).to_have_count(4)
    expect(opened.locator('[aria-label="Муниципалитеты"] tbody tr')).to_have_count(4)
    for row in opened.locator('[aria-label="Муниципалитеты"] tbody tr').all():
        name, count = row.locator("th a").inner_text(), row.locator("td").first.inner_text()
        if name in WHERE:
            expect(opened.locator(shape(name))).to_have_attribute("aria-label", re.compile(rf"Карточек: {count}\b"))
            address = row.locator("th a").get_attribute("href")
            expect(opened.locator(shape(name))).to_have_attribute("href", str(address))
    expect(opened.locator("[data-map-scheme]")).to_contain_text("Схема, а не границы")
    expect(opened.locator("[data-map-absent]")).to_have_text("Нет на карте: Город Ёлкино")
    opened.locator(shape("Середина")).click()
    expect(opened).to_have_url(re.compile(r"municipality=\d+"))
    assert opened.locator(".st-value").first.inner_text() == "3"
    expect(opened.locator("[data-map]")).to_have_count(0)


@pytest.mark.whole
def test_what_is_shown_changes_without_another_page(opened: Page) -> None:
    middle = opened.locator(f"{shape('Середина')} path")
    expect(middle).to_have_class(re.compile(r"map-3"))
    expect(opened.locator("[data-map-legend] li")).to_have_text(["1", "2", "3", "нет данных"])
    opened.get_by_role("button", name="За сутки").click()
    expect(middle).not_to_have_class(re.compile(r"map-3"))
    expect(opened.get_by_role("button", name="За сутки")).to_have_attribute("aria-pressed", "true")
    expect(opened.locator(shape("Середина"))).to_have_attribute("aria-label", re.compile(r"^Середина\. За сутки"))


@pytest.mark.whole
def test_a_pointer_is_told_the_name_and_the_figures_also_of_an_empty_place(opened: Page) -> None:
    opened.locator(shape("Восток")).hover()
    expect(opened.locator("[data-map-tip]")).to_contain_text("Восток")
    expect(opened.locator("[data-map-tip]")).to_contain_text("Карточек: 2")
    opened.locator(".map-sheet > svg > path.map-none").hover()
    expect(opened.locator("[data-map-tip]")).to_have_text("Пустошьсреди показанных карточек нет ни одной")
    opened.get_by_role("heading", name="Карта").hover()
    expect(opened.locator("[data-map-tip]")).to_be_hidden()


@pytest.mark.whole
def test_arrows_go_from_one_municipality_to_its_neighbour(opened: Page) -> None:
    expect(opened.locator(".map-sheet a")).to_have_count(3)  # it comes after the page
    opened.get_by_role("button", name="Довольны").press("Tab")
    expect(opened.locator(shape("Запад"))).to_be_focused()
    for key, name in (
        ("ArrowRight", "Середина"),
        ("ArrowRight", "Восток"),
        ("ArrowDown", "Восток"),
        ("ArrowLeft", "Середина"),
    ):
        opened.keyboard.press(key)
        expect(opened.locator(shape(name))).to_be_focused()
        expect(opened.locator("[data-map-tip] strong")).to_have_text(name)
    opened.keyboard.press("Tab")
    expect(opened.locator('[aria-label="Муниципалитеты"] a').first).to_be_focused()
    opened.keyboard.press("Shift+Tab")
    opened.keyboard.press("Enter")
    expect(opened).to_have_url(re.compile(r"municipality=\d+"))


@pytest.mark.whole
def test_loaded_boundaries_are_drawn_with_the_line_of_their_source(page: Page, town: Town, show: Show) -> None:
    ring = [[38.0, 45.0], [39.0, 45.0], [39.0, 46.0], [38.0, 45.0]]
    place = Place.objects.get(name="Середина")
    Boundary.objects.create(place=place, polygons=[[ring]], attribution="© <b>Край</b>", loaded_at=timezone.now())
    show(page, town.auditor, "/statistics/")
    expect(page.locator("[data-map-attribution]")).to_have_text("© <b>Край</b>")
    expect(page.locator("[data-map-scheme]")).to_be_hidden()
    expect(page.locator(".map-shape")).to_have_count(1)
    expect(page.locator("[data-map-absent]")).to_contain_text("Восток")


def test_a_map_that_does_not_come_leaves_the_table_and_says_so(page: Page, town: Town, show: Show) -> None:
    def lost(route: Route) -> None:
        route.abort()

    page.route("**/map/shapes.json", lost)
    show(page, town.auditor, "/statistics/")
    expect(page.locator("[data-map-failed]")).to_contain_text("Карта не загрузилась")
    expect(page.locator("[data-map-sheet]")).to_be_hidden()
    page.unroute("**/map/shapes.json")
    Place.objects.update(latitude=None, longitude=None)
    page.reload()
    expect(page.locator("[data-map-empty]")).to_contain_text("нарисовать не из чего")


@pytest.mark.whole
def test_the_map_breaks_no_rule_wide_or_narrow_light_or_dark(opened: Page) -> None:
    if not AXE.exists():
        pytest.skip("axe is not here yet: make develop")
    opened.locator(shape("Восток")).focus()
    opened.evaluate(AXE.read_text(encoding="utf-8"))
    assert faults(opened) == []
    opened.set_viewport_size({"width": 390, "height": 844})
    opened.locator(shape("Восток")).hover()
    tip, sheet = opened.locator("[data-map-tip]").bounding_box(), opened.locator("[data-map-sheet]").bounding_box()
    assert tip is not None
    assert sheet is not None
    assert sheet["x"] <= tip["x"]
    assert tip["x"] + tip["width"] <= sheet["x"] + sheet["width"] + 1
