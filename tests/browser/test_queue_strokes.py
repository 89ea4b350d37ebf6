import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from otklik.desk.models import Practice
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import take_up
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.routing.models import Rule
from otklik.triage.models import Verdict
from tests.browser.editor import Show
from tests.browser.queue_page import Connection, Keyboard, Open, decision, expect_chosen, press, row, state
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_each_suggestion_is_one_stroke(page: Page, town: Town, opened: Open, keyboard: Keyboard) -> None:
    first, second = town.card("Нет воды", priority=3), town.card("Течёт труба")
    opened("")
    keyboard.letter("a")
    expect_chosen(page, second)
    expect(page.locator(row(page, first))).to_have_count(0)
    keyboard.digit(1)
    expect(page.locator("#empty")).to_be_visible()
    assert keyboard.count == 2
    assert [decision(one) for one in (first, second)] == [(State.ASSIGNED, town.pipe, town.water)] * 2
    unsure, another = town.card("Яма, и воды нет", priority=3), town.card()
    Rule.objects.create(theme=town.hole, agency=town.roads)
    Verdict.objects.update(themes=[{"id": town.pipe.pk, "share": 0.5}, {"id": town.hole.pk, "share": 0.4}])
    opened("")
    offered = page.locator(f"{row(page, unsure)} [name=choice]")
    expect(offered).to_have_count(2)
    expect(offered.nth(1)).to_contain_text("Ямы на дорогах")
    expect(offered.nth(1)).to_contain_text("Дорожная служба")
    keyboard.digit(2)
    expect_chosen(page, another)
    expect(page.locator(row(page, unsure))).to_have_count(0)
    assert keyboard.count == 3
    assert decision(unsure) == (State.ASSIGNED, town.hole, town.roads)
    expect(page.locator(f"{row(page, another)} [name=choice]")).to_have_count(2)
    page.locator(f"{row(page, another)} [name=choice]").nth(1).click()  # and by a finger
    expect(page.locator(row(page, another))).to_have_count(0)
    assert decision(another) == (State.ASSIGNED, town.hole, town.roads)


