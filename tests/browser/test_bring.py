"""A card by hand, as an operator opens one: the page goes to the card as soon as the worker has made it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from otklik.flow.loop import drain
from otklik.flow.steps import Lane
from otklik.people.models import User
from tests.make.town import make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_link_and_a_text_become_a_card_on_the_screen(
    live_server: LiveServer, page: Page, sign_in: Callable[[Page, User], None]
) -> None:
    town = make_town()
    sign_in(page, town.operator)
    page.goto(f"{live_server.url}/incidents/addition/")
    page.get_by_label("Ссылка на сообщение").fill("forum.example.ru/thread/7")
    page.get_by_label("Что написал человек").fill("Во дворе на Садовой, 5 не горит фонарь")
    page.get_by_role("button", name="Завести карточку").click()
    expect(page.get_by_role("heading", name="Карточка заводится")).to_be_visible()
    drain(lanes=frozenset({Lane.THINK}))
    expect(page).to_have_url(re.compile(r"/incidents/\d+/$"))
    expect(page.get_by_text("не горит фонарь").first).to_be_visible()
