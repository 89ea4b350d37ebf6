from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from otklik.incidents.models import Incident, State
from tests.browser.queue_page import Keyboard, Open
from tests.make.town import Town
from tests.sandbox.town import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

CARDS, WARM, SHIFT = 260, 50, 200
AT_ROWS = 30  # memory is compared at lists of one length
HERE = "() => document.querySelector('#rows > .is-here:not(.is-busy)')?.dataset.id"
FOCUSED = "() => document.getElementById('rows').contains(document.activeElement)"
GONE = """id => !document.querySelector(`#rows > [data-id="${id}"]`)
    && !!document.querySelector('#rows > .is-here:not(.is-busy)')"""


def memory(line: CDPSession) -> tuple[float, float]:
    """Of the heap and of nodes what is left after the rubbish is out."""
    for _ in range(3):
        line.send("HeapProfiler.collectGarbage")
    metrics: dict[str, Any] = {one["name"]: one["value"] for one in line.send("Performance.getMetrics")["metrics"]}
    return metrics["JSHeapUsedSize"], metrics["Nodes"]


@pytest.mark.whole
def test_two_hundred_cards_in_a_row(page: Page, town: Town, opened: Open, keyboard: Keyboard) -> None:
    wanted: dict[int, int] = {}
    for number in range(CARDS):
        agency, theme = (town.roads, town.hole) if number % 3 == 0 else (town.water, town.pipe)
        wanted[town.card(f"Сообщение {number}", agency=agency, theme=theme).pk] = agency.pk
    opened("")
    left: list[str] = []
    page.on("framenavigated", lambda frame: left.append(frame.url))
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable")
    pressed: list[int] = []
    early = late = None
    page.wait_for_function(HERE)
    while late is None and len(pressed) < CARDS - 2:
        here = page.evaluate(HERE)
        keyboard.letter("a")
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
    assigned = Incident.objects.filter(state=State.ASSIGNED).order_by("pk")
    until(lambda: assigned.count() >= len(pressed), "the server has answered, too")
    assert [card.pk for card in assigned] == sorted(pressed)
    assert {card.pk: card.agency_id for card in assigned} == {pk: wanted[pk] for pk in pressed}
    assert late[0] <= 1.5 * early[0], (early, late)
    assert late[1] <= 1.1 * early[1], (early, late)
