import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

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


def shape(name: str) -> str:
    """A selector of the municipality's link on the map."""
    return f'.map-sheet a[aria-label^="{name}."]'


def test_the_map_says_what_the_table_says_and_leads_where_it_leads(page: Page, town: Town, show: Show) -> None:
    show(page, town.auditor, "/statistics/")
    address_of_all = page.url
    expect(page.locator(".map-sheet a")).to_have_count(3)
    expect(page.locator(".map-shape")).to_have_count(4)
    expect(page.locator('[aria-label="Муниципалитеты"] tbody tr')).to_have_count(4)
    for row in page.locator('[aria-label="Муниципалитеты"] tbody tr').all():
        name, count = row.locator("th a").inner_text(), row.locator("td").first.inner_text()
        if name in WHERE:
            expect(page.locator(shape(name))).to_have_attribute("aria-label", re.compile(rf"Карточек: {count}\b"))
            address = row.locator("th a").get_attribute("href")
            expect(page.locator(shape(name))).to_have_attribute("href", str(address))
    expect(page.locator("[data-map-scheme]")).to_contain_text("Схема, а не границы")
    expect(page.locator("[data-map-absent]")).to_have_text("Нет на карте: Город Ёлкино")
    expect(page.locator(".map-name")).to_have_count(4)
    assert set(page.locator(".map-name").all_text_contents()) == set(WHERE)
    expect(page.locator(".map-mark")).to_have_text(["3", "2", "1"])
    radii = [float(str(one.get_attribute("r"))) for one in page.locator(".map-circle").all()]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] > 1.5 * radii[2], "who writes three times as much looks so"
    expect(page.locator("[data-map-scale]")).to_contain_text("Сколько где жителей, загружено не у всех")
    page.locator(shape("Восток")).hover()
    expect(page.locator("[data-map-tip]")).to_contain_text("Восток")
    expect(page.locator("[data-map-tip]")).to_contain_text("Карточек: 2")
    page.locator(".map-sheet > svg > path.map-none").hover()
    expect(page.locator("[data-map-tip]")).to_have_text("Пустошьсреди показанных карточек нет ни одной")
    page.get_by_role("heading", name="Карта").hover()
    expect(page.locator("[data-map-tip]")).to_be_hidden()
    page.get_by_role("button", name="Довольны").press("Tab")
    expect(page.locator(shape("Запад"))).to_be_focused()
    for key, name in (
        ("ArrowRight", "Середина"),
        ("ArrowRight", "Восток"),
        ("ArrowDown", "Восток"),
        ("ArrowLeft", "Середина"),
    ):
        page.keyboard.press(key)
        expect(page.locator(shape(name))).to_be_focused()
        expect(page.locator("[data-map-tip] strong")).to_have_text(name)
    page.keyboard.press("Tab")
    expect(page.locator('[aria-label="Муниципалитеты"] a').first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"municipality=\d+"))
    page.goto(address_of_all)
    middle = page.locator(f"{shape('Середина')} path")
    expect(middle).to_have_class(re.compile(r"map-3"))
    expect(page.locator("[data-map-legend] li")).to_have_text(["1", "2", "3", "нет данных"])
    page.get_by_role("button", name="За сутки").click()
    expect(middle).not_to_have_class(re.compile(r"map-3"))
    expect(page.get_by_role("button", name="За сутки")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(shape("Середина"))).to_have_attribute("aria-label", re.compile(r"^Середина\. За сутки"))
    page.locator(shape("Середина")).click()
    expect(page).to_have_url(re.compile(r"municipality=\d+"))
    assert page.locator(".st-value").first.inner_text() == "3"
    expect(page.locator("[data-map]")).to_have_count(0)


@pytest.mark.whole
def test_boundaries_name_their_source_and_a_lost_map_says_so(page: Page, town: Town, show: Show) -> None:
    ring = [[38.0, 45.0], [39.0, 45.0], [39.0, 46.0], [38.0, 45.0]]
    place = Place.objects.get(name="Середина")
    Boundary.objects.create(place=place, polygons=[[ring]], attribution="© <b>Край</b>", loaded_at=timezone.now())
    show(page, town.auditor, "/statistics/")
    expect(page.locator("[data-map-attribution]")).to_have_text("© <b>Край</b>")
    expect(page.locator("[data-map-scheme]")).to_be_hidden()
    expect(page.locator(".map-shape")).to_have_count(1)
    expect(page.locator("[data-map-absent]")).to_contain_text("Восток")
    page.route("**/map/shapes.json", lambda route: route.abort())
    page.reload()
    expect(page.locator("[data-map-failed]")).to_contain_text("Карта не загрузилась")
    expect(page.locator("[data-map-sheet]")).to_be_hidden()
    page.unroute("**/map/shapes.json")
    Place.objects.update(latitude=None, longitude=None)
    page.reload()
    expect(page.locator("[data-map-empty]")).to_contain_text("нарисовать не из чего")


@pytest.mark.whole
def test_the_map_breaks_no_rule_wide_or_narrow_light_or_dark(page: Page, town: Town, show: Show) -> None:
    if not AXE.exists():
        pytest.skip("axe is not here yet: make develop")
    show(page, town.auditor, "/statistics/")
    page.locator(shape("Восток")).focus()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(shape("Восток")).hover()
    tip, sheet = page.locator("[data-map-tip]").bounding_box(), page.locator("[data-map-sheet]").bounding_box()
    assert tip is not None
    assert sheet is not None
    assert sheet["x"] <= tip["x"]
    assert tip["x"] + tip["width"] <= sheet["x"] + sheet["width"] + 1
