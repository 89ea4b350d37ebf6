"""The rail: its numbers come by themselves, it folds and stays so, and on a phone it is a bar of five."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.editor import Show
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.whole
def test_numbers_come_by_themselves_and_the_rail_stays_folded(page: Page, town: Town, show: Show) -> None:
    rail, fold = page.get_by_role("navigation", name="Разделы"), page.get_by_role("button", name="Названия разделов")
    town.card()
    show(page, town.operator, "/queue/")
    expect(rail.get_by_role("link", name="Новые 1")).to_have_attribute("aria-current", "page")
    town.card()
    expect(rail.get_by_role("link", name="Новые 2")).to_be_visible(timeout=20_000)
    assert rail.bounding_box()["width"] == 208  # type: ignore[index]
    fold.click()
    page.goto(page.url.replace("/queue/", "/responses/"))
    expect(fold).to_have_attribute("aria-expanded", "false")
    assert rail.bounding_box()["width"] == 56  # type: ignore[index]
    expect(rail.get_by_role("link", name="Отклики")).to_have_attribute("title", "Отклики: ждут решения")
    fold.press("Enter")
    expect(page.locator("body.rail-folded")).to_have_count(0)
    page.set_viewport_size({"width": 1000, "height": 700})
    assert rail.bounding_box()["width"] == 56  # type: ignore[index]


def test_a_phone_has_the_first_of_it_below_and_the_rest_behind_one_tap(phone: Page, town: Town, show: Show) -> None:
    show(phone, town.operator, "/queue/")
    rail = phone.get_by_role("navigation", name="Разделы")
    bar = rail.get_by_role("link").or_(rail.get_by_role("button"))
    expect(bar).to_have_text(["Новые", "Требует человека", "Отклики", "Не доставлено", "Ещё"])
    assert rail.bounding_box()["y"] + rail.bounding_box()["height"] == 844  # type: ignore[index]
    rail.get_by_role("button", name="Ещё").tap()
    rail.get_by_role("link", name="Проблемы").tap()
    phone.wait_for_url("**/problems/")
    expect(rail.get_by_role("button", name="Ещё")).to_have_attribute("aria-current", "true")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
