"""What tests of writing do in the browser: read the text and its copies, cut the line, wait for the server."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from otklik.people.models import User
from tests.make.town import Town, make_town

Enter = Callable[[Page, User], None]
Open = Callable[[Page, User, int], None]
COPIES = "() => Object.entries(localStorage).filter(([name]) => name.startsWith('otklik.draft.'))"


@pytest.fixture
def town(transactional_db: None, settings: Settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    return make_town()


@pytest.fixture
def show(live_server: LiveServer, sign_in: Enter) -> Open:
    def go(page: Page, user: User, pk: int) -> None:
        sign_in(page, user)
        page.goto(f"{live_server.url}/incidents/{pk}/")

    return go


def text_of(page: Page) -> str:
    return page.locator("textarea[name=text]").input_value()


def copies(page: Page) -> dict[str, dict[str, str]]:
    return {name: json.loads(kept) for name, kept in page.evaluate(COPIES)}


def block_saving(page: Page) -> list[str]:
    """The line to the server is dead for drafts alone, so that the page itself can be opened."""
    tried: list[str] = []

    def drop(route: Route) -> None:
        tried.append(route.request.url)
        route.abort()

    page.context.route("**/draft/", drop)
    return tried


def wait_for_server(page: Page, text: str) -> None:
    page.wait_for_function("(text) => document.querySelector('textarea[name=text]').defaultValue === text", arg=text)
