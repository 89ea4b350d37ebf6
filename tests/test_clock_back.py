"""The machine's clock is set back an hour during work: nothing is said twice, and nobody waits longer than that."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from otklik.flow.loop import turn_once
from otklik.incidents.models import Incident, State
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.publishing.models import Delivery, Sent
from tests.region import SEND, Region, hear, settle
from tests.sandbox.town import Town
from tests.test_exactly_once import TEXT, queued, texts

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
HOUR = timedelta(hours=1)
Shift = Callable[[timedelta], None]


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch) -> Shift:
    """`shift(by)` sets the clock so far from the real one."""
    true = clock.now
    return lambda by: monkeypatch.setattr(clock, "now", lambda: true() + by)


def test_what_comes_after_it_is_answered_at_once(town: Town, region: Region, shift: Shift) -> None:
    queued(town, region)
    settle()
    shift(-HOUR)
    hear(town, "А на Мира, 9 в Речном тоже темно, не горит фонарь")
    assert Incident.objects.count() == 2
    assert Incident.objects.filter(state=State.NEW, suggestions__isnull=False).exists(), "judged and routed"
    assert whole()
    assert texts(town) == [TEXT]


def test_an_answer_under_way_is_said_once_after_an_hour_at_most(town: Town, region: Region, shift: Shift) -> None:
    delivery = queued(town, region)
    assert claim(Delivery, clock.now(), timedelta(minutes=1), 1) == [delivery], "a worker that then dies"
    shift(-HOUR)
    settle()
    assert texts(town) == [], "by this clock its worker may still be speaking"
    shift(timedelta(minutes=2))  # the hour has passed
    settle()
    settle()
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert texts(town) == [TEXT]
    assert Sent.objects.count() == 1


def test_an_answer_of_unknown_fate_is_looked_for_at_any_time(town: Town, region: Region, shift: Shift) -> None:
    town.fault("drop_after", "wall.createComment")
    queued(town, region)
    turn_once(SEND)
    assert Delivery.objects.get().state == Delivery.State.UNKNOWN
    shift(-HOUR)
    settle()
    shift(timedelta(minutes=10))
    settle()
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert texts(town) == [TEXT]
