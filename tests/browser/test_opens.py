from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from otklik.incidents.models import Incident
from tests.browser.editor import Show
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_point_of_the_line_its_row_and_a_number_open_the_same_cards(page: Page, town: Town, show: Show) -> None:
    for _ in range(3):
        town.assigned()
    Incident.objects.update(started_at=timezone.now() - timedelta(days=2))
    show(page, town.auditor, "/situation/")
    page.locator(".st-series summary").click()
    link = page.locator(".st-series .opens")
    expect(link).to_have_text("3")
    address = str(link.get_attribute("href"))
    # The last day but one of a line of twenty-eight: its point is where the chart itself says.
    page.locator("[data-chart=trend]").scroll_into_view_if_needed()
    page.wait_for_function("echarts.getInstanceByDom(document.querySelector('[data-chart=trend]'))")
    at = page.evaluate(
        """() => {
          const place = document.querySelector("[data-chart=trend]");
          const [x, y] = echarts.getInstanceByDom(place).convertToPixel({ seriesIndex: 2 }, [26, 3]);
          const box = place.getBoundingClientRect();
          return [box.x + x, box.y + y];
        }"""
    )
    page.wait_for_timeout(400)
    page.mouse.click(*at)
    page.wait_for_url(f"**{address}")
    expect(page.locator("h1")).to_contain_text("3")
    expect(page.locator(".found-list > li")).to_have_count(3)
    page.set_viewport_size({"width": 390, "height": 844})
    show(page, town.auditor, "/statistics/")
    number = page.locator(".st-tile .opens").first
    expect(number).to_have_css("text-decoration-line", "none")
    assert number.evaluate("e => getComputedStyle(e).color === getComputedStyle(e.parentElement).color")
    sizes = page.locator(".opens:visible").evaluate_all(
        """all => all.map((e) => {
          const { width, height } = getComputedStyle(e, "::after");
          return [parseFloat(width), parseFloat(height)];
        })"""
    )
    assert sizes
    assert all(width >= 24 and height >= 24 for width, height in sizes)
    number.focus()
    expect(number).to_have_css("text-decoration-line", "underline")
    page.keyboard.press("Enter")
    page.wait_for_url("**/behind/**")
    expect(page.locator(".found-list > li")).to_have_count(3)
