"""Every screen, light and dark, wide and narrow, against the rules of WCAG 2.1 AA as axe knows them: none is left out.

The views are taken by turns: the n-th screen is looked over in the n-th of them each time, and in the others by whoever
runs everything.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request
from pytest_django.live_server_helper import LiveServer

from tests.screens import SCREENS
from tests.screens.region import FullRegion, of_town
from tests.screens.screen import VIEWS, Screen, View, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.enable_socket]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
AT_ONCE = 25  # screens a test, so that two processes share them
TURN = {screen.name: number for number, screen in enumerate(SCREENS)}
FAULTY = """<form><input name="x"><button></button><p style="color:#aaa;background:#fff">pale</p></form>"""
Open = Callable[[Screen], Page]


@pytest.fixture
def region(transactional_db: None) -> FullRegion:
    return of_town()


@pytest.fixture
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe is not here yet: make develop")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer, region: FullRegion) -> Iterator[Open]:
    """Opens a screen and does what has to be done first. Whoever only looks has one window for all that he sees, which
    need not fetch and read the same scripts and styles again; whoever does something has a fresh one."""
    windows: list[BrowserContext] = []

    @cache
    def shared_window(who: str) -> BrowserContext:
        return fresh_window(who)

    def fresh_window(who: str) -> BrowserContext:
        windows.append(region.window(browser, live_server.url, who))
        return windows[-1]

    def open_screen(screen: Screen) -> Page:
        page = (fresh_window if screen.act else shared_window)(screen.who).new_page()
        traffic = Traffic(page)
        answer = page.goto(live_server.url + screen.at(region.ids))
        assert answer is not None
        assert answer.status == screen.status
        traffic.settle()
        if screen.act is not None:
            screen.act(page)
        return page

    yield open_screen
    for window in windows:
        window.close()


class Traffic:
    """What a page has asked and not been told yet. «networkidle» says the same half a second later."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.open: set[Request] = set()
        page.on("request", lambda asked: self.open.add(asked))
        page.on("requestfinished", lambda asked: self.open.discard(asked))
        page.on("requestfailed", lambda asked: self.open.discard(asked))

    def settle(self) -> None:
        """Until nothing has been asked for three looks in a row: a script that has been told something may ask on."""
        deadline = time.monotonic() + 30
        quiet = 0
        while quiet < 3:
            assert time.monotonic() < deadline, f"never answered: {[asked.url for asked in self.open]}"
            self.page.wait_for_timeout(50)
            quiet = 0 if self.open else quiet + 1


def violations(page: Page) -> list[str]:
    """A line a violation: the rule, the first of its places, and what axe says of it."""
    return [
        f"{one['id']}: {node['html'][:160]} {' '.join(node['failureSummary'].split())[:240]}"
        for one in page.evaluate(RUN, RULES)["violations"]
        for node in one["nodes"][:3]
    ]


def faults(page: Page, views: Sequence[View] = VIEWS) -> list[str]:
    """What is wrong with the open page in these views; a page wider than its window is wrong in any of them."""
    lines = []
    for view in VIEWS:
        view.set_on(page)
        wide = too_wide(page, view)
        broken = violations(page) if view in views else []
        lines += [f"{view.width}, {view.colours}: {line}" for line in (wide, *broken) if line]
    return lines


def shares() -> list[Any]:
    """The screens of each who sees some, a few at a time and in their order."""
    parts = []
    for who in sorted({screen.who for screen in SCREENS}):
        mine = [screen for screen in SCREENS if screen.who == who]
        for start in range(0, len(mine), AT_ONCE):
            name = f"{who or 'stranger'}-{start // AT_ONCE}"
            parts.append(pytest.param(mine[start : start + AT_ONCE], id=name))
    return parts


@pytest.mark.timeout(900)
@pytest.mark.parametrize("turns", [(0,), pytest.param((1, 2, 3), marks=pytest.mark.whole)], ids=["first", "others"])
@pytest.mark.parametrize("screens", shares())
def test_no_rule_is_broken(screens: list[Screen], turns: tuple[int, ...], axe: str, opened: Open) -> None:
    broken = []
    for screen in screens:
        try:
            page = opened(screen)
        except (AssertionError, Error) as trouble:  # the others are looked at all the same
            broken.append(f"{screen.name}: {trouble}")
            continue
        page.evaluate(axe)
        views = [VIEWS[(TURN[screen.name] + turn) % len(VIEWS)] for turn in turns]
        broken += [f"{screen.name}, {fault}" for fault in faults(page, views)]
        page.close()
    assert not broken, "\n".join(broken)


def test_what_is_wrong_would_be_noticed(axe: str, opened: Open) -> None:
    page = opened(SCREENS[0])
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", FAULTY)
    page.evaluate(axe)
    assert {line.partition(":")[0] for line in violations(page)} == {"button-name", "color-contrast", "label"}
