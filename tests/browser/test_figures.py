import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from otklik.desk.tests.public_data import busy
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.notify.alerts.models import Surge
from otklik.places.models import Place
from otklik.reports.models import Formula
from tests.browser.editor import Show
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(town: Town) -> Town:
    """Two cards of today in the city and one in a village, a surge, and months behind them."""
    busy(town)
    Incident.objects.filter(created_at__gt=clock.now() - timedelta(days=1)).delete()
    village = Place.objects.get(code="near")
    for place in (town.city, town.city, village):
        Incident.objects.filter(pk=town.assigned().pk).update(place=place)
    now = clock.now()
    surge_fields = {"since": now - timedelta(hours=5), "raised_at": now, "last_at": now, "people": 6, "minutes": 30}
    Surge.objects.create(theme=town.pipe, place=town.city, usual=0.3, **surge_fields)
    return town


def test_figures_are_gone_through_by_keys_and_narrowed_at_once(page: Page, town: Town, show: Show) -> None:
    show(page, town.auditor, "/situation/")
    page.get_by_role("navigation", name="За какое время").get_by_role("link").last.focus()
    met = []
    for _step in range(4):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.innerText.split('\\n')[0]"))
    assert met == ["Нет холодной воды, Город Ёлкино", "Пришло", "Не ответили за сутки", "Сейчас в работе"]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Сейчас в работе")
    show(page, town.auditor, "/metrics/?period=7m")
    page.get_by_label("Группа тем").select_option(label="Дороги")
    expect(page).to_have_url(re.compile(r"group=\d+"))
    page.get_by_text("Свои даты").click()
    page.locator("[name=since]").last.fill("2026-03-02")
    page.locator("[name=until]").last.fill("2026-03-01")
    page.locator(".st-own").get_by_role("button", name="Показать").click()
    expect(page.locator(".st-trouble")).to_contain_text("Конец периода раньше его начала")
    expect(page.get_by_label("Группа тем")).to_have_value(re.compile(r"\d+"))


def test_parts_that_come_after_their_page_are_put_into_it(page: Page, town: Town, show: Show) -> None:
    show(page, town.auditor, "/statistics/")
    expect(page.locator(".st-account-place #account")).to_be_visible()
    show(page, town.executor, "/agency/")
    expect(page.locator(".ag-due-line")).to_contain_text("Обещано на этой неделе: 0")


def test_an_administrator_changes_the_formula_without_a_mouse(page: Page, town: Town, show: Show) -> None:
    show(page, town.admin, "/rating/?period=7m")
    expect(page.locator('[aria-labelledby="me-agencies"] tbody tr td').first).to_have_text("1")
    page.get_by_text("Изменить формулу").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("spinbutton", name="ответ за сутки")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.locator('[aria-labelledby="me-formula"]')).to_contain_text("77 ответ за сутки")
    expect(page.locator('[aria-labelledby="me-formula"]')).to_contain_text("Админов")
    assert Formula.objects.get().weights["within_day"] == 77
