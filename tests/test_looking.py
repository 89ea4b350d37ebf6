from datetime import timedelta
from typing import Any

import pytest

from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery
from otklik.publishing.send import LOOKS_WITH_KEY, look_again, looks_needed
from tests.region import People
from tests.stages import Stage
from tests.story import ANSWER, Way, answer_due, speak


@pytest.mark.parametrize(("seconds", "looks"), [(0, 2), (1, 2), (60, 2), (61, 3), (600, 11), (7200, 121)])
def test_the_looks_span_the_time_that_is_set(settings: Any, seconds: int, looks: int) -> None:
    settings.LOOK_FOR = seconds
    assert looks_needed(keyed=False) == looks
    assert look_again() * (looks - 1) >= timedelta(seconds=seconds)
    assert looks_needed(keyed=True) == LOOKS_WITH_KEY


@pytest.fixture
def address(stage: Stage, people: People, asking: Way) -> str:
    """Of a complaint whose answer did not arrive, and nobody told us."""
    assert not NETWORKS[stage.network].keyed
    stage.fault("drop_before", stage.speaks)
    return answer_due(people, asking)


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.parametrize("stage", ["ok"], indirect=True)
def test_it_is_said_again_only_after_the_time_of_looking(stage: Stage, address: str, settings: Any) -> None:
    settings.LOOK_FOR = 3 * look_again().total_seconds()
    delivery = speak(looks_needed(keyed=False) - 1)
    assert (delivery.state, delivery.looked) == (Delivery.State.UNKNOWN, looks_needed(keyed=False) - 1)
    assert stage.answers(address, ANSWER) == []
    assert speak(1).state == Delivery.State.SENT
    assert len(stage.answers(address, ANSWER)) == 1


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.parametrize("stage", ["ok"], indirect=True)
def test_where_no_time_is_set_a_person_decides(stage: Stage, address: str, settings: Any) -> None:
    settings.LOOK_FOR = 0
    delivery = speak()
    assert (delivery.state, delivery.hold) == (Delivery.State.UNKNOWN, Delivery.Hold.PERSON)
    assert delivery.due_at is None
    assert delivery.words.startswith("Ответа там не видно")
    assert stage.answers(address, ANSWER) == []
