import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F

from otklik.flow.loop import turn_once
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.networks.access import http_client
from otklik.networks.models import Account, Source, Token
from otklik.publishing.models import Delivery
from tests.region import FETCH, People, approved, assigned, only_card, settle
from tests.stages import Stage
from tests.story import ANSWER, COMPLAINT, Way, answer_due, bring_to_an_end, card_of, speak

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PATIENCE, SLOW = 0.4, 0.6  # seconds


@pytest.fixture
def impatient(people: People, settings: Any) -> Iterator[None]:
    """Every network has less time for its answer than a slow one takes."""
    settings.ANSWER_WITHIN = PATIENCE
    http_client.cache_clear()
    yield
    http_client.cache_clear()


@pytest.mark.parametrize(
    ("way", "after"),
    [("pull", "drop_after"), ("pull", "http_after"), ("pull", "slow"), ("push", "slow")],
    indirect=["way"],
)
@pytest.mark.usefixtures("impatient")
def test_an_answer_of_unclear_fate_stands_there_once(stage: Stage, people: People, way: Way, after: str) -> None:
    """Three attempts come to nothing, the fourth is carried out, and of none we are told. Where the network can be
    asked we look; where it cannot, a person does and decides with one button."""
    address = answer_due(people, way)
    for fault in ("drop_before", "http_before", "slow_before", after):
        stage.fault(fault, stage.speaks, code=502, seconds=SLOW)
    delivery = speak(1)
    assert delivery.state == Delivery.State.UNKNOWN
    if stage.network == "telegram":
        assert delivery.hold == Delivery.Hold.PERSON, "Telegram cannot be asked what stands there"
    delivery = bring_to_an_end(stage, people, address)
    assert delivery.state == Delivery.State.SENT
    assert stage.sandbox.inspect("faults")["faults"] == [], "every attempt was made"
    assert len(stage.answers(address, ANSWER)) == 1
    assert only_card().state == State.RATING


@pytest.mark.usefixtures("impatient")
def test_an_answer_said_after_we_lost_patience_stands_there_once(stage: Stage, people: People, asking: Way) -> None:
    """The first look finds nothing yet, and nothing is said again because of that."""
    address = answer_due(people, asking)
    stage.fault("late", stage.speaks, seconds=2 * SLOW)
    assert speak(1).state == Delivery.State.UNKNOWN
    time.sleep(2 * SLOW)  # a minute passes between two looks
    assert len(stage.answers(address, ANSWER)) == 1
    assert bring_to_an_end(stage, people, address).state == Delivery.State.SENT
    assert len(stage.answers(address, ANSWER)) == 1
    assert Delivery.objects.get().attempts.count() == 1


def about(moment: datetime | None, began: datetime, wait: timedelta) -> bool:
    """Whether something is due after this wait, counted from a call since `began`. A network's window may be older."""
    return moment is not None and began + wait / 2 <= moment <= clock.now() + wait + timedelta(seconds=2)


def pass_time(wait: timedelta) -> None:
    """So much later: all that waits is nearer by it."""
    for rows, column in ((Source, "due_at"), (Delivery, "due_at"), (Token, "next_call_at")):
        rows.objects.filter(**{f"{column}__isnull": False}).update(**{column: F(column) - wait})


def regain(stage: Stage) -> None:
    if stage.kind == "meta":
        stage.sandbox.control("switches", network="meta", switches={"usage": 4})


def rested(began: datetime, wait: timedelta) -> bool:
    """Whether no worker may use the key so long."""
    return any(about(token.next_call_at, began, wait) for token in Token.objects.all())


def test_a_limit_is_waited_out_by_the_networks_own_word(stage: Stage, people: People, account: Account) -> None:
    Way(stage, account, None)
    address = stage.complain(COMPLAINT)
    wait, began = stage.limit(speaking=False), clock.now()
    Source.objects.update(due_at=clock.now())
    turn_once(FETCH)
    source = Source.objects.get()
    assert about(source.due_at, began, wait), source.due_at
    assert source.set_aside_at is None
    assert rested(began, wait)
    settle()
    assert not Incident.objects.exists()
    regain(stage)
    pass_time(wait + timedelta(seconds=5))
    for _ in range(5):
        turn_once(FETCH)
    settle()
    assert main_message(only_card()).external_id == address
    account.refresh_from_db()
    assert account.stopped_at is None
    approved(people, assigned(people, only_card()))
    wait, began = stage.limit(speaking=True), clock.now()
    settle()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.hold) != (Delivery.State.UNKNOWN, Delivery.Hold.PERSON)
    assert about(delivery.due_at, began, wait), delivery.due_at
    assert rested(began, wait) == stage.limits[True].rests
    assert stage.answers(address, ANSWER) == []
    regain(stage)
    pass_time(wait + timedelta(seconds=5))
    settle()
    assert Delivery.objects.get().state == Delivery.State.SENT, "nobody had to press anything"
    assert len(stage.answers(address, ANSWER)) == 1
    assert card_of(address).state == State.RATING
