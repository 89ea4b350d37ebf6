"""Splitting and gathering cards in a real browser: two matters in one message, one matter in two, by keys alone."""

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.desk.tests.test_find import take_in
from otklik.incidents.models import CloseReason, Incident, IncidentMessage, State
from tests.browser.editor import Show
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 120


@pytest.fixture
def town(town: Town) -> Town:
    """A rule names the agency of one theme."""
    town.roads.rules.create(theme=town.hole)
    return town


def tab_to(page: Page, wanted: Locator) -> None:
    """Somebody without a mouse: Tab until it has the focus."""
    for _ in range(MOST_TABS):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {wanted}")


def unfold(page: Page) -> None:
    expect(page.locator("#r-thread")).to_contain_text("Доброе утро, город!")
    tab_to(page, page.locator("#r-rearrange summary"))
    page.keyboard.press("Enter")
    expect(page.locator("#r-rearrange form").first).to_be_visible()


def choose_theme(page: Page, typed: str, agency: str) -> None:
    page.locator("#pick-theme").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(typed)
    expect(page.locator("#options-theme [data-pk]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#pick-agency")).to_have_value(agency)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#r-head")).to_contain_text("Назначен")


def test_one_message_becomes_two_cards_each_with_its_own_theme_and_agency(page: Page, town: Town, show: Show) -> None:
    first = town.card("Третий день нет воды, и дорога вся в ямах")
    show(page, town.operator, first.pk)
    unfold(page)
    tab_to(page, page.get_by_role("button", name="Разделить на две"))
    page.keyboard.press("Enter")
    expect(page.locator("#r-matter")).to_contain_text("В том же сообщении другой вопрос.")
    second = Incident.objects.exclude(pk=first.pk).get()
    assert (second.started_at, second.state) == (first.started_at, State.NEW)
    choose_theme(page, "холодной", "Водоканал")
    tab_to(page, page.get_by_role("link", name=f"№ {second.number}", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{second.pk}/")
    expect(page.locator("#r-matter")).to_contain_text(f"№ {first.number}")
    choose_theme(page, "ямы", "Дорожная служба")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.theme, first.agency) == (town.pipe, town.water)
    assert (second.theme, second.agency) == (town.hole, town.roads)
    messages = IncidentMessage.objects.filter(main=True)
    assert messages.get(incident=first).message_id == messages.get(incident=second).message_id


@pytest.mark.whole
def test_the_message_with_the_second_matter_is_chosen_where_a_card_has_many(
    page: Page, town: Town, show: Show, live_server: LiveServer
) -> None:
    older, younger = town.assigned("Нет воды на Мира, 5"), town.assigned("На Мира, 7 тоже сухо, и яма у дома")
    take_in()
    show(page, town.operator, older.pk)
    unfold(page)
    page.get_by_role("button", name=f"Повтор № {younger.number}").click()
    expect(page.locator("#r-matter")).to_contain_text("Авторы на карточке")
    page.goto(f"{live_server.url}/incidents/{older.pk}/rearrangement/")
    page.get_by_label("В каком сообщении второй вопрос").select_option(label="На Мира, 7 тоже сухо, и яма у дома")
    page.get_by_role("button", name="Разделить на две").click()
    page.wait_for_url(f"**/incidents/{older.pk}/")
    split_off = Incident.objects.latest("pk")
    assert split_off.pk not in (older.pk, younger.pk)
    assert split_off.messages.get().text == "На Мира, 7 тоже сухо, и яма у дома"


@pytest.mark.whole
def test_a_repeat_is_gathered_by_its_number_and_the_older_card_goes_on(page: Page, town: Town, show: Show) -> None:
    older, younger = town.assigned("Нет воды на Мира, 5"), town.assigned("На Мира, 7 тоже нет воды")
    show(page, town.operator, younger.pk)
    unfold(page)
    tab_to(page, page.get_by_label("Номер карточки"))
    page.keyboard.type("999999")
    page.keyboard.press("Enter")
    expect(page.locator("#r-rearrange")).to_contain_text("Карточки с таким номером нет среди тех, что вы видите.")
    page.get_by_label("Номер карточки").fill(f"№ {older.number}")
    page.keyboard.press("Enter")
    expect(page.locator("#r-matter")).to_contain_text("Эта карточка повторяет её.")
    younger.refresh_from_db()
    assert (younger.state, younger.close_reason, younger.answered_with) == (State.DONE, CloseReason.GATHERED, older)
    tab_to(page, page.locator("#r-matter").get_by_role("link", name=f"№ {older.number}", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{older.pk}/")
    expect(page.locator(".matter-count")).to_have_text("Авторов, которые получат ответ: 2")


def test_a_split_is_taken_back_by_one_key(page: Page, town: Town, show: Show) -> None:
    first = town.card("Третий день нет воды, и дорога вся в ямах")
    show(page, town.operator, first.pk)
    unfold(page)
    page.get_by_role("button", name="Разделить на две").click()
    expect(page.locator("#r-matter")).to_contain_text("В том же сообщении другой вопрос.")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("z")
    expect(page.locator("#r-matter")).to_contain_text("Повтор: её авторы получат ответ отсюда.")
    second = Incident.objects.exclude(pk=first.pk).get()
    assert (second.state, second.close_reason, second.answered_with) == (State.DONE, CloseReason.GATHERED, first)
