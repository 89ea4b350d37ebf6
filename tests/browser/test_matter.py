import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.finding.tests.finding_data import take_in
from otklik.incidents.models import CloseReason, Incident, IncidentMessage, State
from tests.browser.editor import Show
from tests.browser.queue_page import decision
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 120


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


def test_one_message_becomes_two_cards_or_one_again_by_one_key(page: Page, town: Town, show: Show) -> None:
    town.roads.rules.create(theme=town.hole)
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
    assert decision(first) == (State.ASSIGNED, town.pipe, town.water)
    assert decision(second) == (State.ASSIGNED, town.hole, town.roads)
    messages = IncidentMessage.objects.filter(main=True)
    assert messages.get(incident=first).message_id == messages.get(incident=second).message_id
    whole = town.card("Третий день нет воды, и дорога вся в ямах")
    show(page, town.operator, whole.pk)
    unfold(page)
    page.get_by_role("button", name="Разделить на две").click()
    expect(page.locator("#r-matter")).to_contain_text("В том же сообщении другой вопрос.")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("z")
    expect(page.locator("#r-matter")).to_contain_text("Повтор: жители с неё получат ответ отсюда.")
    part = Incident.objects.latest("pk")
    assert (part.state, part.close_reason, part.answered_with) == (State.DONE, CloseReason.GATHERED, whole)


@pytest.mark.whole
def test_a_repeat_is_gathered_and_split_again(page: Page, town: Town, show: Show, live_server: LiveServer) -> None:
    older, younger = town.assigned("Нет воды на Мира, 5"), town.assigned("На Мира, 7 тоже сухо, и яма у дома")
    take_in()
    show(page, town.operator, older.pk)
    unfold(page)
    page.get_by_role("button", name=f"Повтор № {younger.number}").click()
    expect(page.locator("#r-matter")).to_contain_text("Жители на карточке")
    page.goto(f"{live_server.url}/incidents/{older.pk}/rearrangement/")
    page.get_by_label("В каком сообщении второй вопрос").select_option(label="На Мира, 7 тоже сухо, и яма у дома")
    page.get_by_role("button", name="Разделить на две").click()
    page.wait_for_url(f"**/incidents/{older.pk}/")
    split_off = Incident.objects.latest("pk")
    assert split_off.pk not in (older.pk, younger.pk)
    assert split_off.messages.get().text == "На Мира, 7 тоже сухо, и яма у дома"
    first, repeat = town.assigned("Нет света на Мира, 5"), town.assigned("На Мира, 7 тоже нет света")
    show(page, town.operator, repeat.pk)
    unfold(page)
    tab_to(page, page.get_by_label("Номер карточки"))
    page.keyboard.type("999999")
    page.keyboard.press("Enter")
    expect(page.locator("#r-rearrange")).to_contain_text("Карточки с таким номером нет среди тех, что вы видите.")
    page.get_by_label("Номер карточки").fill(f"№ {first.number}")
    page.keyboard.press("Enter")
    expect(page.locator("#r-matter")).to_contain_text("Эта карточка повторяет её.")
    repeat.refresh_from_db()
    assert (repeat.state, repeat.close_reason, repeat.answered_with) == (State.DONE, CloseReason.GATHERED, first)
    tab_to(page, page.locator("#r-matter").get_by_role("link", name=f"№ {first.number}", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{first.pk}/")
    expect(page.locator(".matter-count")).to_have_text("Жителей, которые получат ответ: 2")
