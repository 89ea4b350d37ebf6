"""What tests of writing do in the browser: read the text and its copies, cut the line, wait for the server."""

import json

from playwright.sync_api import Page, Route

COPIES = "() => Object.entries(localStorage).filter(([name]) => name.startsWith('otklik.draft.'))"


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
