import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from otklik.answers import drafts, review
from otklik.answers.models import Answer
from otklik.incidents.models import Incident, Note, State
from otklik.people.models import Agency
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Rule
from otklik.work.cards import NOTE, Remark
from otklik.work.verb import perform
from tests.browser.editor import Show, choose, photo, say_solved, send_for_approval, settle, text_of
from tests.browser.queue_page import decision, press
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_answer_goes_from_typing_to_waiting(page: Page, second: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    press(page, "KeyE", "у")
    page.keyboard.type("Воду дали в 14:00 👍")
    expect(page.locator("form[data-editor] [data-count]")).to_have_text("19")
    expect(page.locator("[data-saved]")).to_contain_text("сохранено")
    expect(page.locator("#r-head")).to_contain_text("В работе")
    expect(page.locator("#live-bar")).to_be_hidden()
    page.get_by_role("button", name="На согласование").click()
    expect(page.locator(".refusal")).to_contain_text("Выберите итог")
    say_solved(page)
    send_for_approval(page)
    show(second, town.approver, card.pk)
    second.get_by_role("button", name="Согласовать").click()
    expect(second.locator("#r-answer h2")).to_have_text("Ждёт отправки")
    expect(second.get_by_role("button", name="Отменить согласование")).to_be_visible()
    expect(page.locator("#r-answer h2")).to_have_text("Ждёт отправки")  # it came by itself


ORDER = ["h1", ".incident-whose", "#main-message .said-text", ".incident-clocks", ".tag-new", "#r-thread .said-post"]
COVERED = """() => {
    const panel = document.querySelector(".area-act");
    const inside = [panel, ...panel.querySelectorAll(".fields")];
    const seen = (control) => {
        let { top, bottom, left, right } = control.getBoundingClientRect();
        for (const box of inside.filter((one) => one.contains(control)).map((one) => one.getBoundingClientRect()))
            [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
        return bottom - top < 4 ? null : document.elementFromPoint((left + right) / 2, bottom - 2);
    };
    const controls = [...panel.querySelectorAll("button, select, input:not([type=hidden]), summary, label")];
    return controls.filter((one) => one.checkVisibility()).flatMap((one) => {
        const there = seen(one);
        const free = !there || one.contains(there) || there.contains(one) || one.control === there;
        return free ? [] : [one.outerHTML.slice(0, 90)];
    });
}"""


@pytest.mark.whole
def test_the_words_come_first_and_nothing_lies_under_a_button(page: Page, town: Town, show: Show) -> None:
    Agency.objects.filter(short_name="Водоканал").update(short_name="Горхозяйство Краснодара")
    card, assigned = town.card(), town.assigned()
    for width, height in ((1366, 768), (1440, 900), (1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        show(page, town.operator, card.pk)
        expect(page.locator(".tag-new")).to_be_visible()
        tops = [(page.locator(one).bounding_box() or {"y": -1})["y"] for one in ORDER]
        assert tops == sorted(tops)
        assert tops[2] < height / 2
        button = page.locator("form[data-decide] > button")
        expect(button).to_contain_text("Назначить: Горхозяйство Краснодара")
        words = button.locator("> span").first
        assert words.evaluate("one => [one.scrollWidth - one.clientWidth, getComputedStyle(one).textOverflow]") == [
            0,
            "clip",
        ]
        if width < 1100:
            continue
        for pk in (card.pk, assigned.pk):
            show(page, town.executor if pk == assigned.pk else town.operator, pk)
            for end in (0, 10**6):
                page.locator(".area-act, .area-act .fields").evaluate_all(
                    "(all, end) => all.forEach((one) => { one.scrollTop = end; })", end
                )
                assert page.evaluate(COVERED) == []


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


def test_a_theme_is_typed_touched_or_one_digit_and_its_agency_comes_with_it(page: Page, town: Town, show: Show) -> None:
    Rule.objects.create(theme=town.hole, place=town.city, agency=town.roads)
    card = town.card()
    show(page, town.operator, card.pk)
    likely, field = page.locator(".likely-one"), page.locator("#pick-theme")
    options = page.locator("#options-theme [data-pk]")
    expect(likely.nth(0)).to_have_attribute("aria-pressed", "true")
    held: list[Route] = []
    unasked = re.compile(r"/themes/\?q=&")
    page.route(unasked, lambda route: held.append(route), times=1)
    press(page, "KeyT", "е")  # as in the queue
    expect(field).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("ямы")
    expect(options).to_have_count(1)
    with page.expect_response(unasked) as late:
        held[0].continue_()
    late.value.finished()
    settle(page)
    expect(options).to_have_text([re.compile("Ямы на дорогах")])  # a late list replaces nothing
    field.fill("нет хол")
    expect(likely.nth(1)).to_have_attribute("aria-pressed", "false")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(likely.nth(0)).to_have_attribute("aria-pressed", "true")
    likely.nth(1).click()
    expect(field).to_have_value("Ямы на дорогах")
    likely.nth(0).click()
    field.focus()
    expect(options.first).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("ямы")
    page.keyboard.press("Enter")  # faster than the list comes
    expect(field).to_have_value("Ямы на дорогах")
    likely.nth(0).click()
    expect(field).not_to_have_value("Ямы на дорогах")
    press(page, "Digit2", "2")
    expect(field).to_have_value("Ямы на дорогах")
    expect(likely.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(likely.nth(0)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#pick-agency")).to_have_value("Дорожная служба")
    press(page, "KeyA", "ф")
    expect(page.locator("#r-head")).to_contain_text("Назначен")
    assert decision(card) == (State.ASSIGNED, town.hole, town.roads)


def test_after_a_decision_the_next_card_of_the_queue_opens(page: Page, town: Town, show: Show) -> None:
    first, second, third = town.card(), town.card(), town.card("Продам гараж")
    show(page, town.operator, "/queue/?network=vk")
    page.keyboard.press("Enter")
    toast = page.locator("#toasts [data-undo]")
    for key, letter, words in (("KeyA", "ф", "назначено, Водоканал"), ("KeyX", "ч", "не инцидент")):
        page.wait_for_url(f"**/incidents/{first.pk}/?queue=network%3Dvk")
        expect(page.locator(".tag-new")).to_be_visible()
        press(page, key, letter)
        if key == "KeyX":
            press(page, "Digit2", "2")
        page.wait_for_url(f"**/incidents/{second.pk}/?queue=network%3Dvk")
        expect(toast).to_contain_text(f"№ {first.number}: {words}")
        if key == "KeyA":
            press(page, "KeyZ", "я")  # where it is to be done anew
    first.refresh_from_db()
    assert (first.state, first.noise_reason) == ("noise", "off_topic")
    page.get_by_role("switch", name="открывать следующую").click()
    expect(page.get_by_role("switch", name="открывать следующую")).to_have_attribute("aria-checked", "false")
    press(page, "KeyA", "ф")
    expect(page.locator("#r-head")).to_contain_text("Назначен")
    assert f"/incidents/{second.pk}/" in page.url
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    page.wait_for_url("**/queue/?network=vk")
    show(page, town.operator, third.pk)  # opened from elsewhere
    press(page, "KeyX", "ч")
    press(page, "Digit2", "2")
    page.wait_for_url("**/queue/")
    expect(toast.last).to_contain_text(f"№ {third.number}: не инцидент")


@pytest.mark.whole
def test_news_of_the_card_never_takes_away_what_is_being_typed(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    page.locator("#note-text").fill("Почти дописал заметку")
    page.locator("textarea[name=text]").focus()
    town.submitted("Их текст", card=card, by=town.colleague)
    expect(page.locator("#live-bar")).to_contain_text("ответ отправлен на согласование")
    expect(page.locator("#r-head")).to_contain_text("На согласовании")
    assert page.locator("#note-text").input_value() == "Почти дописал заметку"
    expect(page.locator("textarea[name=text]")).to_be_visible()
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("#r-answer h2")).to_have_text("На согласовании")
    assert page.locator("#note-text").input_value() == "Почти дописал заметку"
    other = town.assigned()
    show(page, town.executor, other.pk)
    page.locator("#note-text").fill("Недописанное")
    assign(other, Decision(town.roads, town.pipe, town.city), town.operator, timezone.now())
    expect(page.locator("#live-bar")).to_contain_text("она вам не видна")
    assert page.locator("#note-text").input_value() == "Недописанное"


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


def test_a_note_is_left_and_no_key_presses_what_is_folded_away(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.operator, card.pk)
    expect(page.locator("#r-thread")).to_contain_text("Доброе утро, город!")
    press(page, "KeyN", "т")
    expect(page.locator("#r-thread")).to_contain_text("Доброе утро, город!")
    area, options = page.locator("#note-text"), page.locator("#call-options")
    area.evaluate("one => scrollBy(0, one.getBoundingClientRect().bottom - innerHeight + 4)")
    page.keyboard.type("@")
    expect(options.locator("[data-pk]").first).to_be_visible()
    assert options.evaluate(
        """list => {
            const { left, top, bottom } = list.getBoundingClientRect();
            return [top + 4, bottom - 4].every((y) => list.contains(document.elementFromPoint(left + 20, y)));
        }"""
    )
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    page.keyboard.type("звонил диспетчеру")
    page.get_by_role("button", name="Оставить заметку").scroll_into_view_if_needed()
    before = area.bounding_box()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note")).to_contain_text("звонил диспетчеру")
    expect(page.locator(".note")).to_be_in_viewport(ratio=1)
    form, note = page.locator(".note-form").bounding_box(), page.locator(".note").bounding_box()
    assert before
    assert form
    assert note
    assert 0 < note["y"] - form["y"] - form["height"] < 24  # beside its field
    expect(page.locator("#note-text")).to_have_value("")
    page.locator(".journal summary").click()
    expect(page.locator(".journal")).to_contain_text("Добавлена заметка для коллег")
    assert Note.objects.get(incident=card).text == "звонил диспетчеру"
    page.evaluate("document.activeElement.blur()")
    fold = page.get_by_text("Переназначить", exact=True).first
    fold.click()
    expect(page.locator("form[data-decide]")).to_be_visible()
    fold.click()
    press(page, "KeyA", "ф")
    page.wait_for_timeout(300)
    assert card.assignments.count() == 1


def test_what_happens_to_a_delivery_is_seen_without_a_reload(page: Page, town: Town, show: Show) -> None:
    answer = town.submitted()
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    show(page, town.approver, answer.incident_id)
    expect(page.locator("#r-answer h2")).to_have_text("Ждёт отправки")
    town.let_out()
    answer.deliveries.update(state="unknown", hold="person", words="Связь прервалась")
    expect(page.locator("#r-answer h2")).to_have_text("Не знаем, дошло ли")
    page.get_by_label("Ссылка на опубликованный ответ").fill("https://vk.com/wall-1_1?reply=9")
    answer.deliveries.update(lease="")
    page.get_by_role("button", name="Опубликовано, вот ссылка").click()
    expect(page.locator("#r-rating h2")).to_have_text("Что сказал житель")
    assert Incident.objects.get(pk=answer.incident_id).state == "rating"


@pytest.mark.whole
def test_the_words_of_a_remark_are_chosen_in_the_text(page: Page, town: Town, show: Show) -> None:
    answer = town.submitted(text="Воду дадут завтра.")
    review.send_back(answer, town.approver, timezone.now(), "", [review.About("завтра", "Какого числа?")])
    show(page, town.executor, answer.incident_id)
    page.get_by_role("button", name="«завтра»").click()
    assert page.evaluate("() => getSelection().toString()") == "завтра"
    page.keyboard.type("в среду")
    assert text_of(page) == "Воду дадут в среду."


def test_a_photo_and_a_refusal_are_seen(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    page.locator("textarea[name=text]").fill("Готово")
    choose(page, photo())
    expect(page.locator("#r-answer .photos img")).to_have_count(1)
    page.wait_for_function("() => document.querySelector('.photos img').naturalWidth >= 40")
    assert text_of(page) == "Готово"
    page.locator("textarea[name=text]").press("Control+Enter")  # sends the answer, and does not press what is first
    expect(page.locator("form[data-editor] .refusal")).to_contain_text("итог")
    expect(page.locator("#r-answer .photos img")).to_have_count(1)
    page.get_by_role("button", name="Убрать снимок 1").click()
    expect(page.locator("#r-answer .photos img")).to_have_count(0)
    assert Answer.objects.get(incident=card).text == "Готово"
    page.set_viewport_size({"width": 1366, "height": 700})
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


def test_a_notice_opens_the_card_at_the_note_even_where_it_is_folded(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    now = timezone.now()
    words = [Remark(note=f"@{town.executor.initials} заметка {number}") for number in range(9)]
    notes = [perform(NOTE, card, one, town.operator, now).result for one in words]
    show(page, town.executor, "/notices/")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.locator(f'.told-card a[href$="#note-{notes[0].pk}"]').click()
    note = page.locator(f"#note-{notes[0].pk}")
    expect(note).to_be_in_viewport(ratio=1)
    assert "is-sought" in (note.get_attribute("class") or "")
    expect(page.locator(".note").first).to_contain_text("заметка 8")
