from itertools import pairwise

import pytest
from django.conf import settings as project
from playwright.sync_api import APIResponse, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from otklik.incidents.models import State
from tests.browser.editor import SignIn
from tests.browser.queue_page import Connection, Open, accept, expect_chosen, press, row, state
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_several_actions_come_back_one_after_another_or_two_at_once(page: Page, town: Town, opened: Open) -> None:
    """Five in a row are more than stand there as words: the key knows them all, and the button that it is named on."""
    cards = [town.card(f"Карточка {number}", priority=3) for number in range(6)]
    opened("")
    for card, after in pairwise(cards):
        accept(page, card)
        expect_chosen(page, after)
    expect(page.locator("#rows > .row")).to_have_count(1)
    expect(page.locator(".note-toast")).to_have_count(3)
    expect(page.get_by_role("button", name="Вернуть (Z)")).to_have_count(1)
    for back in reversed(range(5)):
        press(page, "KeyZ", "я")
        expect(page.locator(row(page, cards[back]))).to_have_count(1)
        assert [state(card) for card in cards].count(State.ASSIGNED) == back
    press(page, "KeyZ", "я")  # nothing is left, and nothing happens
    assert [state(card) for card in cards] == [State.NEW] * 6
    first, second, *_ = cards
    opened("")
    for card in (first, second):
        accept(page, card)
    expect(page.locator(".note-toast")).to_have_count(2)
    press(page, "KeyZ", "я")
    press(page, "KeyZ", "я")
    expect(page.locator(row(page, first))).to_have_count(1)
    expect(page.locator(row(page, second))).to_have_count(1)
    assert (state(first), state(second)) == (State.NEW, State.NEW)


@pytest.mark.whole
def test_the_key_waits_for_what_is_still_under_way(page: Page, town: Town, opened: Open) -> None:
    """A hand that is faster than the line means what it has just done, and not what it did before."""
    first, second, _ = (town.card(f"Карточка {number}", priority=3) for number in range(3))
    held: list[Route] = []
    page.route(f"**/incidents/{second.pk}/acceptance/", lambda route: held.append(route))
    opened("")
    accept(page, first)
    expect(page.locator(row(page, first))).to_have_count(0)
    accept(page, second)
    press(page, "KeyZ", "я")
    page.wait_for_function("() => document.querySelectorAll('.is-busy').length === 1")
    held[0].continue_()
    expect(page.locator(".note-toast").last).to_contain_text(f"№ {second.number}: всё как было")
    expect(page.locator(row(page, second))).to_have_count(1)  # and so no question is on its way any more
    assert (state(first), state(second)) == (State.ASSIGNED, State.NEW)


def held_back(page: Page, address: str) -> list[tuple[Route, APIResponse]]:
    """The server hears and does it, and the page does not get the answer."""
    held: list[tuple[Route, APIResponse]] = []
    page.route(address, lambda route: held.append((route, route.fetch())))
    return held


@pytest.mark.whole
def test_news_may_overtake_the_answer_to_the_last_card_and_to_taking_back(page: Page, town: Town, opened: Open) -> None:
    card = town.card(priority=3)
    held = held_back(page, f"**/incidents/{card.pk}/acceptance/")
    opened("")
    accept(page, card)
    expect(page.locator('[data-tab="work"] .count')).to_have_text("1")
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(page.locator("#worked")).to_contain_text("Разобрано вами сегодня: 1")
    card, _ = town.card(priority=3), town.card()
    held = held_back(page, "**/undo/")
    opened("")
    accept(page, card)
    expect(page.locator(row(page, card))).to_have_count(0)
    with page.expect_request("**/undo/"):
        press(page, "KeyZ", "я")
    late = town.card("Пришло, когда уже возвращено", priority=3)
    expect(page.locator(row(page, late))).to_have_count(1)
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(page.locator(row(page, card))).to_have_count(1)


def test_a_dead_line_takes_nothing_away_and_a_new_sign_in_next_door_is_enough(
    page: Page, town: Town, opened: Open, live_server: LiveServer, sign_in: SignIn
) -> None:
    card, _ = town.card(priority=3), town.card()
    connection = Connection(page, "**/undo/")
    opened("")
    accept(page, card)
    expect(page.get_by_role("button", name="Вернуть (Z)")).to_be_visible()
    connection.cut = True
    press(page, "KeyZ", "я")
    expect(page.locator(".note-toast.error")).to_contain_text("Ничего не потеряно")
    connection.cut = False
    press(page, "KeyZ", "я")
    expect(page.locator(row(page, card))).to_have_count(1)
    expect(page.locator(".note-toast.error")).to_have_count(0)
    assert state(card) == State.NEW
    town.operator.set_password("pass-word-1")
    town.operator.save()
    page.context.clear_cookies(name=project.SESSION_COOKIE_NAME)
    beside = page.context.new_page()
    beside.goto(f"{live_server.url}/accounts/login/")
    beside.fill("[name=login]", town.operator.username)
    beside.fill("[name=password]", "pass-word-1")
    beside.get_by_role("button", name="Войти").click()
    beside.wait_for_url("**/queue/")
    accept(page, card)
    expect(page.locator(row(page, card))).to_have_count(0)
    press(page, "KeyZ", "я")
    expect(page.locator(row(page, card))).to_have_count(1)
    assert state(card) == State.NEW


@pytest.mark.whole
def test_what_was_done_in_the_list_comes_back_on_the_next_card(page: Page, town: Town, opened: Open) -> None:
    card, other = town.card(priority=3), town.card()
    opened("")
    accept(page, card)
    expect_chosen(page, other)
    expect(page.get_by_role("button", name="Вернуть (Z)")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{other.pk}/?queue=*")
    expect(page.get_by_role("button", name="Вернуть (Z)")).to_be_visible()
    press(page, "KeyZ", "я")
    expect(page.locator(".note-toast")).to_contain_text(f"№ {card.number}: всё как было")
    page.wait_for_load_state("networkidle")
    assert state(card) == State.NEW
