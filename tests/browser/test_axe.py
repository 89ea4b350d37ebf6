"""Every screen, light and dark, wide and narrow, against the rules of WCAG 2.1 AA as axe knows them: none is left out.

The first tier looks at every sixth screen in one of the views, which are taken by turns. A change of templates, styles
or scripts brings in all the others (OWN in `tests/tiers.py`): nothing else makes a screen worse to read.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request
from pytest_django.live_server_helper import LiveServer

from tests.screens import SCREENS, acts
from tests.screens.region import FullRegion, of_town
from tests.screens.screen import VIEWS, Screen, View, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.enable_socket]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
# No rule of these asks for the text of styles, which axe would fetch once more.
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})"
ENDING = (acts.offline, acts.signed_out, acts.stale, acts.second_factor, acts.wrong_password)
"""What is done to a window and not to a page alone."""
SHARES = 8  # tests that the screens of the second tier are spread over, so that several processes look at them
TURN = {screen.name: number for number, screen in enumerate(SCREENS)}
FAULTY = """<form><input name="x"><button></button><p style="color:#aaa;background:#fff">pale</p></form>"""
Open = Callable[[Screen], AbstractContextManager[Page]]


@pytest.fixture
def region(transactional_db: None) -> FullRegion:
    return of_town()


@pytest.fixture
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe is not here yet: make develop")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer, region: FullRegion, axe: str) -> Iterator[Open]:
    """Opens a screen, with axe in it, and does what has to be done first. Each person has one window, whose one process
    need not fetch, read and compile the same scripts and styles again, and one page for all that he only looks at."""

    def new_window(who: str) -> BrowserContext:
        made = region.window(browser, live_server.url, who)
        made.add_init_script(axe)
        return made

    window = cache(new_window)
    looking = cache(lambda who: Traffic(window(who).new_page()))

    @contextmanager
    def open_screen(screen: Screen) -> Iterator[Page]:
        alone = screen.act in ENDING
        home = (new_window if alone else window)(screen.who)
        traffic = Traffic(home.new_page()) if screen.act else looking(screen.who)
        page = traffic.page
        try:
            VIEWS[0].set_on(page)
            answer = page.goto(live_server.url + screen.at(region.ids))
            assert answer is not None
            assert answer.status == screen.status
            traffic.settle()
            if screen.act is not None:
                screen.act(page)
            yield page
        finally:
            if alone:
                home.close()
            elif screen.act is not None:
                page.close()

    yield open_screen
    for each in browser.contexts:
        each.close()


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
    widths = {view.width for view in views}
    lines = []
    for view in (*views, *(other for other in VIEWS[::2] if other.width not in widths)):
        view.set_on(page)
        wide = too_wide(page, view)
        broken = violations(page) if view in views else []
        lines += [f"{view.width}, {view.colours}: {line}" for line in (wide, *broken) if line]
    return lines


def shares() -> list[Any]:
    """Whoever sees them one after another: each share needs few windows."""
    mine = sorted(SCREENS, key=lambda screen: screen.who)
    others = [screen for number, screen in enumerate(mine) if number % 6]
    ends = [len(others) * number // SHARES for number in range(SHARES + 1)]
    rest = [pytest.param(others[start:end], id=f"{end}", marks=pytest.mark.whole) for start, end in pairwise(ends)]
    return [pytest.param(mine[::12], id="even"), pytest.param(mine[6::12], id="odd"), *rest]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("turns", [(0,), pytest.param((1, 2, 3), marks=pytest.mark.whole)], ids=["first", "others"])
@pytest.mark.parametrize("screens", shares())
def test_no_rule_is_broken(screens: list[Screen], turns: tuple[int, ...], opened: Open) -> None:
    broken = []
    for screen in screens:
        views = [VIEWS[(TURN[screen.name] + turn) % len(VIEWS)] for turn in turns]
        try:
            with opened(screen) as page:
                broken += [f"{screen.name}, {fault}" for fault in faults(page, views)]
        except (AssertionError, Error) as trouble:  # the others are looked at all the same
            broken.append(f"{screen.name}: {trouble}")
    assert not broken, "\n".join(broken)


def test_what_is_wrong_would_be_noticed(opened: Open) -> None:
    with opened(SCREENS[0]) as page:
        page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", FAULTY)
        assert {line.partition(":")[0] for line in violations(page)} == {"button-name", "color-contrast", "label"}
        assert too_wide(page, VIEWS[2]) == "1280 px across"
