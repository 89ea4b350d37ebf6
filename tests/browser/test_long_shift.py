"""A whole shift on one page: two hundred cards by one key, without a reload, a lost focus or growing memory."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import CDPSession, Page
from pytest_django.live_server_helper import LiveServer

from otklik.desk.tour.seen import mark_seen
from otklik.incidents.models import Incident, State
from otklik.people.models import User
from tests.make.town import make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

CARDS, WARM, SHIFT = 260, 50, 200
AT_ROWS = 30  # memory is compared at lists of one length
HERE = "() => document.querySelector('#rows > .is-here:not(.is-busy)')?.dataset.id"
FOCUSED = "() => document.getElementById('rows').contains(document.activeElement)"
GONE = """id => !document.querySelector(`#rows > [data-id="${id}"]`)
    && !!document.querySelector('#rows > .is-here:not(.is-busy)')"""


class Memory(NamedTuple):
    heap: float
    nodes: float


def accept(line: CDPSession) -> None:
    """The key A as a Russian keyboard sends it."""
    told = {"key": "ф", "code": "KeyA", "windowsVirtualKeyCode": 65}
    line.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "ф", **told})
    line.send("Input.dispatchKeyEvent", {"type": "keyUp", **told})


def memory(line: CDPSession) -> Memory:
    """What is left after the rubbish is out."""
    for _ in range(3):
        line.send("HeapProfiler.collectGarbage")
    found: dict[str, Any] = {one["name"]: one["value"] for one in line.send("Performance.getMetrics")["metrics"]}
    return Memory(found["JSHeapUsedSize"], found["Nodes"])


def landed(number: int) -> list[Incident]:
    """The assigned cards, once there are that many: the page goes on before the server has answered."""
    end = time.monotonic() + 30
    while Incident.objects.filter(state=State.ASSIGNED).count() < number and time.monotonic() < end:
        time.sleep(0.1)
    return list(Incident.objects.filter(state=State.ASSIGNED).order_by("pk"))


@pytest.mark.whole
def test_two_hundred_cards_in_a_row(
    page: Page, live_server: LiveServer, transactional_db: None, sign_in: Callable[[Page, User], None]
) -> None:
    town = make_town()
    wanted: dict[int, int] = {}
    for number in range(CARDS):
        agency, theme = (town.roads, town.hole) if number % 3 == 0 else (town.water, town.pipe)
        wanted[town.card(f"Сообщение {number}", agency=agency, theme=theme).pk] = agency.pk
    mark_seen(town.operator)
    sign_in(page, town.operator)
    page.goto(f"{live_server.url}/queue/")
    left: list[str] = []
    page.on("framenavigated", lambda frame: left.append(frame.url))
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable")
    pressed: list[int] = []
    early = late = None
    page.wait_for_function(HERE)
    while late is None and len(pressed) < CARDS - 2:
        here = page.evaluate(HERE)
        accept(line)
        pressed.append(int(here))
        page.wait_for_function(GONE, arg=here)
        assert page.evaluate(FOCUSED)
        if page.locator("#rows > li").count() != AT_ROWS:
            continue
        if early is None and len(pressed) >= WARM:
            early = memory(line)
        elif len(pressed) >= SHIFT:
            late = memory(line)
    assert early is not None
    assert late is not None
    assert left == []
    assert [card.pk for card in landed(len(pressed))] == sorted(pressed)
    assert {card.pk: card.agency_id for card in landed(0)} == {pk: wanted[pk] for pk in pressed}
    assert late.heap <= 1.5 * early.heap, (early, late)
    assert late.nodes <= 1.1 * early.nodes, (early, late)
