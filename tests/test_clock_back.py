"""The machine's clock is set back an hour during work: nothing is said twice, and nobody waits longer than that."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from otklik.flow.loop import turn_once
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.publishing.models import Delivery, Sent
from tests.region import SEND, Region, listen, settle
from tests.sandbox.town import Town
from tests.test_exactly_once import TEXT, queued, said

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
HOUR = timedelta(hours=1)
Shift = Callable[[timedelta], None]


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch) -> Shift:
    """`shift(by)` sets the clock so far from the real one."""
    true = clock.now
    off = timedelta()

    def now() -> datetime:
        return true() + off

    def by(given: timedelta) -> None:
        nonlocal off
        off = given

    monkeypatch.setattr(clock, "now", now)
    return by


def test_what_comes_after_it_is_answered_at_once(town: Town, region: Region, shift: Shift) -> None:
    queued(town, region)
    settle()
    shift(-HOUR)
    town.comment("А на Мира, 9 в Речном тоже темно, не горит фонарь")
    listen()
    assert Incident.objects.count() == 2
    assert Incident.objects.filter(state=State.NEW, suggestions__isnull=False).exists(), "judged and routed"
    assert book.broken_at() is None
    assert [item["text"] for item in said(town)] == [TEXT]


def test_an_answer_under_way_is_said_once_after_an_hour_at_most(town: Town, region: Region, shift: Shift) -> None:
    delivery = queued(town, region)
    now = clock.now()
    assert claim(Delivery, now, timedelta(minutes=1), 1) == [delivery], "a worker that then dies"
    shift(-HOUR)
    settle()
    assert said(town) == [], "by this clock its worker may still be speaking"
    shift(timedelta(minutes=2))  # the hour has passed
    settle()
    settle()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT
    assert [item["text"] for item in said(town)] == [TEXT]
    assert Sent.objects.count() == 1


def test_an_answer_whose_fate_is_unknown_is_looked_for_whatever_the_clock_says(
    town: Town, region: Region, shift: Shift
) -> None:
    town.fault("drop_after", "wall.createComment")
    delivery = queued(town, region)
    turn_once(SEND)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.UNKNOWN
    shift(-HOUR)
    settle()
    shift(timedelta(minutes=10))
    settle()
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT
    assert [item["text"] for item in said(town)] == [TEXT]
