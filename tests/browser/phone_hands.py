"""What the tests on a phone have in common: a town whose pictures go nowhere else, and the phone itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from tests.make.town import Town, make_town


@pytest.fixture
def town(transactional_db: None, settings: Settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    return make_town()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """It says yes to every question; an error on its page fails the test."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2, locale="ru-RU"
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()
    assert errors == []
