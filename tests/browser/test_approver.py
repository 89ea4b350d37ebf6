"""An approver with ten minutes: two taps on a phone, remarks about the very words, the next answer always there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from otklik.answers.models import Answer
from otklik.desk.tests.card_data import Town, make_town
from otklik.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None, settings: Settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    settings.UNDO_HOLD = 600
    return make_town()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ru-RU", has_touch=True)
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    context.close()


def state_of(answer: Answer) -> str:
    return Answer.objects.values_list("state", flat=True).get(pk=answer.pk)


def test_on_a_phone_an_answer_is_approved_in_one_tap_and_returned_in_two(
    phone: Page, town: Town, live_server: LiveServer, sign_in: Callable[[Page, User], None]
) -> None:
    answers = [town.submitted(), town.submitted()]
    sign_in(phone, town.approver)
    phone.goto(f"{live_server.url}/approvals/")
    phone.locator(f"#answer-{answers[0].pk} [data-approve]").tap()
    expect(phone.locator(f"#answer-{answers[0].pk}")).to_have_count(0)
    fold = phone.locator(f"#answer-{answers[1].pk} [data-fold=remark]")
    fold.locator("summary").tap()
    fold.locator(".ap-ready button").first.tap()
    expect(phone.locator("[data-empty]")).to_be_visible()
    assert [state_of(answer) for answer in answers] == [Answer.State.APPROVED, Answer.State.RETURNED]
    answers[1].refresh_from_db()
    assert answers[1].last_remarks[0].words


def test_what_was_decided_comes_back_by_one_key(
    page: Page, town: Town, live_server: LiveServer, sign_in: Callable[[Page, User], None]
) -> None:
    answer = town.submitted()
    sign_in(page, town.approver)
    page.goto(f"{live_server.url}/approvals/")
    page.keyboard.press("KeyA")
    expect(page.locator("[data-empty]")).to_be_visible()
    assert state_of(answer) == Answer.State.APPROVED
    page.keyboard.press("KeyZ")
    expect(page.locator(f"#answer-{answer.pk}")).to_be_visible()
    assert state_of(answer) == Answer.State.APPROVAL


def test_words_are_selected_and_the_remark_is_about_them(
    page: Page, town: Town, live_server: LiveServer, sign_in: Callable[[Page, User], None]
) -> None:
    answer = town.submitted(text="В рамках работ воду дали.")
    sign_in(page, town.approver)
    page.goto(f"{live_server.url}/approvals/")
    page.evaluate(
        """() => {
            const words = document.querySelector("[data-text]").firstChild;
            getSelection().setBaseAndExtent(words, 0, words, 14);
        }"""
    )
    page.locator(".ap-mark").click()
    page.locator("input[name=about]").fill("проще")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-empty]")).to_be_visible()
    answer.refresh_from_db()
    assert [(one.quote, one.words) for one in answer.last_remarks] == [("В рамках работ", "проще")]


def test_new_answers_come_without_a_reload(
    page: Page, town: Town, live_server: LiveServer, sign_in: Callable[[Page, User], None]
) -> None:
    sign_in(page, town.approver)
    page.goto(f"{live_server.url}/approvals/")
    expect(page.locator("[data-empty]")).to_be_visible()
    answer = town.submitted(text="Воду дали в 14:00.")
    expect(page.locator(f"#answer-{answer.pk}")).to_be_visible(timeout=15_000)
    page.locator(f"#answer-{answer.pk} [data-fold=fix] summary").click()
    page.locator(f"#answer-{answer.pk} [name=text]").fill("Воду дали в 14:00, спасибо за сигнал.")
    page.get_by_role("button", name="Согласовать исправленное").click()
    expect(page.locator("[data-empty]")).to_be_visible()
    answer.refresh_from_db()
    assert (answer.text, answer.corrected_by) == ("Воду дали в 14:00, спасибо за сигнал.", town.approver)
