import pytest

from otklik.feedback.models import Rating
from otklik.incidents.models import State
from otklik.publishing.models import Delivery, Sent
from tests.region import People, only_card
from tests.stages import Stage
from tests.story import ANSWER, Way, answer_due, bring_to_an_end

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.mark.parametrize("off", [-600, 600], ids=["behind", "ahead"])
def test_a_clock_ten_minutes_off_loses_and_repeats_nothing(stage: Stage, people: People, asking: Way, off: int) -> None:
    stage.sandbox.control("clock", offset=off)
    address = answer_due(people, asking)
    stage.fault("drop_after", stage.speaks)
    assert bring_to_an_end(stage, people, address).state == Delivery.State.SENT
    (said,) = stage.answers(address, ANSWER)
    assert Sent.objects.get().external_id == said["address"]
    stage.sandbox.control("clock", offset=off + 5)
    stage.reply("Спасибо, починили!", said["address"])
    asking.hear(lambda: Rating.objects.exists(), "the author's thanks are heard")
    assert only_card().state == State.RATING
