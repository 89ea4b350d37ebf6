"""The network's clock is ten minutes off, either way: the story goes on as if it were right."""

from collections.abc import Callable, Iterator

import pytest

from otklik.feedback.models import Rating
from otklik.incidents.models import State
from otklik.publishing.models import Delivery, Sent
from tests.region import People, only_card
from tests.stages import Stage
from tests.story import ANSWER, Way, answer_due, bring_to_an_end

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def clock_of(stage: Stage) -> Iterator[Callable[[int], object]]:
    """Sets the network's clock off by so many seconds."""
    yield lambda off: stage.sandbox.control("clock", offset=off)
    stage.sandbox.control("clock")


@pytest.mark.parametrize("off", [-600, 600], ids=["behind", "ahead"])
def test_a_clock_that_is_ten_minutes_off_loses_nothing_and_says_nothing_twice(
    stage: Stage, people: People, clock_of: Callable[[int], object], asking: Way, off: int
) -> None:
    clock_of(off)
    address = answer_due(people, asking)
    stage.fault("drop_after", stage.speaks)
    assert bring_to_an_end(stage, people, address).state == Delivery.State.SENT
    (said,) = stage.answers(address, ANSWER)
    assert Sent.objects.get().external_id == said["address"]
    clock_of(off + 5)
    stage.reply("Спасибо, починили!", said["address"])
    asking.hear(lambda: Rating.objects.exists(), "the author's thanks are heard")
    assert only_card().state == State.RATING
