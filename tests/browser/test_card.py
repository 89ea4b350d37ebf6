"""The card in a real browser: an answer from typing to «ждёт отправки», and typed text that nothing takes away."""

import io
import re

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from otklik.answers import drafts, review
from otklik.answers.models import Answer
from otklik.incidents.models import Incident, Note
from otklik.journal import book
from otklik.publishing.prepare import prepare
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Rule
from tests.browser.editor import Show, settle, text_of, wait_for_server
from tests.browser.queue_page import press
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_answer_goes_from_typing_to_waiting_for_the_network(
    page: Page, second: Page, town: Town, show: Show
) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    press(page, "KeyR", "к")
    page.keyboard.type("Воду дали в 14:00 👍")
    expect(page.locator("[data-count]")).to_have_text("19")
    expect(page.locator("[data-saved]")).to_contain_text("сохранено")
    expect(page.locator("#r-head")).to_contain_text("В работе")
    expect(page.locator("#live-bar")).to_be_hidden()
    page.get_by_role("button", name="На согласование").click()
    expect(page.locator(".refusal")).to_contain_text("Выберите итог")
    page.get_by_text("Решено", exact=True).click()
    page.locator("[name=proof]").select_option("phone")
    page.locator("[name=proof_words]").fill("Позвонили автору")
    page.get_by_role("button", name="На согласование").click()
    expect(page.locator("#r-answer h2")).to_have_text("На согласовании")
    show(second, town.approver, card.pk)
    second.get_by_role("button", name="Согласовать").click()
    expect(second.locator("#r-answer h2")).to_have_text("Ждёт отправки")
    expect(second.get_by_role("button", name="Отменить согласование")).to_be_visible()
    expect(page.locator("#r-answer h2")).to_have_text("Ждёт отправки")  # it came by itself


def test_nothing_moves_from_under_a_press(page: Page, town: Town, show: Show) -> None:
    """What comes by itself, here above the button, waits until it is let go, and the click lands."""
    answer = town.submitted()
    waiting: list[Route] = []
    page.route("**/voices/", lambda route: waiting.append(route))
    with page.expect_request("**/voices/"):
        show(page, town.approver, answer.incident_id)
    button = page.get_by_role("button", name="Согласовать", exact=True)
    button.hover()
    page.mouse.down()
    before = button.bounding_box()
    (late,) = waiting
    with page.expect_response("**/voices/"):
        late.fulfill(body="<p>Рядом ещё одна карточка.</p>" * 9, content_type="text/html")
    settle(page)
    assert button.bounding_box() == before
    page.mouse.up()
    expect(page.locator("#r-answer h2")).to_have_text("Ждёт отправки")


def test_a_late_save_shows_both_texts_and_the_writer_chooses(page: Page, second: Page, town: Town, show: Show) -> None:
    answer = town.drafted("Первый текст")
    show(page, town.executor, answer.incident_id)
    show(second, town.colleague, answer.incident_id)
    second.locator("textarea[name=text]").focus()  # so that what the other saves does not come into it by itself
    with page.expect_response("**/draft/"):
        page.locator("textarea[name=text]").fill("Текст исполнителя")
    second.locator("textarea[name=text]").fill("Текст оператора")
    expect(second.locator("[data-theirs]")).to_have_text("Текст исполнителя")
    expect(second.locator("[data-mine]")).to_have_text("Текст оператора")
    expect(second.locator("[data-line]")).to_contain_text("Не сохранено")
    expect(second.locator("[data-saved]")).to_be_hidden()
    answer.refresh_from_db()
    assert answer.text == "Текст исполнителя"
    second.get_by_role("button", name="Показать").click()  # what has changed, and both texts are still there
    expect(second.locator("[data-theirs]")).to_have_text("Текст исполнителя")
    assert text_of(second) == "Текст оператора"
    second.get_by_role("button", name="Оставить мой").click()
    expect(second.locator("[data-both]")).to_have_count(0)
    expect(second.locator("[data-saved]")).to_contain_text("сохранено")
    wait_for_server(second, "Текст оператора")
    answer.refresh_from_db()
    assert answer.text == "Текст оператора"


def test_a_refusal_is_seen_where_one_looks(page: Page, town: Town, show: Show) -> None:
    """Above the buttons that stay in sight, and not behind them."""
    page.set_viewport_size({"width": 1366, "height": 700})
    show(page, town.executor, town.assigned().pk)
    page.locator("textarea[name=text]").fill("Починили. " * 30)
    page.get_by_role("button", name="На согласование").click()
    refusal = page.locator("form[data-editor] .refusal")
    expect(refusal).to_contain_text("итог")
    assert refusal.evaluate(
        """note => {
            const box = note.getBoundingClientRect();
            const at = (y) => document.elementFromPoint(box.left + 20, y);
            return [box.top + 2, box.bottom - 2].every((y) => note.contains(at(y)));
        }"""
    )


