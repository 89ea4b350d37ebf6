"""What the tests of writing on a card have in common: the text and its copies in the browser, what the server has."""

import json
from collections.abc import Callable
from zlib import crc32

from playwright.sync_api import FilePayload, Page, Route, expect

from otklik.lib.tests.test_pictures import picture
from otklik.people.models import User

SignIn = Callable[[Page, User], None]
Show = Callable[[Page, User, int | str], None]
COPIES = "() => Object.entries(localStorage).filter(([name]) => name.startsWith('otklik.draft.'))"


def text_of(page: Page) -> str:
    return page.locator("textarea[name=text]").input_value()


def copies(page: Page) -> dict[str, dict[str, str]]:
    return {name: json.loads(kept) for name, kept in page.evaluate(COPIES)}


def block_saving(page: Page) -> list[str]:
    """Drafts alone do not get to the server, so that the page itself can be opened; the addresses that were tried."""
    tried: list[str] = []

    def drop(route: Route) -> None:
        tried.append(route.request.url)
        route.abort()

    page.context.route("**/draft/", drop)
    return tried


def wait_for_server(page: Page, text: str) -> None:
    """Until the server has this text."""
    page.wait_for_function("(text) => document.querySelector('textarea[name=text]').defaultValue === text", arg=text)


def say_solved(page: Page) -> None:
    page.get_by_text("Решено", exact=True).click()
    page.locator("[name=proof]").select_option("phone")
    page.locator("[name=proof_words]").fill("Позвонили жителю")


def send_for_approval(page: Page) -> None:
    page.get_by_role("button", name="На согласование").click()
    expect(page.locator("#r-answer h2").first).to_have_text("На согласовании")


def photo(name: str = "яма.jpg") -> FilePayload:
    """A picture of its own for each name."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture("JPEG", (40 + crc32(name.encode()) % 512, 30))}


def choose(page: Page, *files: FilePayload) -> None:
    """Photos for the answer."""
    page.locator("[data-photos][multiple]").set_input_files(files=list(files))


def settle(page: Page) -> None:
    """Two frames: whatever the last event has set off is drawn by then."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
