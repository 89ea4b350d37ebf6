import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from otklik.answers.models import ActFile, Answer, Flaw
from otklik.flow.loop import drain
from otklik.flow.steps import Lane
from tests.browser.editor import Show, send_for_approval, text_of, wait_for_server
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def test_an_act_is_chosen_refused_attached_saved_and_removed(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, f"/incidents/{card.pk}/")
    page.locator("textarea[name=text]").fill("Вчера рабочие горсвета заменили лампу.")
    page.get_by_text("Решено", exact=True).click()
    chooser = page.locator("[data-acts]")
    expect(chooser).to_be_hidden()
    page.locator("[name=proof]").select_option("act")
    expect(chooser).to_be_visible()
    expect(page.get_by_role("button", name="Приложить")).to_be_hidden()
    chooser.set_input_files(files=[file("акт.pdf", b"<script>")])
    expect(page.locator("form[data-editor] .refusal")).to_contain_text("Это не акт")
    chooser.set_input_files(files=[file("Акт № 7.pdf", PDF), file("Акт № 8.pdf", PDF)])
    expect(page.locator("#r-answer .act-files a")).to_have_text(["Акт № 7.pdf", "Акт № 8.pdf"])
    expect(page.locator("[name=proof]")).to_have_value("act")
    with page.expect_download() as saved:
        page.locator("#r-answer .act-files a").first.click()
    assert saved.value.suggested_filename == "Акт № 7.pdf"
    # Enter in the note presses the first button of the form, which takes nothing away.
    page.locator("[name=proof_words]").fill("Акт № 7")
    with page.expect_response("**/acts/"):
        page.locator("[name=proof_words]").press("Enter")
    assert ActFile.objects.count() == 2
    page.get_by_role("button", name="Убрать акт Акт № 8.pdf").click()
    expect(page.locator("#r-answer .act-files a")).to_have_text(["Акт № 7.pdf"])
    send_for_approval(page)
    expect(page.locator("#r-answer .act-files a")).to_have_text(["Акт № 7.pdf"])
    assert Answer.objects.get().ground_words == "Акт № 7"


TYPED = "Доброе утро! Осуществлена замена лампы, еще вчера вечером ее поменяли рабочие горсвета у подъезда."


def test_what_is_found_is_mended_or_dismissed_by_a_press_or_keys(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    area = page.locator("textarea[name=text]")
    area.fill(TYPED)
    greeting = page.locator("[data-flaw][data-rule=greeting]")
    expect(greeting).to_be_visible()
    greeting.locator("[data-flaw-show]").click()
    picked = area.evaluate("(area) => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert picked == "Доброе утро!"
    page.keyboard.press("F8")
    expect(greeting).to_be_focused()
    page.keyboard.press("Enter")
    expect(greeting).to_have_count(0)
    assert text_of(page) == TYPED.replace("Доброе утро", "Здравствуйте")
    page.locator("[data-flaw-print]").click()
    mended = TYPED.replace("Доброе утро", "Здравствуйте").replace("еще", "ещё").replace("ее", "её")
    assert text_of(page) == mended
    wait_for_server(page, mended)
    page.keyboard.press("Control+Z")
    assert text_of(page) != mended
    area.fill(TYPED)
    expect(greeting).to_be_visible()
    words = page.locator("[data-flaw][data-rule=officialese]")
    rest = page.locator("[data-flaw]").count()
    words.focus()
    page.keyboard.press("Delete")
    expect(words).to_have_count(0)
    expect(page.locator("[data-flaw]")).to_have_count(rest - 1)
    flaw = Flaw.objects.get(dismissed_by=town.executor)
    assert flaw.answer == Answer.objects.get(incident=card)
    page.reload()
    expect(page.locator("[data-flaw]")).to_have_count(rest - 1)


@pytest.mark.whole
def test_the_fields_of_an_ending_come_with_it_and_survive_a_reload(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    proof, why = page.locator("[name=proof]"), page.locator("[name=why]")
    page.locator("textarea[name=text]").fill("Лавку здесь не поставим: земля под ней частная.")
    expect(proof).to_be_hidden()
    page.get_by_text("Решено", exact=True).click()
    expect(proof).to_be_visible()
    expect(page.locator("[name=proof_words]")).to_be_hidden()
    proof.select_option("phone")
    expect(page.locator("[name=proof_words]")).to_be_visible()
    page.get_by_text("Разъяснено", exact=True).click()
    expect(proof).to_be_hidden()
    why.select_option("private")
    page.locator("[name=why_words]").fill("земля не городская")
    page.wait_for_function("() => !document.querySelector('.card-region[data-dirty] form[data-editor]')")
    page.reload()
    expect(why).to_have_value("private")
    expect(page.locator("[name=why_words]")).to_have_value("земля не городская")
    send_for_approval(page)


def test_a_link_and_a_text_become_a_card_on_the_screen(page: Page, town: Town, show: Show) -> None:
    show(page, town.operator, "/incidents/addition/")
    page.get_by_label("Ссылка на сообщение").fill("forum.example.ru/thread/7")
    page.get_by_label("Что написал человек").fill("Во дворе на Садовой, 5 не горит фонарь")
    page.get_by_role("button", name="Завести карточку").click()
    expect(page.get_by_role("heading", name="Карточка заводится")).to_be_visible()
    drain(lanes=frozenset({Lane.THINK}))
    expect(page).to_have_url(re.compile(r"/incidents/\d+/$"))
    expect(page.get_by_text("не горит фонарь").first).to_be_visible()
