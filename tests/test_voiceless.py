"""An approved answer that nobody may say waits for a voice, and leaves by itself when there is one."""

import pytest

from otklik.answers.models import Answer
from otklik.lib import clock
from otklik.networks import keeping
from otklik.networks.base import Speech
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Delivery
from otklik.publishing.voices import NO_VOICE
from tests.region import People, approved, assigned, listen
from tests.stages import Stage
from tests.story import ANSWER, COMPLAINT, access_of, card_of, speak

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
D, H = Delivery.State, Delivery.Hold
guests = pytest.mark.parametrize("stage", ["guest in vk", "guest in ok"], indirect=True)


@pytest.fixture
def account(stage: Stage, people: People) -> Account:
    """It reads the place, and speaks for an agency that has nothing to do with the card."""
    return stage.account(people.other_agency, people.place)


@pytest.fixture
def address(stage: Stage, people: People, account: Account) -> str:
    """Of a complaint whose answer is approved, and nobody can say it."""
    listen()
    address = stage.complain(COMPLAINT)
    listen()
    approved(people, assigned(people, card_of(address)))
    delivery = speak(2)
    assert (delivery.state, delivery.hold, delivery.words) == (D.QUEUED, H.BY_HAND, NO_VOICE)
    assert delivery.account is None
    assert delivery.due_at is not None, "it looks again by itself"
    return address


def lend_voice(account: Account, people: People) -> None:
    account_input = keeping.AccountInput(account.title, people.agency)
    assert keeping.change(account, account_input, keeping.seen(account), people.approver, clock.now())


@guests
def test_it_is_said_once_when_the_agency_has_a_voice(
    stage: Stage, people: People, account: Account, address: str
) -> None:
    lend_voice(account, people)
    delivery = speak()
    assert (delivery.state, delivery.account) == (D.SENT, account)
    assert len(stage.answers(address, ANSWER)) == 1


@pytest.mark.parametrize("stage", ["guest in vk"], indirect=True)
def test_what_a_person_has_said_meanwhile_in_that_voice_is_found_and_not_said_again(
    stage: Stage, people: People, account: Account, address: str
) -> None:
    thread = card_of(address).messages.get(own=False).thread.external_id
    speech = Speech(ANSWER, address, thread, False, (), None, frozenset())
    by_hand = NETWORKS[stage.network].publish(access_of(account), speech, "by hand")
    lend_voice(account, people)
    delivery = speak()
    assert (delivery.state, delivery.sent.external_id) == (D.SENT, by_hand.external_id)
    assert len(stage.answers(address, ANSWER)) == 1


@pytest.mark.parametrize("stage", ["guest in vk"], indirect=True)
def test_a_voice_that_does_not_work_is_none_and_what_was_taken_back_is_not_said(
    stage: Stage, people: People, account: Account, address: str
) -> None:
    Account.objects.filter(pk=account.pk).update(stopped_at=clock.now(), agency=people.agency)
    assert speak(2).hold == H.BY_HAND
    Delivery.objects.update(state=D.RECALLED, hold=H.NONE)
    Answer.objects.update(state=Answer.State.WITHDRAWN)
    keeping.resume(account, people.approver, clock.now())
    assert speak(3).state == D.RECALLED
    assert stage.answers(address, ANSWER) == []
