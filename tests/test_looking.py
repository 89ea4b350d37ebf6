"""On a network without a key an answer that is not seen is looked for long before it is said again, or a person
decides."""

from datetime import timedelta
from typing import Any

import pytest

from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery
from otklik.publishing.send import LOOK_AGAIN, LOOKS_WITH_KEY, looks_needed
from tests.region import People
from tests.stages import Stage
from tests.story import ANSWER, Way, answer_due, speak

keyless = pytest.mark.parametrize("stage", ["ok"], indirect=True)


@pytest.mark.parametrize(("seconds", "looks"), [(0, 2), (1, 2), (60, 2), (61, 3), (600, 11), (7200, 121)])
def test_the_looks_span_the_time_that_is_set(settings: Any, seconds: int, looks: int) -> None:
    settings.LOOK_FOR = seconds
    assert looks_needed(keyed=False) == looks
    assert LOOK_AGAIN * (looks - 1) >= timedelta(seconds=seconds)
    assert looks_needed(keyed=True) == LOOKS_WITH_KEY


@pytest.fixture
def address(stage: Stage, people: People, asking: Way) -> str:
    """Of a complaint whose answer did not arrive, and nobody told us."""
    assert not NETWORKS[stage.network].keyed
    stage.fault("drop_before", stage.speaks)
    return answer_due(people, asking)


@pytest.mark.processes
@pytest.mark.enable_socket
@keyless
def test_it_is_said_again_only_after_the_time_of_looking(stage: Stage, address: str, settings: Any) -> None:
    settings.LOOK_FOR = 3 * LOOK_AGAIN.total_seconds()
    delivery = speak(looks_needed(keyed=False) - 1)
    assert (delivery.state, delivery.looked) == (Delivery.State.UNKNOWN, looks_needed(keyed=False) - 1)
    assert stage.answers(address, ANSWER) == []
    assert speak(1).state == Delivery.State.SENT
    assert len(stage.answers(address, ANSWER)) == 1


@pytest.mark.processes
@pytest.mark.enable_socket
@keyless
def test_where_no_time_is_set_a_person_decides(stage: Stage, address: str, settings: Any) -> None:
    settings.LOOK_FOR = 0
    delivery = speak()
    assert (delivery.state, delivery.hold, delivery.due_at) == (
        Delivery.State.UNKNOWN,
        Delivery.Hold.PERSON,
        None,
    )
    assert delivery.words.startswith("Ответа там не видно")
    assert stage.answers(address, ANSWER) == []
