"""The author says on his phone whether it helped, without scripts; whoever answers for it goes through the words by
keyboard."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.feedback import survey as own
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.feedback.said import Said
from otklik.incidents.models import Incident
from tests.make.town import Town, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """As narrow as phones get, and without scripts."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, java_script_enabled=False, locale="ru-RU", has_touch=True
    )
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()


@pytest.mark.parametrize("open_link", [False, True])
def test_two_taps_on_a_narrow_phone_without_scripts_and_nothing_is_wider_than_it(
    phone: Page, live_server: LiveServer, town: Town, open_link: bool
) -> None:
    survey = Survey.objects.get(incident=town.published())
    Survey.objects.filter(pk=survey.pk).update(open_key="open-to-everybody-1")
    link = f"{live_server.url}/s/{'open-to-everybody-1' if open_link else survey.key}/"
    page = phone
    page.goto(link)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("[name=solved][value=partly]").tap()
    page.locator("[name=reason]").fill("Вода есть, но ржавая")
    page.get_by_role("button", name="Отправить").tap()
    expect(page.get_by_role("heading", name="Спасибо, ваш ответ записан")).to_be_visible()
    assert page.url == link
    assert [cookie["name"] for cookie in phone.context.cookies()] == (["voice"] if open_link else [])
    kept = Unconfirmed.objects.get() if open_link else Rating.objects.get()
    assert (kept.mark, kept.solved, kept.reason) == (None, "partly", "Вода есть, но ржавая")


def test_the_words_are_gone_through_by_keyboard_and_one_comes_back_by_z(
    page: Page, live_server: LiveServer, sign_in: Callable[[Page, object], None], town: Town
) -> None:
    words = []
    for _ in range(3):
        survey = Survey.objects.get(incident=town.published())
        words.append(own.answer(survey, Said(2, "no", "Опять темно"), timezone.now()))
    oldest, middle, newest = words
    sign_in(page, town.operator)
    page.goto(f"{live_server.url}/responses/")
    page.keyboard.press("KeyJ")
    expect(page.locator(f"#w{newest.pk}")).to_be_focused()
    page.keyboard.press("KeyO")
    expect(page.locator(f"#w{newest.pk}")).to_have_count(0)
    assert Incident.objects.get(pk=newest.incident_id).state == "in_work"
    page.keyboard.press("KeyZ")
    expect(page.locator(f"#w{newest.pk}")).to_be_visible()
    assert Incident.objects.get(pk=newest.incident_id).state == "rating"

    page.locator(f"#w{middle.pk}").focus()
    page.keyboard.press("KeyN")
    page.keyboard.type("Ремонт по плану в мае")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#w{middle.pk}")).to_have_count(0)
    assert Rating.objects.get(pk=middle.pk).dealt_how == "noted"

    page.locator(f"#w{oldest.pk}").focus()
    page.keyboard.press("KeyE")
    page.wait_for_url(f"**/incidents/{oldest.incident_id}/#r-answer")
    expect(page.locator("#answer-form textarea[name=text]")).to_be_focused()
