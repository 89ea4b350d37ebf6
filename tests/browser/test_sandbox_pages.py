"""People's pages of the sandbox in a real browser: writing in place, and news that never disturb whoever writes."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.sandbox.conftest import town
from tests.sandbox.town import Town

__all__ = ["town"]
pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.enable_socket]


def wall(page: Page, town: Town) -> None:
    page.goto(f"{town.sandbox.base}/vk/wall{town.wall}")


def comment(page: Page, number: int) -> Locator:
    return page.locator(f"#comment-{number}")


def composer(page: Page, town: Town) -> Locator:
    return page.locator(f"#form-{town.post}")


def write(form: Locator, text: str) -> None:
    form.get_by_role("textbox").fill(text)
    form.get_by_role("button", name="Отправить").click()


def test_a_newcomer_comments_at_once_and_stays_on_the_page(page: Page, town: Town) -> None:
    wall(page, town)
    form = composer(page, town)
    write(form, "Где урна?")
    article = page.locator("article.comment")
    expect(article.locator(".text")).to_have_text("Где урна?")
    expect(article.get_by_role("link", name="Изменить")).to_be_visible()
    expect(form.get_by_role("textbox")).to_have_value("")
    assert page.url.endswith(f"/vk/wall{town.wall}")
    assert town.thread()[0]["author_name"] == "Анна Пробная"


@pytest.mark.whole
def test_news_come_with_a_mark_and_leave_typed_text_and_focus_alone(page: Page, town: Town) -> None:
    asked = town.comment("Вопрос")
    other = town.comment("Другой")
    wall(page, town)
    comment(page, other).get_by_role("link", name="Ответить").click()
    reply = page.locator("form.inline").get_by_role("textbox")
    reply.press_sequentially("Начатый отв")
    main = composer(page, town).get_by_role("textbox")
    main.fill("Черновик")
    reply.focus()
    reply.evaluate("box => box.setSelectionRange(3, 5)")
    answer = town.reply("Поставим.", reply_to_comment=asked)["response"]["comment_id"]
    town.sandbox.control(f"vk/comments/{town.wall}_{other}/edit", text="Другой, поправленный")
    fresh = page.locator(f"#comment-{asked} + #comment-{answer}")
    expect(fresh).to_have_class(re.compile(r"\bofficial\b.*\bnew\b"))
    expect(fresh).to_contain_text("официальный ответ")
    expect(comment(page, other).locator(".text")).to_have_text("Другой, поправленный")
    expect(reply).to_be_focused()
    expect(reply).to_have_value("Начатый отв")
    assert reply.evaluate("box => [box.selectionStart, box.selectionEnd]") == [3, 5]
    expect(main).to_have_value("Черновик")
    expect(page.locator(f"#comment-{other} + form.inline")).to_have_count(1)


@pytest.mark.whole
def test_a_refusal_is_told_beside_the_form_and_keeps_the_text(page: Page, town: Town) -> None:
    asked = town.comment("Скоро исчезнет")
    wall(page, town)
    write(composer(page, town), "   ")
    expect(composer(page, town).get_by_role("alert")).to_have_text("Напишите что-нибудь.")
    comment(page, asked).get_by_role("link", name="Ответить").click()
    town.sandbox.control(f"vk/comments/{town.wall}_{asked}/delete")
    expect(comment(page, asked)).to_have_count(0)
    form = page.locator("form.inline")
    write(form, "Ответ в пустоту")
    expect(form.get_by_role("alert")).to_contain_text("Не получилось отправить.")
    expect(form.get_by_role("textbox")).to_have_value("Ответ в пустоту")


@pytest.mark.whole
def test_a_folded_thread_unfolds_in_place_and_keeps_hearing_news(page: Page, town: Town) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(30)]
    wall(page, town)
    expect(page.locator("article.comment")).to_have_count(20)
    page.get_by_role("link", name="Показать ещё 10").click()
    expect(page.locator("article.comment")).to_have_count(30)
    expect(page.locator("article.new")).to_have_count(0)
    town.comment("Свежий")
    expect(page.locator("article.new .text")).to_have_text("Свежий")
    expect(comment(page, numbers[0])).to_be_visible()


@pytest.mark.whole
def test_the_name_is_changed_in_the_bar_and_kept(page: Page, town: Town) -> None:
    wall(page, town)
    bar = page.locator("details.me")
    bar.get_by_text("сменить").click()
    bar.get_by_role("button", name="Борис Пробный").click()
    expect(bar).to_contain_text("Вы пишете как: Борис Пробный")
    page.goto(f"{town.sandbox.base}/vk/im{town.group}")
    expect(bar).to_contain_text("Вы пишете как: Борис Пробный")


@pytest.mark.whole
def test_a_private_message_and_its_answer_appear_without_leaving(page: Page, town: Town) -> None:
    page.goto(f"{town.sandbox.base}/vk/im{town.group}?as={town.anna}")
    write(page.locator("form.compose"), "Лично вам")
    expect(page.locator("article.message.mine .text")).to_have_text("Лично вам")
    page.get_by_role("textbox", name="Ваше сообщение").fill("Ещё не")
    town.sandbox.vk("messages.send", town.token, peer_id=town.anna, random_id=1, message="И вам")
    expect(page.locator("article.message.official.new .text")).to_have_text("И вам")
    expect(page.get_by_role("textbox", name="Ваше сообщение")).to_have_value("Ещё не")
