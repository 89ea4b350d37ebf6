"""A page of a real Chromium for tests marked `browser`; skipped with a plain reason where there is none.

`page` is a fresh page at 1280×800 in Russian; `sign_in(page, user)` puts the user's session into it, his first-day
tour over. What a page writes to its console as an error fails the test: that is how a breach of the content policy
shows itself.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as project
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from otklik.desk.tour import mark_seen
from otklik.people.models import User
from tests.browser.editor import Show
from tests.browser.queue_page import Keyboard, Open
from tests.chromium import find_chromium
from tests.make.town import Town, make_town

CHROMIUM = find_chromium()
VENDOR = Path(__file__).resolve().parents[2] / "otklik" / "desk" / "static" / "vendor" / "tabler.min.css"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SWITCHES += ["--renderer-process-limit=1"]  # pages of one window share one, which is warm
SWITCHES += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
# Milliseconds to wait for what a page shows: a machine with other work is slow, and waiting costs nothing otherwise.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
# A stopped answer is what these tests provoke on purpose; the browser reports it by itself.
EXPECTED = ("Failed to load resource", "net::ERR")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: install it, or name it in OTKLIK_CHROMIUM")
    if not VENDOR.exists():
        pytest.skip("the browser assets are not here yet: npm ci, then python -m otklik.site.assets")
    # Playwright's loop runs in this thread, and Django then refuses the database; nothing here is asynchronous.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    if before is not None:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session", autouse=True)
def _answers_in_one_piece() -> None:
    """A head and a body sent one by one wait 40 ms for each other on a connection that is kept: Nagle's algorithm."""
    WSGIRequestHandler.disable_nagle_algorithm = True


def wait_for_the_last_answer(server: LiveServer, seconds: float = 30) -> None:
    """A page that closes still saves its draft, and the tables are emptied next: PostgreSQL ends that in a deadlock.

    The server takes connections in turn: once this question is answered, each earlier one has a thread to wait for.
    """
    httpx.get(f"{server.url}/static/desk/favicon.svg", headers={"Connection": "close"})
    deadline = time.monotonic() + seconds
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "a request did not end"
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def _every_answer_ends(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set up before every page and right after the tables: every page is closed by then, and no table empty yet."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    server = request.getfixturevalue("live_server")
    yield
    wait_for_the_last_answer(server)


@contextmanager
def window(browser: Browser, width: int, height: int, **more: Any) -> Iterator[Page]:
    """An error on its page fails the test."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="ru-RU", **more)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            complaints.append(message.text)

    def look(response: Response) -> None:
        if response.status >= 400 and "/static/" in response.url:
            complaints.append(f"{response.status} {response.url}")

    with window(browser, 1280, 800) as opened:
        opened.on("console", hear)
        opened.on("response", look)
        yield opened
    assert complaints == []


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[[Page, User], None]:
    def enter(page: Page, user: User) -> None:
        mark_seen(user)
        client = Client()
        client.force_login(user)
        session = client.cookies[project.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": project.SESSION_COOKIE_NAME, "value": session, "url": live_server.url, "httpOnly": True}]
        )

    return enter


@pytest.fixture
def show(live_server: LiveServer, sign_in: Callable[[Page, User], None]) -> Show:
    """Opens an address, or the card of this number, as this user."""

    def go(page: Page, user: User, where: int | str) -> None:
        sign_in(page, user)
        page.goto(f"{live_server.url}{where}" if isinstance(where, str) else f"{live_server.url}/incidents/{where}/")

    return go


@pytest.fixture
def town(transactional_db: None, settings: Settings, tmp_path: Path) -> Town:
    """A town with its people; pictures go nowhere else, and an answer can be held back for ten minutes."""
    settings.MEDIA_ROOT = tmp_path
    settings.UNDO_HOLD = 600
    return make_town()


@pytest.fixture
def opened(page: Page, town: Town, show: Show) -> Open:
    """The queue, as the town's operator."""

    def go(query: str = "") -> Town:
        show(page, town.operator, f"/queue/?{query}")
        return town

    return go


@pytest.fixture
def keyboard(page: Page) -> Keyboard:
    return Keyboard(page)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """Another person's. It says yes to every question."""
    with window(browser, 390, 844, has_touch=True, is_mobile=True, device_scale_factor=2) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        yield page


@pytest.fixture
def phone_without_scripts(browser: Browser) -> Iterator[Page]:
    """As narrow as phones get."""
    with window(browser, 320, 640, java_script_enabled=False, has_touch=True) as page:
        yield page


@pytest.fixture
def second(browser: Browser) -> Iterator[Page]:
    """The window of a second person."""
    with window(browser, 390, 844) as page:
        yield page
