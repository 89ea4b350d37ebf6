from datetime import timedelta
from typing import Any

import pytest

from otklik.lib import clock
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.publishing.look import LOOKS_WITH_KEY, look_again, looks_needed
from otklik.publishing.models import Delivery
from tests.region import People, listen, settle
from tests.restored import reads_of_a_look, restored
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


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("stage", "most"),
    [("vk", 2), ("ok", 4), ("max", 2), ("instagram", 3), ("facebook", 2), ("x", 4)],
    indirect=["stage"],
)
def test_after_a_restore_one_reading_tells_of_many_and_nothing_is_said_twice(
    stage: Stage, people: People, account: Account, settings: Any, most: int
) -> None:
    settings.LOOK_FOR = look_again().total_seconds()
    listen()
    addresses = restored(stage, people, 8)
    assert 1 <= reads_of_a_look(stage.sandbox) <= most
    states = dict(Delivery.objects.values_list("message__external_id", "state"))
    assert {address for address, state in states.items() if state == Delivery.State.SENT} == addresses
    speak_all()
    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.SENT}
    for delivery in Delivery.objects.select_related("message"):
        assert len(stage.answers(delivery.message.external_id, delivery.text)) == 1


def speak_all() -> None:
    for _ in range(4):
        Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now())
        settle()
