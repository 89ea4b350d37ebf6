import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.sandbox.conftest import town
from tests.sandbox.town import Town

__all__ = ["town"]
pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.enable_socket]


def write(form: Locator, text: str) -> None:
    form.get_by_role("textbox").fill(text)
    form.get_by_role("button", name="Отправить").click()


def test_a_newcomer_is_refused_beside_the_form_and_writes_without_leaving_the_page(page: Page, town: Town) -> None:
    asked = town.comment("Скоро исчезнет")
    page.goto(f"{town.sandbox.base}{town.page}")
    form, inline = page.locator(f"#form-{town.post}"), page.locator("form.inline")
    write(form, "   ")
    expect(form.get_by_role("alert")).to_have_text("Напишите что-нибудь.")
    page.locator(f"#comment-{asked}").get_by_role("link", name="Ответить").click()
    town.sandbox.control(f"vk/comments/{town.wall}_{asked}/delete")
    expect(page.locator(f"#comment-{asked}")).to_have_count(0)
    write(inline, "Ответ в пустоту")
    expect(inline.get_by_role("alert")).to_contain_text("Не получилось отправить.")
    expect(inline.get_by_role("textbox")).to_have_value("Ответ в пустоту")

    write(form, "Где урна?")
    article = page.locator("article.comment")
    expect(article.locator(".text")).to_have_text("Где урна?")
    expect(article.get_by_role("link", name="Изменить")).to_be_visible()
    expect(form.get_by_role("textbox")).to_have_value("")
    assert page.url.endswith(town.page)
    assert [item["author_name"] for item in town.thread() if not item["deleted"]] == ["Анна Пробная"]


@pytest.mark.whole
def test_news_come_with_a_mark_and_leave_typed_text_and_focus_alone(page: Page, town: Town) -> None:
    asked = town.comment("Вопрос")
    other = town.comment("Другой")
    page.goto(f"{town.sandbox.base}{town.page}")
    page.locator(f"#comment-{other}").get_by_role("link", name="Ответить").click()
    reply = page.locator("form.inline").get_by_role("textbox")
    reply.press_sequentially("Начатый отв")
    main = page.locator(f"#form-{town.post}").get_by_role("textbox")
    main.fill("Черновик")
    reply.focus()
    reply.evaluate("box => box.setSelectionRange(3, 5)")
    answer = town.reply("Поставим.", reply_to_comment=asked)["response"]["comment_id"]
    town.sandbox.control(f"vk/comments/{town.wall}_{other}/edit", text="Другой, поправленный")
    fresh = page.locator(f"#comment-{asked} + #comment-{answer}")
    expect(fresh).to_have_class(re.compile(r"\bofficial\b.*\bnew\b"))
    expect(fresh).to_contain_text("официальный ответ")
    expect(page.locator(f"#comment-{other}").locator(".text")).to_have_text("Другой, поправленный")
    expect(reply).to_be_focused()
    expect(reply).to_have_value("Начатый отв")
    assert reply.evaluate("box => [box.selectionStart, box.selectionEnd]") == [3, 5]
    expect(main).to_have_value("Черновик")
    expect(page.locator(f"#comment-{other} + form.inline")).to_have_count(1)


@pytest.mark.whole
def test_a_folded_thread_unfolds_in_place_and_keeps_hearing_news(page: Page, town: Town) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(30)]
    page.goto(f"{town.sandbox.base}{town.page}")
    expect(page.locator("article.comment")).to_have_count(20)
    page.get_by_role("link", name="Показать ещё 10").click()
    expect(page.locator("article.comment")).to_have_count(30)
    expect(page.locator("article.new")).to_have_count(0)
    town.comment("Свежий")
    expect(page.locator("article.new .text")).to_have_text("Свежий")
    expect(page.locator(f"#comment-{numbers[0]}")).to_be_visible()


@pytest.mark.whole
def test_the_name_is_changed_in_the_bar_and_a_private_answer_appears_without_leaving(page: Page, town: Town) -> None:
    page.goto(f"{town.sandbox.base}{town.page}")
    bar = page.locator("details.me")
    bar.get_by_text("сменить").click()
    bar.get_by_role("button", name="Борис Пробный").click()
    expect(bar).to_contain_text("Вы пишете как: Борис Пробный")
    page.goto(f"{town.sandbox.base}/vk/im{town.group}")
    expect(bar).to_contain_text("Вы пишете как: Борис Пробный")
    page.goto(f"{town.sandbox.base}/vk/im{town.group}?as={town.anna}")
    write(page.locator("form.compose"), "Лично вам")
    expect(page.locator("article.message.mine .text")).to_have_text("Лично вам")
    page.get_by_role("textbox", name="Ваше сообщение").fill("Ещё не")
    town.sandbox.vk("messages.send", town.token, peer_id=town.anna, random_id=1, message="И вам")
    expect(page.locator("article.message.official.new .text")).to_have_text("И вам")
    expect(page.get_by_role("textbox", name="Ваше сообщение")).to_have_value("Ещё не")
