import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest

from otklik.flow.loop import turn_once
from otklik.flow.steps import FLOW
from otklik.lib import clock
from otklik.notify.alerts.tests.data import make_town
from otklik.notify.hooks import kinds
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.tests.data import Region, receiving
from tests import warm
from tests.at_once import at_once
from tests.processes import environment

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]
STEPS = [step for step in FLOW if step.name in ("hooks", "tell")]


@pytest.fixture
def region() -> Iterator[Region]:
    with receiving() as receiver:
        made = Region(make_town(), receiver)
        made.town.now = clock.now()
        yield made


def drained() -> None:
    while sum(turn_once(step) for step in STEPS):
        pass


def test_a_worker_killed_between_said_and_written_leaves_it_to_be_told_again_as_the_same(region: Region) -> None:
    region.subscribe(kinds.NEW)
    region.town.card()
    turn_once(STEPS[0])
    died = warm.run([sys.executable, "-m", "tests.kill", "tell", "answer heard"], environment())
    assert died.returncode == -9, died.stderr
    assert len(region.receiver.heard) == 1
    drained()
    assert len(region.receiver.heard) == 1, "its lease has not run out"
    Call.objects.update(leased_until=clock.now() - timedelta(seconds=1))
    drained()
    first, second = region.receiver.heard
    assert (first.uid, first.body) == (second.uid, second.body)
    assert Call.objects.get().done_at is not None


def test_two_workers_tell_each_program_everything_once_and_in_its_order(region: Region) -> None:
    paths = ["/one", "/two", "/three"]
    for path in paths:
        region.subscribe(kinds.NEW, path=path)
    for _number in range(8):
        region.town.card()
    for _round in range(3):
        at_once(lambda _worker: drained(), range(2))
    assert not Call.objects.filter(done_at=None).exists()
    for path in paths:
        expected = [str(call.uid) for call in Call.objects.filter(subscription__name=path).order_by("entry")]
        assert [one.uid for one in region.receiver.at(path)] == expected
        assert len(expected) == 8
    assert not Subscription.objects.exclude(misses=0).exists()
