import pytest
from playwright.sync_api import Page, Route, expect

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.lib import clock
from otklik.routing.noise import dismiss
from tests.browser.editor import settle
from tests.browser.queue_page import Connection, Open, decision, expect_chosen, press, row, state
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]


def picked(page: Page) -> int:
    return page.locator("#rows > .is-picked").count()


def ask_to_dismiss(page: Page) -> None:
    press(page, "KeyX", "ч")
    expect(page.locator("#many-dialog:modal")).to_be_visible()
    press(page, "Digit1", "1")
    expect(page.locator("[data-go]")).to_be_focused()


def pick_three(page: Page) -> None:
    for _ in range(2):
        press(page, "Space", " ")
        press(page, "KeyJ", "о")
    press(page, "Space", " ")
    expect(page.locator("#many [data-count]")).to_have_text("3")


def test_three_are_picked_by_space_and_brought_back_by_one_z(page: Page, town: Town, opened: Open) -> None:
    cards = [town.card(f"С праздником {number}!") for number in range(4)]
    opened("")
    pick_three(page)
    press(page, "KeyX", "ч")
    expect(page.locator("#many-dialog:modal")).to_be_visible()
    press(page, "Digit3", "3")
    expect(page.locator(".many-sum")).to_have_text("Карточек: 3. Можно: 3, нельзя: 0.")
    assert [state(card) for card in cards] == [State.NEW] * 4
    page.keyboard.press("Enter")
    expect(page.locator(".note-toast")).to_contain_text("Не инцидент: сделано 3 из 3")
    for card in cards[:3]:
        expect(page.locator(row(page, card))).to_have_count(0)
    assert [state(card) for card in cards] == [State.NOISE] * 3 + [State.NEW]
    expect(page.locator("#many")).to_be_hidden()
    expect(page.locator(row(page, cards[3]))).to_have_attribute("aria-current", "true")

    press(page, "KeyZ", "я")
    for card in cards:
        expect(page.locator(row(page, card))).to_be_visible()
    assert [state(card) for card in cards] == [State.NEW] * 4


@pytest.mark.whole
def test_cards_go_to_the_agencies_suggested_or_to_one_that_is_typed(page: Page, town: Town, opened: Open) -> None:
    water = town.card()
    roads = town.card(theme=town.hole, agency=town.roads)
    card = town.card()
    opened("")
    press(page, "Space", " ")
    press(page, "KeyJ", "о")
    press(page, "Space", " ")
    press(page, "KeyA", "ф")
    expect(page.locator("#many-agency")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".many-groups").first).to_contain_text("Ямы на дорогах → Дорожная служба")
    page.keyboard.press("Enter")
    expect(page.locator(".note-toast")).to_contain_text("сделано 2 из 2")
    expect_chosen(page, card)
    assert decision(water) == (State.ASSIGNED, town.pipe, town.water)
    assert decision(roads) == (State.ASSIGNED, town.hole, town.roads)
    press(page, "Space", " ")
    press(page, "KeyA", "ф")
    expect(page.locator("#many-agency")).to_be_focused()
    page.keyboard.type("дор")
    expect(page.locator("#many-options-agency [data-pk]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#many-agency")).to_have_value("Дорожная служба")
    page.keyboard.press("Enter")
    expect(page.locator(".many-groups").first).to_contain_text("Дорожная служба")
    page.keyboard.press("Enter")
    expect(page.locator(".note-toast").last).to_contain_text("сделано 1 из 1")
    assert decision(card) == (State.ASSIGNED, town.pipe, town.roads)


