"""What stands behind many cards, and what was promised, in a real Chromium: problems, promises, those who wait, cards
that a head watches, and reports."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.answers.models import Answer
from otklik.desk.tests.promise_data import broken
from otklik.incidents import problems
from otklik.incidents.models import Incident, Problem, Watch
from otklik.journal import book
from otklik.lib import clock
from otklik.people.models import User
from otklik.registers.keep import recount
from tests.make.town import Town, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


@pytest.fixture
def head(town: Town) -> User:
    return town.head


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ru-RU", has_touch=True)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    context.close()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_proposed_problem_is_confirmed_and_what_is_another_matter_taken_out(
    page: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    cards = [town.assigned() for _number in range(4)]
    with book.turn():
        sure = {card.pk: problems.Sure(80, ("street", "theme")) for card in cards}
        problems.propose(problems.About("Нет воды на Мира", theme_id=town.pipe.pk), sure, clock.now())
    sign_in(page, town.operator)
    page.goto(f"{live_server.url}/problems/")
    page.get_by_role("button", name="Подтвердить").click()
    expect(page.get_by_role("button", name="Подтвердить")).to_have_count(0)
    page.get_by_role("link", name="Нет воды на Мира").click()
    expect(page.locator(".pr-list > li")).to_have_count(4)
    for card in cards[:2]:
        page.get_by_label(f"Отметить № {card.number}").check()
    page.get_by_label("Отмеченные – другая проблема. Её название").fill("Слабый напор на Мира")
    page.get_by_role("button", name="Выделить отмеченные").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Слабый напор на Мира")
    expect(page.locator(".pr-list > li")).to_have_count(2)
    first, second = Problem.objects.order_by("number")
    assert (problems.cards_in(first).count(), problems.cards_in(second).count()) == (2, 2)
    assert {state for (state,) in Problem.objects.values_list("state")} == {Problem.State.OPEN}


def test_a_broken_promise_gets_a_new_day_with_a_reason_and_an_answer_begins(
    phone: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    promise = broken(town)
    sign_in(phone, town.executor)
    phone.goto(f"{live_server.url}/promises/?tab=overdue")
    assert fits(phone)
    phone.get_by_role("link", name="Новый срок").tap()
    day = timezone.localdate() + timedelta(days=2)
    phone.get_by_label("К какому дню сделаем").fill(day.isoformat())
    phone.get_by_label("Почему не успели").fill("Трубу привезли не того диаметра")
    phone.get_by_role("button", name="Начать ответ").tap()
    phone.wait_for_url(f"**/incidents/{promise.incident_id}/**")
    expect(phone.locator("#answer-form textarea[name=text]")).to_have_value(
        re.compile("Трубу привезли не того диаметра")
    )
    begun = Answer.objects.get(incident=promise.incident_id, state=Answer.State.DRAFT)
    assert (begun.kind, begun.promised_on) == (Answer.Kind.INTERIM, day)
    promise.refresh_from_db()
    assert promise.fate == "", "the author has not been told yet"


def test_a_head_takes_a_card_under_control_and_lets_it_go(
    page: Page, town: Town, head: User, live_server: LiveServer, sign_in: SignIn
) -> None:
    card = town.assigned()
    sign_in(page, head)
    page.goto(f"{live_server.url}/incidents/{card.pk}/")
    page.get_by_text("Взять на контроль").first.click()
    page.get_by_label("Что сделать").fill("Дайте воду до вечера и доложите")
    page.get_by_label("До какого дня").fill((timezone.localdate() + timedelta(days=1)).isoformat())
    page.get_by_role("combobox", name="Кто отвечает").select_option(str(town.executor.pk))
    page.get_by_role("button", name="Взять на контроль").click()
    expect(page.locator("#r-head")).to_contain_text("Дайте воду до вечера и доложите")
    page.goto(f"{live_server.url}/watched/")
    expect(page.locator(".un-list > li")).to_contain_text(["Дайте воду до вечера и доложите"])
    page.get_by_role("link", name=f"№ {card.number}").click()
    page.get_by_text("На контроле: изменить или снять").click()
    page.get_by_role("button", name="Снять с контроля").click()
    expect(page.get_by_text("Взять на контроль").first).to_be_visible()
    assert Watch.objects.get().ended_at is not None
    assert Incident.objects.get(pk=card.pk).watched_since is None


def test_who_waits_without_a_word_is_found_and_opened(
    phone: Page, town: Town, head: User, live_server: LiveServer, sign_in: SignIn
) -> None:
    waiting, answered = town.assigned(), town.published()
    with book.turn():
        recount([waiting.pk, answered.pk])
    sign_in(phone, head)
    phone.goto(f"{live_server.url}/unheard/")
    expect(phone.locator("h1 .list-count")).to_have_text("1")
    assert fits(phone)
    phone.get_by_role("link", name="Открыть карточку").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(str(waiting.number))


def test_a_report_of_a_month_is_taken_home_as_a_workbook(
    page: Page, town: Town, head: User, live_server: LiveServer, sign_in: SignIn
) -> None:
    for _number in range(3):
        town.assigned()
    sign_in(page, head)
    page.goto(f"{live_server.url}/reports/")
    form = page.get_by_role("form", name="Сделать сейчас")
    form.get_by_label("Какой отчёт").select_option("monthly")
    form.get_by_label("За какой период").fill(timezone.localdate().isoformat())
    form.get_by_label("Формат").select_option("xlsx")
    with page.expect_download() as told:
        form.get_by_role("button", name="Скачать отчёт").click()
    with told.value.path().open("rb") as file:
        book_of_it = load_workbook(io.BytesIO(file.read()))
    words = {str(cell.value) for row in book_of_it["Главное"].iter_rows() for cell in row if cell.value is not None}
    assert "Пришло" in words
    assert "3" in words