def test_a_wrong_theme_is_mended_in_six_strokes(page: Page, town: Town, opened: Open, keyboard: Keyboard) -> None:
    card, other = town.card("Яма у дома", priority=3), town.card()
    Rule.objects.create(theme=town.hole, agency=town.roads)
    opened("")
    expect_chosen(page, card)
    keyboard.letter("t")
    keyboard.type("ямы")
    keyboard.enter()  # at once: the search has not even been asked yet
    expect(page.locator(row(page, card))).to_have_count(0)
    assert keyboard.count == 5
    expect_chosen(page, other)
    assert decision(card) == (State.ASSIGNED, town.hole, town.roads)
    keyboard.letter("a")
    expect(page.locator("#empty")).to_be_visible()
    assert state(other) == State.ASSIGNED
    Rule.objects.filter(theme=town.hole).delete()
    unruled = town.card("Яма у дома")
    opened("")
    expect_chosen(page, unruled)
    keyboard.letter("t")
    keyboard.type("ямы")
    keyboard.enter()
    field = page.locator("#picker-field")
    expect(field).to_have_attribute("placeholder", re.compile("Кому назначить"))
    expect(field).to_be_focused()
    assert state(unruled) == State.NEW
    keyboard.type("дор")
    keyboard.enter()
    expect(page.locator(row(page, unruled))).to_have_count(0)
    assert decision(unruled) == (State.ASSIGNED, town.hole, town.roads)
    searched = town.card("Яма у дома", priority=3)
    opened("")
    expect_chosen(page, searched)
    keyboard.letter("t")
    keyboard.type("ям")
    with book.turn():
        record(searched, "note", at=timezone.now(), actor="user:1")
    newer = town.card("Новое")
    expect(page.locator(row(page, newer))).to_have_count(1)
    expect(page.locator("#picker-field")).to_have_value("ям")
    expect(page.locator("#picker-field")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#picker-field")).to_have_count(0)
    expect(page.locator(row(page, searched))).to_be_focused()
    press(page, "KeyJ", "о")
    expect_chosen(page, newer)


@pytest.mark.whole
def test_what_comes_back_is_the_chosen_row_again(page: Page, town: Town, opened: Open, keyboard: Keyboard) -> None:
    cards = [town.card(f"Сообщение {number}") for number in range(3)]
    opened("")
    for card in cards:
        expect_chosen(page, card)
        keyboard.letter("a")
    expect(page.locator("#empty")).to_be_visible()
    expect(page.locator(".note-toast")).to_have_count(3)
    keyboard.letter("z")
    expect(page.locator("#rows > li")).to_have_count(1)
    expect(page.locator("#rows > li")).to_have_attribute("aria-current", "true")
    back = Incident.objects.get(state=State.NEW)
    expect_chosen(page, back)
    keyboard.letter("x")
    keyboard.digit(1)
    expect(page.locator("#empty")).to_be_visible()
    assert state(back) == State.NOISE
    first, second = town.card(priority=3), town.card()
    connection = Connection(page, "**/acceptance/")
    opened("")
    expect_chosen(page, first)
    connection.cut = True
    keyboard.letter("a")
    expect(page.locator(".note-toast.error")).to_contain_text("Нет связи")
    expect_chosen(page, first)
    assert (state(first), state(second)) == (State.NEW, State.NEW)
    connection.cut = False
    keyboard.letter("a")
    expect_chosen(page, second)
    expect(page.locator(row(page, first))).to_have_count(0)
    card = town.card("С праздником!")
    Incident.objects.filter(pk=card.pk).update(state=State.NOISE, noise_reason="chatter")
    opened("tab=noise")
    expect(page.locator(row(page, card))).to_contain_text("Поздравление или болтовня")
    keyboard.letter("a")
    expect(page.locator(row(page, card))).to_have_count(0)
    assert state(card) == State.NEW


@pytest.mark.whole
def test_a_card_is_taken_and_colleagues_pass_it(page: Page, town: Town, opened: Open, keyboard: Keyboard) -> None:
    card, other = town.card(priority=3), town.card()
    opened("")
    expect_chosen(page, card)
    keyboard.letter("g")
    expect(page.locator(row(page, card))).to_contain_text("у вас")
    expect_chosen(page, card)
    keyboard.letter("s")
    expect(page.locator(row(page, other))).to_contain_text("у вас")
    expect_chosen(page, other)
    keyboard.letter("g")
    expect(page.locator(row(page, other))).not_to_contain_text("у вас")
    other.refresh_from_db()
    assert other.taken_by is None

    take_up(other, town.stranger, timezone.now())
    expect(page.locator(row(page, other))).to_contain_text("Чужой М. П. взяла")
    keyboard.letter("a")
    expect(page.locator(".note-toast.error")).to_contain_text("Забрать карточку себе?")
    assert state(other) == State.NEW
    keyboard.letter("g")
    expect(page.locator(row(page, other))).to_contain_text("у вас")
    keyboard.letter("a")
    expect(page.locator(row(page, other))).to_have_count(0)
    assert state(other) == State.ASSIGNED
    Incident.objects.filter(pk=card.pk).update(state=State.ASSIGNED)
    theirs, first, also, second = (town.card(f"Карточка {number}", priority=3) for number in range(4))
    for one in (theirs, also):
        take_up(one, town.stranger, timezone.now())
    opened("")
    expect_chosen(page, first)
    keyboard.letter("a")
    expect_chosen(page, second)
    keyboard.letter("a")
    for one in (first, second):
        expect(page.locator(row(page, one))).to_have_count(0)
    assert [state(one) for one in (theirs, also, first, second)] == [State.NEW] * 2 + [State.ASSIGNED] * 2
    keyboard.letter("k")
    expect_chosen(page, theirs)  # by hand one comes to them all the same


@pytest.mark.whole
def test_an_urgent_card_is_counted_and_rings_once(page: Page, town: Town, opened: Open, keyboard: Keyboard) -> None:
    town.card("Пожар", priority=5)
    opened("")
    expect(page).to_have_title(re.compile(r"^\(1\) Новые"))
    page.evaluate("""() => { window.rung = [];
        document.getElementById("rows").addEventListener("rang", (event) => window.rung.push(event.detail.id)); }""")
    quiet = town.card("Ещё пожар", priority=4)
    expect(page.locator(row(page, quiet))).to_have_count(1)
    expect(page).to_have_title(re.compile(r"^\(2\) Новые"))
    sound = page.get_by_role("button", name="Звук")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.rung") == []  # off until switched on, and never for what was there before
    town.card("Просто", priority=2)
    loud = town.card("И ещё пожар", priority=5)
    expect(page.locator(row(page, loud))).to_have_count(1)
    page.wait_for_function("() => window.rung.length === 1")
    with book.turn():
        record(loud, "note", at=timezone.now(), actor="user:1")
    last = town.card("Тихое")
    expect(page.locator(row(page, last))).to_have_count(1)
    assert page.evaluate("window.rung") == [loud.pk]
    page.reload()
    expect(page.get_by_role("button", name="Звук")).to_have_attribute("aria-pressed", "true")


@pytest.mark.whole
def test_a_selection_is_kept_and_its_counter_lives(page: Page, town: Town, opened: Open) -> None:
    town.card("Яма", theme=town.hole, agency=town.roads)
    opened(f"group={town.hole.group_id}")
    page.get_by_text("Подборки", exact=True).click()
    page.get_by_label("Сохранить эти условия как").fill("Ямы <b>")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    chip = page.locator(".picks a")
    expect(chip).to_have_text("Ямы <b> 1")
    expect(chip).to_have_attribute("aria-current", "page")
    town.card("Ещё яма", theme=town.hole, agency=town.roads)
    expect(chip).to_have_text("Ямы <b> 2")


def test_a_very_long_word_is_no_wider_than_a_phone(page: Page, town: Town, opened: Open) -> None:
    town.card("Очень длинное слово " + "а" * 400)
    Verdict.objects.update(themes=[{"id": town.pipe.pk, "share": 0.5}, {"id": town.hole.pk, "share": 0.4}])
    page.set_viewport_size({"width": 390, "height": 844})
    opened("")
    expect(page.locator("[name=choice]")).to_have_count(2)
    boxes = [button.bounding_box() for button in page.locator(".acts .btn").all()]
    assert all(box is not None and box["height"] >= 40 for box in boxes)
    page.get_by_role("button", name="другая тема").click()
    expect(page.locator("#picker-field")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.whole
def test_training_is_done_by_the_keys_of_the_work(page: Page, town: Town, show: Show, keyboard: Keyboard) -> None:
    Rule.objects.create(theme=town.pipe, agency=town.water)
    show(page, town.operator, "/practice/")
    page.get_by_role("button", name="Начать").click()
    page.wait_for_url(re.compile("/practice/[0-9]+/"))  # loaded whole: its keys are heard
    keyboard.letter("t")
    keyboard.type("хол")
    expect(page.locator("#options-theme [aria-selected=true]")).to_contain_text(town.pipe.name)
    keyboard.enter()
    expect(page.locator("[data-whose]")).to_contain_text(town.water.short_name)
    keyboard.letter("a")
    expect(page.get_by_role("link", name="Следующее")).to_be_focused()
    keyboard.enter()
    expect(page.get_by_role("heading", name="Сообщение 2 из 30")).to_be_visible()
    page.wait_for_load_state()
    keyboard.letter("x")
    keyboard.digit(3)
    expect(page.get_by_role("link", name="Следующее")).to_be_focused()
    first, second = Practice.objects.get().decided.values()
    assert (first["theme"], second["noise"], keyboard.count) == (town.pipe.code, "chatter", 9)
