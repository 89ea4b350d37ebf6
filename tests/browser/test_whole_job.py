import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.incidents.models import Incident, State
from tests.browser.editor import SignIn, say_solved, send_for_approval
from tests.browser.queue_page import press
from tests.region import Region, listen, settle
from tests.sandbox.conftest import town
from tests.sandbox.town import Town

__all__ = ["town"]
pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.processes, pytest.mark.enable_socket]
ANSWER = "Анна, добрый день! Фонарь заменили сегодня в 14:00."


def test_a_complaint_is_taken_from_the_wall_to_a_published_answer_and_a_rating(
    town: Town, committed_region: Region, live_server: LiveServer, browser: Browser, page: Page, sign_in: SignIn
) -> None:
    citizen = browser.new_context(locale="ru-RU").new_page()
    citizen.goto(f"{town.sandbox.base}/vk/wall-{town.group}")
    citizen.get_by_role("textbox", name="Комментарий").first.fill("На Красной, 12 в Речном не горит фонарь, темно!")
    citizen.get_by_role("button", name="Отправить").first.click()
    expect(citizen.get_by_text("не горит фонарь")).to_be_visible()
    listen()

    sign_in(page, committed_region.operator)
    page.goto(f"{live_server.url}/queue/")
    expect(page.get_by_text("УЧЕБНЫЙ РЕЖИМ")).to_be_visible()
    expect(page.locator("main")).to_contain_text("не горит фонарь")
    expect(page.locator("main")).to_contain_text("Горсвет")
    press(page, "KeyA", "ф")
    expect(page.get_by_text("назначено, Горсвет")).to_be_visible()
    incident = Incident.objects.get()
    assert (incident.state, incident.agency) == (State.ASSIGNED, committed_region.agency)

    sign_in(page, committed_region.executor)
    page.goto(f"{live_server.url}/agency/")
    page.get_by_role("link", name="№ 1").click()
    page.locator("textarea[name=text]").fill(ANSWER)
    say_solved(page)
    send_for_approval(page)

    sign_in(page, committed_region.approver)
    page.goto(f"{live_server.url}/approvals/")
    expect(page.locator("main")).to_contain_text("не горит фонарь")
    expect(page.locator("main")).to_contain_text(ANSWER)
    press(page, "KeyA", "ф")
    expect(page.get_by_text("Согласовано").first).to_be_visible()
    settle()

    expect(citizen.get_by_text(ANSWER)).to_be_visible()
    expect(citizen.get_by_text("Дорожная служба").first).to_be_visible()
    (said,) = [item for item in town.thread() if item["from_group"]]
    town.comment("Спасибо, починили быстро!", reply_to=said["id"])
    listen()

    sign_in(page, committed_region.operator)
    page.goto(f"{live_server.url}/incidents/{incident.pk}/")
    expect(page.locator("#r-after, main").first).to_contain_text("Похоже, доволен")
    page.get_by_role("button", name="Подтвердить", exact=True).click()
    expect(page.locator("main")).to_contain_text("Готово")
    incident.refresh_from_db()
    assert (incident.state, incident.close_reason) == (State.DONE, "satisfied")

    sign_in(page, committed_region.head)
    page.goto(f"{live_server.url}/statistics/?period=today")
    expect(page.locator("main")).to_contain_text("1 из 1")
    citizen.context.close()
