"""What the tests of the queue in a browser have in common: keys, a row and its card, a connection that is cut."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from otklik.incidents.models import Incident, State
from otklik.people.models import Agency
from otklik.themes.models import Theme
from tests.make.town import Town

Open = Callable[[str], Town]


def press(page: Page, code: str, key: str) -> None:
    """A key by its place on the keyboard, with the letter of the Russian layout."""
    page.evaluate(
        """([code, key]) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { code, key, bubbles: true, cancelable: true }))""",
        [code, key],
    )


class Connection:
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


class Keyboard:
    """Real strokes as a Russian keyboard sends them, counted: the letter is Cyrillic, the place is the key's own."""

    RUSSIAN = dict(zip("qwertyuiop[]asdfghjkl;'zxcvbnm,.", "йцукенгшщзхъфывапролджэячсмитьбю", strict=True))

    def __init__(self, page: Page) -> None:
        self.count = 0
        self._session = page.context.new_cdp_session(page)

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
        stroke = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        self._session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **stroke})
        self._session.send("Input.dispatchKeyEvent", {"type": "keyUp", **stroke})


def expect_chosen(page: Page, card: Incident) -> None:
    expect(page.locator(row(page, card))).to_have_attribute("aria-current", "true")


def accept(page: Page, card: Incident) -> None:
    """By its key, as soon as the card is the chosen one."""
    expect_chosen(page, card)
    press(page, "KeyA", "ф")


def row(page: Page, card: Incident) -> str:
    return f'#rows > [data-id="{card.pk}"]'


def state(card: Incident) -> State:
    card.refresh_from_db()
    return State(card.state)


def decision(card: Incident) -> tuple[State, Theme | None, Agency | None]:
    """What has become of it, what it is about and whose it is."""
    return state(card), card.theme, card.agency