@pytest.mark.whole
def test_rows_are_picked_by_shift_and_mouse_and_stop_single_keys(page: Page, town: Town, opened: Open) -> None:
    cards = [town.card() for _ in range(6)]
    opened("")
    page.keyboard.press("Shift+KeyJ")
    page.keyboard.press("Shift+KeyJ")
    assert picked(page) == 3
    page.keyboard.press("Shift+KeyK")
    assert picked(page) == 2
    page.keyboard.press("Escape")
    assert picked(page) == 0
    page.locator(row(page, cards[1])).locator(".text").click(modifiers=["Control"])
    page.locator(row(page, cards[4])).locator(".text").click(modifiers=["Shift"])
    assert picked(page) == 4
    page.locator(row(page, cards[2])).locator(".sign").click()
    assert picked(page) == 3
    assert len(page.context.pages) == 1
    page.get_by_role("button", name="Выбрать все на странице").click()
    assert picked(page) == 6
    page.get_by_role("button", name="Снять выбор").click()
    assert picked(page) == 0
    press(page, "Space", " ")
    for code, key in (("KeyA", "ф"), ("KeyX", "ч")):
        press(page, code, key)
        expect(page.locator("#many-dialog:modal")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#many-dialog")).to_be_hidden()
    assert picked(page) == 1
    expect(page.locator(".noise-menu[open]")).to_have_count(0)
    press(page, "Escape", "Escape")
    press(page, "KeyX", "ч")
    expect(page.locator(".noise-menu[open]")).to_have_count(1)
    assert [state(card) for card in cards] == [State.NEW] * 6


@pytest.mark.whole
def test_picked_rows_stay_picked_when_they_are_drawn_anew(page: Page, town: Town, opened: Open) -> None:
    first, second, third = town.card(), town.card(), town.card()
    opened("")
    page.keyboard.press("Shift+KeyJ")
    Incident.objects.filter(pk=first.pk).update(priority=5)
    with book.turn():
        record(Incident.objects.get(pk=first.pk), "suggest", at=clock.now(), actor="machine:routing")
    expect(page.locator(f"{row(page, first)} .priority-5")).to_be_visible()
    assert picked(page) == 2
    press(page, "KeyJ", "о")
    dismiss(second, "user:1", clock.now(), "spam")
    expect(page.locator(row(page, second))).to_have_count(0)
    expect(page.locator("#many [data-count]")).to_have_text("1")
    expect(page.locator("#many [data-left]")).to_have_text("ушли из списка: 1")
    assert state(third) == State.NEW


@pytest.mark.whole
def test_what_could_not_be_done_is_told_and_stays_picked(page: Page, town: Town, opened: Open) -> None:
    cards = [town.card() for _ in range(3)]
    Connection(page, "**/queue/changes/**").cut = True
    opened("")
    pick_three(page)
    ask_to_dismiss(page)
    dismiss(cards[1], "user:1", clock.now(), "spam")
    page.keyboard.press("Enter")
    expect(page.locator("#many-dialog")).to_contain_text("не сделано 1 из 3")
    expect(page.locator(".note-toast")).to_contain_text("сделано 2 из 3")
    expect(page.locator("#many-dialog")).to_contain_text(f"отмечены «не инцидент» № {cards[1].number}")
    expect(page.locator("#many [data-count]")).to_have_text("1")
    press(page, "KeyZ", "я")
    expect(page.locator(".note-toast").last).to_contain_text("Всё как было на карточках: 2")
    assert [state(card) for card in cards] == [State.NEW, State.NOISE, State.NEW]


def test_an_act_that_is_pressed_before_all_have_come_is_for_all(page: Page, town: Town, opened: Open) -> None:
    for _ in range(45):
        town.card()
    held: list[Route] = []
    page.route("**/queue/changes/**", lambda route: held.append(route), times=1)
    opened("")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Выбрать все на странице").click()
    press(page, "KeyX", "ч")
    settle(page)
    expect(page.locator("#many-dialog:modal")).to_have_count(0)
    held[0].continue_()
    expect(page.locator("#many-dialog:modal")).to_be_visible()
    expect(page.locator("#many [data-count]")).to_have_text("45")
    press(page, "Digit1", "1")
    page.locator("[data-go]").click()
    expect(page.locator("#many-dialog")).to_contain_text("45 из 45")


@pytest.mark.whole
def test_a_long_act_can_be_stopped_between_two_pieces(page: Page, town: Town, opened: Open) -> None:
    cards = [town.card() for _ in range(45)]
    opened("")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Выбрать все на странице").click()
    ask_to_dismiss(page)
    # The stop is pressed while the first piece is under way: it is finished, and no other begins.
    page.evaluate(
        """() => new MutationObserver((_, self) => {
            const stop = document.querySelector("#many-dialog [data-stop]");
            if (stop) { self.disconnect(); stop.click(); }
        }).observe(document.querySelector("#many-dialog"), { childList: true, subtree: true })"""
    )
    page.keyboard.press("Enter")
    expect(page.locator("#many-dialog")).to_contain_text("Остановлено. Остальные карточки не тронуты.")
    expect(page.locator("#many-dialog")).to_contain_text("не сделано 25 из 45")
    expect(page.locator("#many [data-count]")).to_have_text("25")
    assert [state(card) for card in cards].count(State.NOISE) == 20


@pytest.mark.whole
def test_a_piece_whose_answer_was_lost_is_done_once(page: Page, town: Town, opened: Open) -> None:
    card = town.card()
    heard: list[int] = []

    def lose(route: Route) -> None:
        heard.append(1)
        if len(heard) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/piece/", lose)  # before the page is opened, as `Line` does
    opened("")
    press(page, "Space", " ")
    ask_to_dismiss(page)
    page.keyboard.press("Enter")
    expect(page.locator(".note-toast")).to_contain_text("сделано 1 из 1")
    assert len(heard) == 2
    assert state(card) == State.NOISE


@pytest.mark.whole
def test_on_a_phone_rows_are_picked_by_their_sign(page: Page, town: Town, opened: Open) -> None:
    cards = [town.card() for _ in range(3)]
    page.set_viewport_size({"width": 390, "height": 800})
    opened("")
    for card in cards[:2]:
        page.locator(row(page, card)).locator(".sign").click()
    assert picked(page) == 2
    page.get_by_role("button", name="Не инцидент", exact=True).click()
    page.get_by_label("Оскорбления").check()
    page.get_by_role("button", name="Проверить").click()
    page.get_by_role("button", name="Сделать: 2").click()
    expect(page.locator(".note-toast")).to_contain_text("сделано 2 из 2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [state(card) for card in cards] == [State.NOISE, State.NOISE, State.NEW]
