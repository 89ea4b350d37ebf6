"""A question to somebody outside, from the card to the reply: his browser runs no scripts and is that of a phone."""

from collections.abc import Callable

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.desk.tests.outside_data import SAID
from otklik.lib.tests.test_pictures import picture
from otklik.routing.models import Inquiry
from tests.make.town import Town, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


def test_a_link_goes_out_once_and_the_reply_comes_to_the_card(
    page: Page, browser: Browser, live_server: LiveServer, sign_in: Callable[[Page, object], None], town: Town
) -> None:
    card = town.assigned(SAID)
    sign_in(page, town.executor)
    with override_settings(ADDRESS=live_server.url):
        page.goto(f"{live_server.url}/incidents/{card.pk}/")
        page.get_by_text("Спросить внешнего исполнителя").click()
        page.get_by_label("Кого спрашиваете").fill("Светосервис")
        page.get_by_label("Что нужно узнать или сделать").fill("Когда дадите воду?")
        page.get_by_role("button", name="Сделать ссылку").click()
        link = page.locator(".outside-link").text_content() or ""
    assert link.startswith(f"{live_server.url}/o/")
    expect(page.locator("#r-outside").get_by_text("ждём до")).to_be_visible()

    outsider = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="ru-RU")
    theirs = outsider.new_page()
    theirs.goto(link)
    expect(theirs.get_by_text("Когда дадите воду?")).to_be_visible()
    body = theirs.text_content("body") or ""
    assert "123-45-67" not in body
    assert "Жилина" not in body
    theirs.locator("[name=text]").fill("Дадим к обеду")
    shot: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG")}
    theirs.locator("[name=photos]").set_input_files(files=[shot])
    theirs.get_by_role("button", name="Отправить").click()
    expect(theirs.get_by_role("heading", name="Спасибо, ответ отправлен")).to_be_visible()
    assert outsider.cookies() == []
    outsider.close()
    assert Inquiry.objects.get().photos.count() == 1

    page.reload()
    expect(page.locator("#r-outside").get_by_text("Дадим к обеду")).to_be_visible()
    assert page.locator(".outside-link").count() == 0
