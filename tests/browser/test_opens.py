"""Figures in a real Chromium: a number and a point of a chart open the same cards, by mouse, finger and keys."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.incidents.models import Incident
from otklik.people.models import User
from tests.browser.editor import Show
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]


@pytest.fixture
def town(town: Town) -> Town:
    """Three cards of the day before yesterday, on one theme."""
    for _ in range(3):
        town.assigned()
    Incident.objects.update(started_at=timezone.now() - timedelta(days=2))
    return town


def test_a_point_of_the_line_and_its_row_in_the_table_open_the_same_day(page: Page, town: Town, show: Show) -> None:
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


@pytest.mark.whole
def test_a_number_is_quiet_wide_enough_for_a_finger_and_opens_by_keys(
    page: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(page, town.auditor)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/statistics/")
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