def test_a_suggested_theme_is_one_digit_and_its_agency_comes_with_it(page: Page, town: Town, show: Show) -> None:
    Rule.objects.create(theme=town.hole, place=town.city, agency=town.roads)
    card = town.card()
    show(page, town.operator, card.pk)
    likely = page.locator(".likely-one")
    expect(likely.nth(0)).to_have_attribute("aria-pressed", "true")
    press(page, "Digit2", "2")
    expect(page.locator("#pick-theme")).to_have_value("Ямы на дорогах")
    expect(likely.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(likely.nth(0)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#pick-agency")).to_have_value("Дорожная служба")
    press(page, "KeyA", "ф")
    expect(page.locator("#r-head")).to_contain_text("Назначен")
    card.refresh_from_db()
    assert (card.theme, card.agency) == (town.hole, town.roads)


@pytest.mark.whole
def test_a_suggested_theme_is_one_touch_and_words_typed_instead_unpress_it(page: Page, town: Town, show: Show) -> None:
    show(page, town.operator, town.card().pk)
    likely = page.locator(".likely-one")
    likely.nth(1).click()
    expect(page.locator("#pick-theme")).to_have_value("Ямы на дорогах")
    page.locator("#pick-theme").fill("нет хол")
    expect(likely.nth(1)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#options-theme [data-pk]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(likely.nth(0)).to_have_attribute("aria-pressed", "true")


@pytest.mark.whole
def test_a_reason_is_one_digit_as_in_the_queue(page: Page, town: Town, show: Show) -> None:
    card = town.card()
    show(page, town.operator, card.pk)
    press(page, "KeyX", "ч")
    expect(page.locator(".reasons[data-digits]")).to_be_visible()
    press(page, "Digit2", "2")
    page.wait_for_url("**/queue/")
    card.refresh_from_db()
    assert (card.state, card.noise_reason) == ("noise", "off_topic")


def test_news_of_the_card_never_takes_away_what_is_being_typed(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    page.locator("#note-text").fill("Почти дописал заметку")
    page.locator("textarea[name=text]").focus()
    answer = drafts.write(
        card,
        card.messages.get(),
        drafts.Words("Их текст", outcome="solved", ground="phone", ground_words="Позвонили автору"),
        town.colleague,
        timezone.now(),
    )
    drafts.submit(answer, town.colleague, timezone.now())
    expect(page.locator("#live-bar")).to_contain_text("ответ отправлен на согласование")
    expect(page.locator("#r-head")).to_contain_text("На согласовании")
    assert page.locator("#note-text").input_value() == "Почти дописал заметку"
    expect(page.locator("textarea[name=text]")).to_be_visible()
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("#r-answer h2")).to_have_text("На согласовании")
    assert page.locator("#note-text").input_value() == "Почти дописал заметку"


@pytest.mark.whole
def test_a_late_list_never_replaces_that_to_what_was_typed_since(page: Page, town: Town, show: Show) -> None:
    held: list[Route] = []
    show(page, town.operator, town.card().pk)
    unasked = re.compile(r"/themes/\?q=&")
    page.route(unasked, lambda route: held.append(route), times=1)
    page.locator("#pick-theme").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("ямы")
    options = page.locator("#options-theme [data-pk]")
    expect(options).to_have_count(1)
    with page.expect_response(unasked) as late:
        held[0].continue_()
    late.value.finished()
    settle(page)
    expect(options).to_have_text([re.compile("Ямы на дорогах")])


def test_whoever_types_faster_than_the_list_comes_gets_what_he_typed(page: Page, town: Town, show: Show) -> None:
    show(page, town.operator, town.card().pk)
    page.locator("#pick-theme").focus()
    expect(page.locator("#options-theme [data-pk]").first).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("ямы")
    page.keyboard.press("Enter")
    expect(page.locator("#pick-theme")).to_have_value("Ямы на дорогах")


@pytest.mark.whole
def test_the_outcome_is_chosen_by_arrows_and_comes_back_with_the_text(page: Page, town: Town, show: Show) -> None:
    answer = town.drafted(outcome="")
    show(page, town.executor, answer.incident_id)
    group = page.get_by_role("radiogroup", name="Чем закончилось")
    expect(group.locator(":checked")).to_have_count(0)
    group.get_by_role("radio", name="Решено", exact=True).focus()
    for key, name in (("Space", "Решено"), ("ArrowRight", "Разъяснено"), ("ArrowDown", "Не решено")):
        page.keyboard.press(key)
        expect(group.get_by_role("radio", name=name, exact=True)).to_be_checked()
    page.context.set_offline(True)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-line]")).to_contain_text("Нет связи")
    page.context.set_offline(False)
    page.reload()
    expect(group.get_by_role("radio", name="Отложено")).to_be_checked()


def test_a_note_is_left_and_the_thread_and_the_journal_come_by_themselves(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.operator, card.pk)
    expect(page.locator("#r-thread")).to_contain_text("Доброе утро, город!")
    press(page, "KeyN", "т")
    page.keyboard.type("звонил диспетчеру")
    page.get_by_role("button", name="Оставить заметку").click()
    expect(page.locator(".note")).to_contain_text("звонил диспетчеру")
    expect(page.locator("#note-text")).to_have_value("")
    page.locator(".journal summary").click()
    expect(page.locator(".journal")).to_contain_text("Добавлена заметка для коллег")
    assert Note.objects.get(incident=card).text == "звонил диспетчеру"


def test_what_happens_to_a_delivery_is_seen_without_a_reload(page: Page, town: Town, show: Show) -> None:
    answer = town.submitted()
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    show(page, town.approver, answer.incident_id)
    expect(page.locator("#r-answer h2")).to_have_text("Ждёт отправки")
    with book.turn():
        answer = Answer.objects.get(pk=answer.pk)
        Answer.objects.filter(pk=answer.pk).update(lease="x")
        answer.lease = "x"
        prepare([answer], timezone.now())
    answer.deliveries.update(state="unknown", hold="person", words="Связь прервалась")
    expect(page.locator("#r-answer h2")).to_have_text("Не знаем, дошло ли")
    page.get_by_label("Ссылка на опубликованный ответ").fill("https://vk.com/wall-1_1?reply=9")
    answer.deliveries.update(lease="")
    page.get_by_role("button", name="Опубликовано, вот ссылка").click()
    expect(page.locator("#r-rating h2")).to_have_text("Что сказал автор")
    assert Incident.objects.get(pk=answer.incident_id).state == "rating"


@pytest.mark.whole
def test_a_card_that_went_to_another_agency_says_so_and_keeps_the_text(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    page.locator("#note-text").fill("Недописанное")
    assign(card, Decision(town.roads, town.pipe, town.city), town.operator, timezone.now())
    expect(page.locator("#live-bar")).to_contain_text("она вам не видна")
    assert page.locator("#note-text").input_value() == "Недописанное"


@pytest.mark.whole
def test_a_key_presses_nothing_that_is_folded_away(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.operator, card.pk)
    fold = page.get_by_text("Переназначить", exact=True).first
    fold.click()
    expect(page.locator("form[data-decide]")).to_be_visible()
    fold.click()
    press(page, "KeyA", "ф")
    page.wait_for_timeout(300)
    assert card.assignments.count() == 1


@pytest.mark.whole
def test_the_words_of_a_remark_are_chosen_in_the_text(page: Page, town: Town, show: Show) -> None:
    answer = town.submitted(text="Воду дадут завтра.")
    review.send_back(answer, town.approver, timezone.now(), "", [review.About("завтра", "Какого числа?")])
    show(page, town.executor, answer.incident_id)
    page.get_by_role("button", name="«завтра»").click()
    assert page.evaluate("() => getSelection().toString()") == "завтра"
    page.keyboard.type("в среду")
    assert text_of(page) == "Воду дадут в среду."


def test_a_photo_is_added_and_seen(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    page.locator("textarea[name=text]").fill("Готово")
    photo: FilePayload = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    page.locator("[data-photos][multiple]").set_input_files(files=[photo])
    expect(page.locator("#r-answer .photos img")).to_have_count(1)
    page.wait_for_function("() => document.querySelector('.photos img').naturalWidth === 40")
    assert text_of(page) == "Готово"
    page.locator("textarea[name=text]").press("Control+Enter")  # sends the answer, and does not press what is first
    expect(page.locator("form[data-editor] .refusal")).to_contain_text("итог")
    expect(page.locator("#r-answer .photos img")).to_have_count(1)
    page.get_by_role("button", name="Убрать снимок 1").click()
    expect(page.locator("#r-answer .photos img")).to_have_count(0)
    assert Answer.objects.get(incident=card).text == "Готово"


def jpeg() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(kept, "JPEG")
    return kept.getvalue()
