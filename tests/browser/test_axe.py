"""Every page, light and dark, wide and narrow, against the rules of WCAG 2.1 AA as axe knows them: none is left out."""

import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request
from pytest_django.live_server_helper import LiveServer

from tests.sight import LOOKS, WIDTHS, Sight
from tests.sights import SIGHTS
from tests.world import World, of_town

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.processes, pytest.mark.enable_socket]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
# What the look can change; every other rule says the same of both.
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
AT_ONCE = 25  # sights a test, so that two processes share them
Open = Callable[[Sight], Page]
PLANTED = """<form><input name="x"><button></button><p style="color:#aaa;background:#fff">pale</p></form>"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return of_town()


@pytest.fixture
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe is not here yet: make develop")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer, world: World) -> Iterator[Open]:
    """Opens a sight and does what has to be done on it. Whoever only looks has one window for all that he sees, which
    need not fetch and read the same scripts and styles again; whoever does something has a fresh one."""
    windows: list[BrowserContext] = []

    @cache
    def of_looks(who: str) -> BrowserContext:
        return fresh(who)

    def fresh(who: str) -> BrowserContext:
        windows.append(world.window(browser, live_server.url, who))
        return windows[-1]

    def open_sight(sight: Sight) -> Page:
        page = (fresh if sight.act else of_looks)(sight.who).new_page()
        traffic = Traffic(page)
        answer = page.goto(live_server.url + sight.at(world.ids))
        assert answer is not None
        assert answer.status == sight.status
        traffic.settle()
        if sight.act is not None:
            sight.act(page)
        return page

    yield open_sight
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


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """A line a violation: the rule, the first of its places, and what axe says of it."""
    found = page.evaluate(RUN, rules)["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {' '.join(node['failureSummary'].split())[:240]}"
        for one in found
        for node in one["nodes"][:3]
    ]


def looked_over(page: Page) -> dict[str, list[str]]:
    """What is wrong with the open page, by width and look; a page wider than its window is wrong too."""
    found: dict[str, list[str]] = {}
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        for look in LOOKS:
            page.emulate_media(color_scheme="dark" if look == "dark" else "light", reduced_motion="reduce")
            found[f"{width}, {look}"] = violations(page, ALL if look == LOOKS[0] else OF_COLOURS)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[f"{width}, across"] = [f"{wide} px"] if wide > across else []
    return found


def shares() -> list[Any]:
    """The sights of each who sees some, a few at a time and in their order."""
    found = []
    for who in sorted({sight.who for sight in SIGHTS}):
        mine = [sight for sight in SIGHTS if sight.who == who]
        parts = [mine[start : start + AT_ONCE] for start in range(0, len(mine), AT_ONCE)]
        found += [pytest.param(part, id=f"{who or 'stranger'}-{number}") for number, part in enumerate(parts)]
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("sights", shares())
def test_no_rule_is_broken(sights: list[Sight], axe: str, opened: Open) -> None:
    broken = []
    for sight in sights:
        try:
            page = opened(sight)
        except (AssertionError, Error) as trouble:  # the others are looked at all the same
            broken.append(f"{sight.name}: {trouble}")
            continue
        page.evaluate(axe)
        broken += [f"{sight.name}, {how}: {line}" for how, lines in looked_over(page).items() for line in lines]
        page.close()
    assert not broken, "\n".join(broken)


def test_what_is_wrong_would_be_found(axe: str, opened: Open) -> None:
    page = opened(SIGHTS[0])
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", PLANTED)
    page.evaluate(axe)
    assert {line.partition(":")[0] for line in violations(page, ALL)} == {"button-name", "color-contrast", "label"}
