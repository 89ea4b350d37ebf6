import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from otklik.desk.operator.queue.ids import FIRST, PAGE
from otklik.incidents.models import State
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Suggestion
from tests.browser.queue_page import Connection, Open, decision, press, row, state
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]


def test_not_an_incident_is_two_keys_or_two_clicks_and_can_be_taken_back(page: Page, town: Town, opened: Open) -> None:
    card = town.card("С праздником!")
    opened("")
    press(page, "KeyJ", "о")
    press(page, "KeyX", "ч")
    expect(page.locator(".noise-menu[open] form")).to_be_visible()
    press(page, "Digit3", "3")
    expect(page.locator(row(page, card))).to_have_count(0)
    expect(page.locator("#empty")).to_be_visible()
    card.refresh_from_db()
    assert card.noise_reason == "chatter"
    page.get_by_role("button", name="Вернуть").click()
    expect(page.locator(row(page, card))).to_be_visible()
    assert state(card) == State.NEW
    assert page.locator("#rows > li").count() == 1
    seeming = town.card("С праздником!", kind="noise")
    page.locator(row(page, seeming)).focus()
    press(page, "KeyA", "ф")
    expect(page.locator(".noise-menu[open]")).to_have_count(1)
    press(page, "Digit3", "3")
    expect(page.locator(row(page, seeming))).to_have_count(0)
    assert state(seeming) == State.NOISE
    thanks, ours = town.card("Спасибо!", kind="thanks"), town.card("В Туле, как и у нас, яма", outside="Туле")
    for one, key in ((thanks, "KeyA"), (ours, "Digit1")):
        page.locator(row(page, one)).focus()
        expect(page.locator(f"{row(page, one)} [name=choice]").first).to_be_visible()
        press(page, key, "ф")
        expect(page.locator(row(page, one))).to_have_count(0)
    assert (state(thanks), state(ours)) == (State.NOISE, State.ASSIGNED)
    other = town.card()
    page.locator(row(page, card)).get_by_role("button", name="Принять").click()
    expect(page.locator(row(page, card))).to_have_count(0)
    page.locator(f"{row(page, other)} .noise-menu summary").click()
    page.get_by_role("button", name="Спам или реклама").click()
    expect(page.locator(row(page, other))).to_have_count(0)
    assert (state(card), state(other)) == (State.ASSIGNED, State.NOISE)


@pytest.mark.whole
def test_without_an_agency_the_card_is_opened_at_that_field(page: Page, town: Town, opened: Open) -> None:
    card = town.card()
    Suggestion.objects.update(agency=None)
    opened("")
    press(page, "KeyJ", "о")
    press(page, "KeyA", "ф")
    page.wait_for_url(f"**/incidents/{card.pk}/?focus=agency")
    assert state(card) == State.NEW


def test_somebody_faster_is_told_in_words(page: Page, town: Town, opened: Open) -> None:
    card = town.card()
    Connection(page, "**/queue/changes/**").cut = True
    opened("")
    assign(card, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    press(page, "KeyJ", "о")
    press(page, "KeyA", "ф")
    expect(page.locator(".note-toast.error")).to_contain_text("Кто-то успел раньше")
    assert decision(card) == (State.ASSIGNED, town.hole, town.roads)


# How far a row has been from where it stood, at any moment: sliding there and back counts too.
WATCH = """row => {
    const stood = row.getBoundingClientRect().top;
    const look = () => {
        window.moved = Math.max(window.moved ?? 0, Math.abs(row.getBoundingClientRect().top - stood));
        requestAnimationFrame(look);
    };
    look();
}"""


def test_rows_come_and_go_while_selection_scroll_and_typed_text_stay(page: Page, town: Town, opened: Open) -> None:
    cards = [town.card(f"Сообщение {number}") for number in range(30)]
    opened("")
    chosen = page.locator(row(page, cards[15]))
    chosen.click(position={"x": 300, "y": 60})
    page.locator("#q").evaluate("field => { field.value = 'недописанное'; field.focus({ preventScroll: true }); }")
    chosen.evaluate(WATCH)
    urgent = town.card("Пожар", priority=5)
    expect(page.locator(row(page, urgent))).to_have_count(1)
    assign(cards[0], Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
    expect(page.locator(row(page, cards[0]))).to_have_count(0)
    assert page.evaluate("window.moved") < 2
    expect(chosen).to_have_attribute("aria-current", "true")
    expect(page.locator("#q")).to_have_value("недописанное")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator('[data-tab="work"] .count')).to_have_text("1")
    assign(cards[15], Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
    expect(chosen).to_have_class(re.compile("is-gone"))
    expect(chosen).to_contain_text("Карточка ушла из этого списка")
    page.locator("#q").evaluate("field => field.blur()")
    press(page, "KeyJ", "о")
    expect(chosen).to_have_count(0)


@pytest.mark.whole
def test_a_page_comes_whole_leads_on_and_is_filled_up_by_the_next(page: Page, town: Town, opened: Open) -> None:
    cards = [town.card(f"Сообщение {number}") for number in range(PAGE + 3)]
    opened("")
    rows = page.locator("#rows > .row")
    expect(rows).to_have_count(PAGE)
    ids = [str(card.pk) for card in cards]
    assert rows.evaluate_all("rows => rows.map((row) => row.dataset.id)") == ids[:PAGE]
    page.locator(".pages").get_by_text("Дальше").click()
    expect(rows).to_have_count(3)
    assert rows.evaluate_all("rows => rows.map((row) => row.dataset.id)") == ids[PAGE:]
    opened("")
    expect(rows).to_have_count(PAGE)
    for card in cards[1:31]:  # the chosen one stays
        assign(card, Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
    expect(rows).to_have_count(PAGE + 3 - 30)
    expect(page.locator("#empty")).to_be_hidden()
    for number in range(FIRST + 5 - (PAGE + 3 - 30)):  # more than are drawn at first, and not a page
        town.card(f"Ещё {number}")
    opened("")
    expect(rows).to_have_count(FIRST + 5)
    expect(page.locator(".pages").get_by_text("Дальше")).to_be_hidden()  # it leads to what is here already


def test_keys_wait_while_somebody_types_and_the_help_shows_them(page: Page, town: Town, opened: Open) -> None:
    card = town.card()
    opened("")
    press(page, "KeyJ", "о")
    press(page, "Slash", ".")
    expect(page.locator("#q")).to_be_focused()
    press(page, "KeyA", "ф")
    press(page, "KeyX", "ч")
    expect(page.locator(".noise-menu[open]")).to_have_count(0)
    assert state(card) == State.NEW
    press(page, "Escape", "Escape")
    expect(page.locator("#q")).not_to_be_focused()
    page.keyboard.press("Shift+Slash")
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_role("button", name="Понятно").click()
    expect(page.locator("#keys")).to_be_hidden()
    page.locator(row(page, card)).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{card.pk}/?queue=")


def test_a_line_that_is_down_is_said_and_forgotten_when_it_is_back(page: Page, town: Town, opened: Open) -> None:
    town.card()
    connection = Connection(page, "**/queue/changes/**")
    opened("")
    connection.cut = True
    expect(page.locator("#line")).to_contain_text("Нет связи. Показано на")
    expect(page.locator("#rows > li")).to_have_count(1)
    connection.cut = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#line")).to_be_hidden()
