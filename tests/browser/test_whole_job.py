import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.notify.alerts.models import Bookmark
from otklik.routing.models import Deadline, Norm
from tests.browser.editor import SignIn, say_solved, send_for_approval
from tests.browser.queue_page import press
from tests.region import Region, listen, settle
from tests.sandbox.conftest import town
from tests.sandbox.town import Town

__all__ = ["town"]
pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.processes, pytest.mark.enable_socket]
COMPLAINT = "На Красной, 12 в Речном не горит фонарь, темно!"
ANSWER = "Анна, добрый день! Фонарь заменили сегодня в 14:00."
ANGRY = "Ничего не сделали! Так и темно."
SECOND = "Анна, простите: заменили соседний. Ваш фонарь горит с 18:00, проверил мастер."


def test_a_complaint_is_taken_from_the_wall_through_an_angry_reply_to_thanks_and_figures(
    town: Town, committed_region: Region, live_server: LiveServer, browser: Browser, page: Page, sign_in: SignIn
) -> None:
    def alerted() -> None:
        """What has happened since has been made into alerts."""
        Bookmark.objects.update(due_at=clock.now())
        settle()

    def answer(words: str) -> None:
        page.locator("textarea[name=text]").fill(words)
        say_solved(page)
        send_for_approval(page)

    def published(*exchange: str) -> int:
        """The approver agrees, with all of the exchange before his eyes; the number of what is said last."""
        sign_in(page, committed_region.approver)
        page.goto(f"{live_server.url}/approvals/")
        for words in exchange:
            expect(page.locator("main")).to_contain_text(words)
        press(page, "KeyA", "ф")
        expect(page.get_by_text("Согласовано").first).to_be_visible()
        settle()
        expect(citizen.get_by_text(exchange[-1])).to_be_visible()
        return int([item for item in town.thread() if item["from_group"]][-1]["id"])

    citizen = browser.new_context(locale="ru-RU").new_page()
    citizen.goto(f"{town.sandbox.base}/vk/wall-{town.group}")
    citizen.get_by_role("textbox", name="Комментарий").first.fill(COMPLAINT)
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
    answer(ANSWER)
    first = published("не горит фонарь", ANSWER)
    expect(citizen.get_by_text("Дорожная служба").first).to_be_visible()

    Bookmark.objects.get_or_create(name="journal")
    alerted()
    town.comment(ANGRY, reply_to=first)
    listen()
    alerted()
    sign_in(page, committed_region.operator)
    page.goto(f"{live_server.url}/queue/")
    expect(page.locator("#bell")).to_contain_text("1")
    rail = page.get_by_role("navigation", name="Разделы")
    expect(rail.get_by_role("link", name="Требует человека")).to_contain_text("1")
    rail.get_by_role("link", name="Требует человека").click()
    expect(page.locator("#rows")).to_contain_text("№ 1")
    rail.get_by_role("link", name="Отклики").click()
    expect(page.locator("main")).to_contain_text(ANGRY)
    page.get_by_role("button", name="Открыть снова").click()
    expect(page.get_by_text("карточка открыта снова")).to_be_visible()
    incident.refresh_from_db()
    assert (incident.state, incident.reopened) == (State.IN_WORK, 1)
    alerted()

    sign_in(page, committed_region.executor)
    page.goto(f"{live_server.url}/agency/")
    expect(page.locator("#bell .bell-count")).to_be_visible()
    top = page.get_by_role("article").first
    expect(top).to_contain_text("Открыт снова: житель пишет, что не сделано")
    expect(top).to_contain_text(ANGRY)
    top.get_by_role("link", name="№ 1").click()
    expect(page.locator("main")).to_contain_text("Повторный ответ:")
    answer(SECOND)
    second = published("не горит фонарь", ANSWER, ANGRY, "после этого карточка открыта снова", SECOND)
    assert not Deadline.objects.filter(clock=Norm.Clock.SECOND_ANSWER, met_at=None).exists()

    town.comment("Спасибо, починили быстро!", reply_to=second)
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
