"""What an operator sees of the queue: how many rows, all of the chosen one, and no decision on what he does not see."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from otklik.flow.models import Worker
from otklik.incidents.models import Incident, State
from otklik.people.models import Agency
from otklik.routing.assign import Decision, assign
from otklik.themes.models import Theme
from tests.browser.queue_page import Keyboard, Open, expect_chosen, row, state
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

LONG = "Который день во дворе дома на улице Ленина не вывозят мусор, контейнеры переполнены, ветер несёт всё мимо. " * 4
BESIDE_THE_RAIL = """() => { if (!document.querySelector(".rail")) document.body.style.paddingLeft = "208px"; }"""
WHOLE = """() => { const roof = document.querySelector(".top").getBoundingClientRect().bottom;
    return [...document.querySelectorAll("#rows > .row")].map((row) => row.getBoundingClientRect())
        .filter((box) => box.top >= roof && box.bottom <= innerHeight).length; }"""
TOPS = "rows => rows.map((row) => Math.round(row.getBoundingClientRect().top + scrollY))"
IN_VIEW = """row => { const { top, bottom } = row.getBoundingClientRect();
    return top >= document.querySelector(".top").getBoundingClientRect().bottom && bottom <= innerHeight; }"""


def in_view(page: Page, card: Incident) -> bool:
    return bool(page.locator(row(page, card)).evaluate(IN_VIEW))


def test_six_whole_rows_stand_on_a_notebook_and_nine_on_a_monitor(page: Page, town: Town, opened: Open) -> None:
    Theme.objects.filter(pk=town.pipe.pk).update(name="Ненадлежащее содержание контейнерных площадок (в том числе КГО)")
    Agency.objects.filter(pk=town.water.pk).update(short_name="Управление жилищного хозяйства и благоустройства города")
    cards = [town.card(LONG) for _ in range(14)]
    now = timezone.now()
    Worker.objects.create(name="host:1", started_at=now, seen_at=now)  # else each page begins with a warning
    Incident.objects.update(returns=1, watched_since=now, hard_since=now)
    opened("")
    for width, height, least in ((1440, 900, 6), (1920, 1080, 9)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(BESIDE_THE_RAIL)
        expect(page.locator(f"{row(page, cards[0])} [name=choice]").first).to_be_visible()
        assert page.evaluate(WHOLE) >= least, (width, page.locator("#rows > .row").evaluate_all(TOPS))
        buttons = page.locator(f"{row(page, cards[1])} .acts .btn")
        assert len({round(box["y"]) for one in buttons.all() if (box := one.bounding_box())}) == 1, "in one line"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_chosen_row_opens_downwards_with_all_that_was_written(page: Page, town: Town, opened: Open) -> None:
    end = "и это конец."
    cards = [town.card(text) for text in ("Коротко", LONG, LONG * 3 + end, "Ещё", "И ещё")]
    Incident.objects.update(place=town.village, street="Садовая улица", house="7")
    opened("")
    expect_chosen(page, cards[0])
    rows, chosen = page.locator("#rows > .row"), page.locator(row(page, cards[2]))
    for key in "JJ":
        before = rows.evaluate_all(TOPS)
        page.keyboard.press(f"Key{key}")
        at = rows.evaluate_all("rows => rows.findIndex((row) => row.matches('.is-here'))")
        assert rows.evaluate_all(TOPS)[:at] == before[:at]
        assert page.evaluate("scrollY") == 0
    expect(chosen.locator(".text")).to_contain_text(end)
    expect(chosen.locator(".clock-name")).to_contain_text("Первый ответ до")
    expect(chosen.locator(".place")).to_contain_text("Садовая улица 7")
    expect(chosen.locator(".agency")).to_contain_text(town.water.short_name)
    assert chosen.locator(".text").evaluate("text => text.scrollHeight > 100")
    before = rows.evaluate_all(TOPS)
    page.locator(f"{row(page, cards[4])} .clock").click()
    expect_chosen(page, cards[4])
    assert rows.evaluate_all(TOPS) == before, "nothing slips away from under the pointer"


@pytest.mark.whole
def test_the_cursor_outlives_a_look_at_the_card(page: Page, town: Town, opened: Open, keyboard: Keyboard) -> None:
    cards = [town.card(f"Сообщение {number}") for number in range(40)]
    opened("network=vk&group=&q=")
    expect(page.locator("#rows > .row")).to_have_count(40)
    looked_at = cards[30]
    for card in cards[1:31]:
        keyboard.letter("j")
        expect_chosen(page, card)

    def back(by: Any) -> None:
        expect_chosen(page, looked_at)
        keyboard.enter()
        page.wait_for_url(re.compile(rf"/incidents/{looked_at.pk}/"))
        by()
        page.wait_for_url("**/queue/?network=vk*")

    for by in (page.go_back, lambda: page.keyboard.press("Escape"), lambda: page.locator("[data-back-link]").click()):
        back(by)
        expect_chosen(page, looked_at)
        assert in_view(page, looked_at)

    def decided() -> None:
        assign(looked_at, Decision(town.water, town.pipe, town.city), town.operator, timezone.now())
        page.keyboard.press("Escape")

    back(decided)
    expect_chosen(page, cards[31])
    assert in_view(page, cards[31])


def test_no_key_decides_on_a_row_out_of_sight(page: Page, town: Town, opened: Open, keyboard: Keyboard) -> None:
    first, *rest = [town.card(f"Сообщение {number}") for number in range(30)]
    opened("")
    expect_chosen(page, first)

    def out_of_sight(press: Callable[[], None]) -> None:
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert not in_view(page, first)
        press()
        expect(page.locator(".note-toast").last).to_contain_text("не было на экране")
        assert in_view(page, first)
        assert (state(first), first.taken_by) == (State.NEW, None)

    page.locator(f"{row(page, first)} .take").focus()
    out_of_sight(keyboard.enter)
    for key, opens in (("g", ""), ("x", ".noise-menu"), ("t", "#picker-field"), ("a", "")):
        out_of_sight(partial(keyboard.letter, key))
        expect(page.locator(".noise-menu[open], #picker-field")).to_have_count(0)
        if opens:
            keyboard.letter(key)
            expect(page.locator(f"{row(page, first)} :is(.noise-menu[open], #picker-field)")).to_have_count(1)
            if opens == "#picker-field":
                keyboard.type("ямы")
            out_of_sight(keyboard.enter if opens == "#picker-field" else partial(keyboard.digit, 1))
            page.keyboard.press("Escape")
    keyboard.letter("a")
    expect_chosen(page, rest[0])
    expect(page.locator(row(page, first))).to_have_count(0)
    assert state(first) == State.ASSIGNED


def test_the_ten_states_are_one_filter_that_keys_reach(page: Page, town: Town, opened: Open) -> None:
    town.card()
    mine = town.assigned()
    opened("mine=0")
    states = page.locator(".states")
    expect(states.locator("summary")).to_have_text("Состояния: Новые 1")
    states.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(states.get_by_role("link")).to_have_count(10)
    page.keyboard.press("KeyA")  # it belongs to the menu that is open
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue/?tab=work")
    expect(page.locator(row(page, mine))).to_be_visible()
    expect(states.locator("summary")).to_have_text("Состояния: В работе у ведомств 1")
    expect(states.locator('a[data-tab="new"] .count')).to_have_text("1")
