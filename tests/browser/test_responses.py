"""The author says on his phone whether it helped, without scripts; whoever answers for it goes through the words by
keyboard."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.feedback import survey as own
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.feedback.said import Said
from otklik.incidents.models import Incident
from tests.browser.editor import Show
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("open_link", [False, True])
def test_two_taps_on_a_narrow_phone_without_scripts_and_nothing_is_wider_than_it(
    phone_without_scripts: Page, live_server: LiveServer, town: Town, open_link: bool
) -> None:
    survey = Survey.objects.get(incident=town.published())
    Survey.objects.filter(pk=survey.pk).update(open_key="open-to-everybody-1")
    link = f"{live_server.url}/s/{'open-to-everybody-1' if open_link else survey.key}/"
    page = phone_without_scripts
    page.goto(link)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("[name=solved][value=partly]").tap()
    page.locator("[name=reason]").fill("Вода есть, но ржавая")
    page.get_by_role("button", name="Отправить").tap()
    expect(page.get_by_role("heading", name="Спасибо, ваш ответ записан")).to_be_visible()
    assert page.url == link
    assert [cookie["name"] for cookie in page.context.cookies()] == (["voice"] if open_link else [])
    kept = Unconfirmed.objects.get() if open_link else Rating.objects.get()
    assert (kept.mark, kept.solved, kept.reason) == (None, "partly", "Вода есть, но ржавая")


@pytest.mark.whole
def test_the_words_are_gone_through_by_keyboard_and_one_comes_back_by_z(page: Page, town: Town, show: Show) -> None:
    words = []
    for _ in range(3):
        survey = Survey.objects.get(incident=town.published())
        words.append(own.answer(survey, Said(2, "no", "Опять темно"), timezone.now()))
    oldest, middle, newest = words
    show(page, town.operator, "/responses/")
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
