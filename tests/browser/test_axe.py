"""Every page, light and dark, wide and narrow, against the rules of WCAG 2.1 AA as axe knows them: none is left out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page
from pytest_django.live_server_helper import LiveServer

from tests.sight import LOOKS, WIDTHS, Sight
from tests.sights import SIGHTS
from tests.world import World, of_town

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.enable_socket]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
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
def opened(browser: Browser, live_server: LiveServer, world: World) -> Open:
    """Opens a sight and what has to be opened on it."""

    def open_sight(sight: Sight) -> Page:
        page = world.page(browser, live_server.url, sight.who)
        answer = page.goto(live_server.url + sight.at(world.ids))
        assert answer is not None
        assert answer.status == sight.status
        page.wait_for_load_state("networkidle")
        if sight.act is not None:
            sight.act(page)
        return page

    return open_sight


def violations(page: Page) -> list[str]:
    """A line a violation: the rule, the first of its places, and what axe says of it."""
    found = page.evaluate(RUN, TAGS)["violations"]
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
            found[f"{width}, {look}"] = violations(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[f"{width}, across"] = [f"{wide} px"] if wide > across else []
    return found


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("who", sorted({sight.who for sight in SIGHTS}))
def test_no_rule_is_broken(who: str, axe: str, opened: Open) -> None:
    broken = []
    for sight in SIGHTS:
        if sight.who == who:
            try:
                page = opened(sight)
            except (AssertionError, Error) as trouble:  # the others are looked at all the same
                broken.append(f"{sight.name}: {trouble}")
                continue
            page.evaluate(axe)
            broken += [f"{sight.name}, {how}: {line}" for how, lines in looked_over(page).items() for line in lines]
            page.context.close()
    assert not broken, "\n".join(broken)


def test_what_is_wrong_would_be_found(axe: str, opened: Open) -> None:
    page = opened(SIGHTS[0])
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", PLANTED)
    page.evaluate(axe)
    assert {line.partition(":")[0] for line in violations(page)} == {"button-name", "color-contrast", "label"}
    page.context.close()
