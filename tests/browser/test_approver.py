from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from otklik.answers.models import Answer
from otklik.inbox.models import Message
from otklik.routing.models import Deadline
from tests.browser.editor import Show, settle
from tests.make.town import Town
from tests.screens.screen import VIEWS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def state_of(answer: Answer) -> str:
    return Answer.objects.values_list("state", flat=True).get(pk=answer.pk)


CUT_OR_OVER = """() => [...document.querySelectorAll("#approvals .ap-one *")].filter((one) => {
    const look = getComputedStyle(one);
    const cut = look.overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1;
    return one.checkVisibility() && !one.closest("svg, form") && (cut || /sticky|fixed/.test(look.position));
}).map((one) => one.className)"""


def test_on_a_phone_an_answer_is_approved_in_one_tap_and_returned_in_two(phone: Page, town: Town, show: Show) -> None:
    answers = [town.submitted(), town.submitted()]
    Message.objects.filter(pk=answers[0].reply_to_id).update(text="Нет воды. " * 90 + "Ждём ответа!")
    show(phone, town.approver, "/approvals/")
    assert phone.evaluate(CUT_OR_OVER) == [], "no words are cut, and nothing sticks over the answer"
    phone.get_by_text("показать целиком").tap()
    expect(phone.locator("details.citizen-text[open]")).to_contain_text("Ждём ответа!")
    phone.locator(f"#answer-{answers[0].pk} [data-approve]").tap()
    expect(phone.locator(f"#answer-{answers[0].pk}")).to_have_count(0)
    fold = phone.locator(f"#answer-{answers[1].pk} [data-fold=remark]")
    fold.locator("summary").tap()
    fold.locator(".ap-ready button").first.tap()
    expect(phone.locator("[data-empty]")).to_be_visible()
    assert [state_of(answer) for answer in answers] == [Answer.State.APPROVED, Answer.State.RETURNED]
    assert Answer.objects.get(pk=answers[1].pk).last_remarks[0].words


def test_an_answer_is_approved_brought_back_and_remarked_upon(page: Page, town: Town, show: Show) -> None:
    answer = town.submitted(text="В рамках работ воду дали.")
    show(page, town.approver, "/approvals/")
    nothing = page.locator("[data-empty]")
    page.keyboard.press("KeyA")
    expect(nothing).to_be_visible()
    assert state_of(answer) == Answer.State.APPROVED
    page.keyboard.press("KeyZ")
    expect(page.locator(f"#answer-{answer.pk}")).to_be_visible()
    assert state_of(answer) == Answer.State.APPROVAL

    page.evaluate(
        """() => {
            const words = document.querySelector("[data-text]").firstChild;
            getSelection().setBaseAndExtent(words, 0, words, 14);
        }"""
    )
    page.locator(".ap-mark").click()
    page.locator("[data-fold=remark] textarea").wait_for()
    settle(page)
    expect(page.locator("input[name=about]")).to_be_focused()
    page.keyboard.type("проще")
    page.keyboard.press("Control+Enter")
    expect(nothing).to_be_visible()
    remarks = Answer.objects.get(pk=answer.pk).last_remarks
    assert [(one.quote, one.words) for one in remarks] == [("В рамках работ", "проще")]

    mended = town.submitted(text="Воду дали в 14:00.")
    expect(page.locator(f"#answer-{mended.pk}")).to_be_visible()
    page.keyboard.press("KeyJ")
    for key, fold in (("KeyB", "remark"), ("KeyE", "fix")):
        page.keyboard.press(key)
        expect(page.locator(f"[data-fold={fold}] textarea")).to_be_focused()
        page.keyboard.press("Escape")
    page.locator("[name=text]").fill("Воду дали в 14:00, спасибо за сигнал.")
    page.get_by_role("button", name="Согласовать исправленное").click()
    expect(nothing).to_be_visible()
    mended.refresh_from_db()
    assert (mended.text, mended.corrected_by) == ("Воду дали в 14:00, спасибо за сигнал.", town.approver)


