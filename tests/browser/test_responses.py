"""The author says on his phone whether it helped, without scripts; whoever answers for it goes through the words by
keyboard."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.feedback import survey as own
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.feedback.opinion import Opinion
from otklik.incidents.models import Incident
from tests.browser.editor import Show
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_taps_on_a_phone_without_scripts(phone_without_scripts: Page, live_server: LiveServer, town: Town) -> None:
    survey, page = Survey.objects.get(incident=town.published()), phone_without_scripts
    Survey.objects.filter(pk=survey.pk).update(open_key="open-to-everybody-1")
    for key, kind, cookies in ((survey.key, Rating, []), ("open-to-everybody-1", Unconfirmed, ["voice"])):
        page.goto(f"{live_server.url}/s/{key}/")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.locator("[name=solved][value=partly]").tap()
        page.locator("[name=reason]").fill("Вода есть, но ржавая")
        page.get_by_role("button", name="Отправить").tap()
        expect(page.get_by_role("heading", name="Спасибо, ваш ответ записан")).to_be_visible()
        assert page.url == f"{live_server.url}/s/{key}/"
        assert [cookie["name"] for cookie in page.context.cookies()] == cookies
        assert kind.objects.values_list("mark", "solved", "reason").get() == (None, "partly", "Вода есть, но ржавая")


@pytest.mark.whole
def test_the_words_are_gone_through_by_keyboard_and_one_comes_back_by_z(page: Page, town: Town, show: Show) -> None:
    words = []
    for _ in range(3):
        survey = Survey.objects.get(incident=town.published())
        words.append(own.answer(survey, Opinion(2, "no", "Опять темно"), timezone.now()))
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

    read = Rating.objects.get(incident=town.replied("Ничего не сделали!"))
    show(page, town.operator, "/responses/")
    row = page.locator(f"#w{read.pk}")
    row.focus()
    page.keyboard.press("KeyC")
    expect(row.locator("[name=solved]")).to_have_value("no")
    page.keyboard.press("Control+Enter")
    expect(row.get_by_text("Принять к сведению").first).to_be_visible()
    assert Rating.objects.get(pk=read.pk).confirmed_by == town.operator

    page.locator(f"#w{middle.pk}").focus()
    page.keyboard.press("KeyC")
    page.keyboard.type("Ремонт по плану в мае")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#w{middle.pk}")).to_have_count(0)
    assert Rating.objects.get(pk=middle.pk).dealt_how == "noted"

    page.locator(f"#w{oldest.pk}").focus()
    page.keyboard.press("KeyE")
    page.wait_for_url(f"**/incidents/{oldest.incident_id}/#r-answer")
    expect(page.locator("#answer-form textarea[name=text]")).to_be_focused()
