"""The pages of figures in a real Chromium, as a head, an administrator and anybody at all go through them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.alerts.models import Surge
from otklik.desk.tests.public_data import busy
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.models import User
from otklik.places.models import Place
from otklik.reports.models import Formula, PublicFigures
from tests.make.town import Town, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]


@pytest.fixture
def town(transactional_db: None) -> Town:
    """Two cards of today in the city and one in a village, a surge, and months behind them."""
    town = make_town()
    busy(town)
    Incident.objects.filter(created_at__gt=clock.now() - timedelta(days=1)).delete()
    village = Place.objects.get(code="near")
    for place in (town.city, town.city, village):
        Incident.objects.filter(pk=town.assigned().pk).update(place=place)
    now = clock.now()
    told = {"since": now - timedelta(hours=5), "raised_at": now, "last_at": now, "people": 6, "minutes": 30}
    Surge.objects.create(theme=town.pipe, place=town.city, usual=0.3, **told)
    return town


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """Somebody's telephone in the dark, without scripts."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, color_scheme="dark", has_touch=True
    )
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    context.close()


def tile(page: Page, title: str) -> Locator:
    return page.locator("a.si-tile").filter(has=page.get_by_role("heading", name=title, exact=True))


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_head_goes_from_the_situation_to_the_cards_behind_it_and_to_one_place(
    page: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(page, town.auditor)
    page.goto(f"{live_server.url}/situation/")
    came = tile(page, "Пришло")
    expect(came.locator(".st-value")).to_have_text("3")
    came.click()
    expect(page.locator("h1 .list-count")).to_have_text("3")
    expect(page.locator(".found-list > li")).to_have_count(3)
    page.go_back()
    page.get_by_role("navigation", name="За какое время").get_by_role("link", name="30 дней").click()
    expect(page.get_by_role("link", name="30 дней")).to_have_attribute("aria-current", "true")
    page.locator(".si-towns").get_by_role("link", name="Ближнее", exact=True).click()
    expect(page).to_have_url(re.compile(r"period=30d.*municipality=\d+"))
    expect(tile(page, "Сейчас в работе").locator(".st-value")).to_have_text("1")
    page.get_by_role("link", name="Весь регион").click()
    page.get_by_role("link", name="Нет холодной воды, Город Ёлкино").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Нет холодной воды, Город Ёлкино")
    expect(page.locator(".su-words li").first).to_contain_text("Третий день нет воды")


def test_the_situation_is_gone_through_by_keys_in_the_order_in_which_it_stands(
    page: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(page, town.auditor)
    page.goto(f"{live_server.url}/situation/")
    page.get_by_role("navigation", name="За какое время").get_by_role("link").last.focus()
    met = []
    for _step in range(4):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.innerText.split('\\n')[0]"))
    assert met == ["Нет холодной воды, Город Ёлкино", "Пришло", "Не ответили за сутки", "Сейчас в работе"]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Сейчас в работе")


def test_measures_are_narrowed_broken_down_and_say_what_is_wrong_with_a_period(
    page: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(page, town.auditor)
    page.goto(f"{live_server.url}/metrics/?period=7m")
    page.get_by_label("Группа тем").select_option(label="Дороги")
    expect(page).to_have_url(re.compile(r"group=\d+"))
    page.get_by_role("navigation", name="Разбить").get_by_role("link", name="по муниципалитетам").click()
    expect(page.locator('[aria-labelledby="me-rows"] tbody tr')).to_have_count(1)
    expect(page.locator('[aria-labelledby="me-rows"] tbody td').first).to_have_text("12")
    page.get_by_text("Свои даты").click()
    page.locator("[name=since]").last.fill("2026-03-02")
    page.locator("[name=until]").last.fill("2026-03-01")
    page.locator(".st-own").get_by_role("button", name="Показать").click()
    expect(page.locator(".st-trouble")).to_contain_text("Конец периода раньше его начала")
    expect(page.get_by_label("Группа тем")).to_have_value(re.compile(r"\d+"))
    page.get_by_role("link", name="7 месяцев").click()
    page.get_by_role("link", name="Сбросить").click()
    expect(page.locator('[aria-labelledby="me-rows"] tbody tr')).to_have_count(3)


def test_an_administrator_changes_the_formula_without_a_mouse(
    page: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(page, town.admin)
    page.goto(f"{live_server.url}/rating/?period=7m")
    expect(page.locator('[aria-labelledby="me-agencies"] tbody tr td').first).to_have_text("1")
    page.get_by_text("Изменить формулу").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("spinbutton", name="ответили за сутки")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.locator('[aria-labelledby="me-formula"]')).to_contain_text("77 ответили за сутки")
    expect(page.locator('[aria-labelledby="me-formula"]')).to_contain_text("Админов")
    assert Formula.objects.get().weights["within_day"] == 77


def test_no_page_of_figures_is_wider_than_a_telephone(
    page: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(page, town.auditor)
    page.set_viewport_size({"width": 390, "height": 844})
    surge = Surge.objects.get().pk
    for address in ("situation/?period=30d", "metrics/?period=7m&by=theme", "rating/?period=7m", f"surges/{surge}/"):
        page.goto(f"{live_server.url}/{address}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert fits(page), address


def test_an_administrator_opens_the_figures_and_anybody_reads_them_on_a_telephone(
    page: Page, phone: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    PublicFigures.objects.all().delete()
    address = f"{live_server.url}/public/"
    phone.goto(address)
    expect(phone.get_by_role("heading", name="Такой страницы нет")).to_be_visible()
    sign_in(page, town.admin)
    page.goto(f"{live_server.url}/admin/public/")
    page.get_by_label("Открыть страницу всем").check()
    page.get_by_label("Условия использования").fill("CC BY 4.0")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("link", name=address)).to_be_visible()
    phone.goto(address)
    expect(phone.locator(".pu-tiles li").first).to_contain_text("58")
    assert fits(phone)
    row = phone.get_by_role("row").filter(has_text="Город Ёлкино")
    expect(row).to_contain_text("Сообщений")
    expect(row.get_by_role("cell").first).to_contain_text("42")
    expect(row).to_contain_text("скрыто")
    expect(phone.locator("[aria-labelledby=pu-towns] > p")).to_contain_text("Ближнее, Дальнее")
    with phone.expect_download() as saved:
        phone.get_by_role("link", name="Скачать CSV").click()
    assert "gorod,Город Ёлкино,42" in saved.value.path().read_text(encoding="utf-8")
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_role("heading", name="By municipality")).to_be_visible()
    assert phone.context.cookies() == []