def test_a_decision_that_is_refused_or_lost_says_so_and_its_answer_and_words_stay(
    page: Page, town: Town, show: Show
) -> None:
    answer = town.submitted()
    show(page, town.approver, "/approvals/")
    page.keyboard.press("KeyB")
    page.keyboard.type("Какого числа?")
    page.route("**/remark/", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .error")).to_contain_text("Нет связи с сервером")
    expect(page.locator("[data-fold=remark] textarea")).to_have_value("Какого числа?")
    Answer.objects.filter(pk=answer.pk).update(version=answer.version + 1)
    page.keyboard.press("Escape")
    page.keyboard.press("KeyA")
    expect(page.locator(".form-answer")).not_to_be_empty()
    expect(page.locator(".ap-one footer button:not(:disabled)")).to_have_count(0)
    assert state_of(answer) == Answer.State.APPROVAL


def limited(town: Town, hours: float) -> Answer:
    answer = town.submitted()
    Deadline.objects.filter(incident=answer.incident).update(limit_at=timezone.now() + timedelta(hours=hours))
    return answer


@pytest.mark.whole
def test_what_comes_by_itself_is_put_by_urgency_and_moves_nothing(page: Page, town: Town, show: Show) -> None:
    late, calm = limited(town, -2), limited(town, 50)
    show(page, town.approver, "/approvals/")
    page.set_viewport_size({"width": 1280, "height": 400})
    reading = page.locator(f"#answer-{calm.pk}")
    reading.evaluate("one => { one.focus({preventScroll: true}); one.scrollIntoView({behavior: 'instant'}); }")
    top = "one => one.getBoundingClientRect().y"
    before = reading.evaluate(top)
    between, last = limited(town, 9), limited(town, 90)
    expect(page.locator(f"#answer-{last.pk}")).to_be_attached()
    order = page.locator(".ap-one").evaluate_all("found => found.map((one) => Number(one.dataset.id))")
    assert order == [late.pk, between.pk, calm.pk, last.pk]
    assert abs(reading.evaluate(top) - before) < 2


LIGHTNESS = """(element) => {
    const brush = document.createElement("canvas").getContext("2d");
    const of = (colour) => {
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        const parts = [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
        const light = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        const [red, green, blue] = parts.map(light);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const look = getComputedStyle(element);
    const [low, high] = [of(look.color), of(look.backgroundColor)].sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
}"""


@pytest.mark.whole
def test_opening_a_form_moves_no_button_and_its_own_can_be_read(page: Page, town: Town, show: Show) -> None:
    town.submitted()
    show(page, town.approver, "/approvals/")
    buttons = page.locator(".ap-one footer > form .btn, .ap-fold > summary")
    expect(buttons).to_have_count(3)
    places = "found => found.map((one) => [one.getBoundingClientRect().x, one.getBoundingClientRect().y + scrollY])"
    before = buttons.evaluate_all(places)
    fix, remark = page.locator("[data-fold=fix]"), page.locator("[data-fold=remark]")
    for opened, other in ((fix, remark), (remark, fix)):
        opened.locator("summary").click()
        expect(opened.locator("textarea")).to_be_focused()
        expect(other.locator("textarea")).to_be_hidden()
        assert buttons.evaluate_all(places) == before
    form, row = remark.locator("form").bounding_box(), page.locator(".ap-one footer").bounding_box()
    assert form is not None
    assert row is not None
    assert form["width"] == pytest.approx(row["width"])
    page.emulate_media(color_scheme="light")
    button = page.locator("[data-send]")
    assert button.evaluate(LIGHTNESS) >= 4.5
    button.hover()
    for view in VIEWS[:2]:
        page.emulate_media(color_scheme=view.colours)
        button.evaluate("(one) => Promise.all(one.getAnimations().map((change) => change.finished))")
        assert button.evaluate(LIGHTNESS) >= 4.5, view
    page.mouse.move(0, 0)
    button.evaluate("(one) => Promise.all(one.getAnimations().map((change) => change.finished))")
    assert button.evaluate(LIGHTNESS) >= 4.5, "dark"
