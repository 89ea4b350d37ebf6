"""What the tests of the queue in a browser have in common: the opened page, and hands that press keys."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from otklik.desk.tour.seen import mark_seen
from otklik.incidents.models import Incident, State
from otklik.people.models import User
from tests.make.town import Town, make_town

Open = Callable[[str], Town]


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


@pytest.fixture
def opened(page: Page, live_server: LiveServer, town: Town, sign_in: Callable[[Page, User], None]) -> Open:
    def go(query: str = "") -> Town:
        mark_seen(town.operator)
        sign_in(page, town.operator)
        page.goto(f"{live_server.url}/queue/?{query}")
        return town

    return go


def press(page: Page, code: str, key: str) -> None:
    """A key by its place on the keyboard, with the letter of the Russian layout."""
    page.evaluate(
        """([code, key]) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { code, key, bubbles: true, cancelable: true }))""",
        [code, key],
    )


class Line:
    """The way to one address of the server, which a test cuts and mends.

    It is taken before the page is opened: on a page that stands, Chromium lets a request by that follows at once upon
    a new route.
    """

    def __init__(self, page: Page, address: str) -> None:
        self.cut = False
        page.route(address, self._meet)

    def _meet(self, route: Route) -> None:
        if self.cut:
            route.abort()
        else:
            route.continue_()


class Keys:
    """Real strokes as a Russian keyboard sends them, counted: the letter is Cyrillic, the place is the key's own."""

    RUSSIAN = dict(zip("qwertyuiop[]asdfghjkl;'zxcvbnm,.", "йцукенгшщзхъфывапролджэячсмитьбю", strict=True))

    def __init__(self, page: Page) -> None:
        self.count = 0
        self._line = page.context.new_cdp_session(page)

    def letter(self, latin: str) -> None:
        self._stroke(self.RUSSIAN[latin], f"Key{latin.upper()}", ord(latin.upper()), self.RUSSIAN[latin])

    def digit(self, digit: int) -> None:
        self._stroke(str(digit), f"Digit{digit}", 48 + digit, str(digit))

    def enter(self) -> None:
        self._stroke("Enter", "Enter", 13, "\r")

    def type(self, russian: str) -> None:
        latin = {cyrillic: key for key, cyrillic in self.RUSSIAN.items()}
        for sign in russian:
            self.letter(latin[sign])

    def _stroke(self, key: str, code: str, number: int, text: str) -> None:
        self.count += 1
        told = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        self._line.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **told})
        self._line.send("Input.dispatchKeyEvent", {"type": "keyUp", **told})


@pytest.fixture
def keys(page: Page) -> Keys:
    return Keys(page)


def chosen(page: Page, card: Incident) -> None:
    expect(page.locator(row(page, card))).to_have_attribute("aria-current", "true")


def row(page: Page, card: Incident) -> str:
    return f'#rows > [data-id="{card.pk}"]'


def state(card: Incident) -> State:
    card.refresh_from_db()
    return State(card.state)
