"""The check of the text in a browser: what is found stands under the answer, is mended, dismissed, and comes back."""

import pytest
from playwright.sync_api import Page, expect

from otklik.answers.models import Answer, Flaw
from tests.browser.editor import Show, text_of, wait_for_server
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = "Доброе утро! Осуществлена замена лампы, еще вчера вечером ее поменяли рабочие горсвета у подъезда."


def test_what_is_found_is_mended_by_a_press_and_by_keys(page: Page, town: Town, show: Show) -> None:
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


@pytest.mark.whole
def test_a_finding_is_dismissed_by_one_key_and_stays_away(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    page.locator("textarea[name=text]").fill(TYPED)
    words = page.locator("[data-flaw][data-rule=officialese]")
    expect(words).to_be_visible()
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
    page.get_by_role("button", name="На согласование").click()
    expect(page.locator("#r-answer h2")).to_have_text("На согласовании")
