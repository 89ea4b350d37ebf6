from datetime import timedelta

import pytest

from otklik.feedback.models import Survey
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.lib import clock
from otklik.networks.access import access_to
from otklik.networks.base import Speech
from otklik.networks.registry import NETWORKS
from otklik.publishing.fate import say_again
from otklik.publishing.models import Attempt, Delivery, Epoch, Sent
from otklik.publishing.prepare import new_key
from otklik.publishing.restored import DOUBT, STRANGE, begin_epoch, current_epoch, epoch_of
from tests.region import Region, approved, assigned, hear, only_card, settle
from tests.sandbox.town import Town
from tests.test_exactly_once import TEXT, our_answers, queued, texts, wake

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
D, H = Delivery.State, Delivery.Hold


def back_to(delivery: Delivery, **state: object) -> None:
    """The database as it stood in the backup, in the life after the restore."""
    for rows in (Survey, Sent, Attempt):
        rows._default_manager.all().delete()
    Delivery.objects.filter(pk=delivery.pk).update(**{"state": D.QUEUED, "seen": None, "looked": 0, **state})
    begin_epoch("restore:test", clock.now())
    Message.objects.filter(own=True).update(captured_at=clock.now())  # it is heard only after the restore


def looked_up(delivery: Delivery) -> Delivery:
    """What becomes of it when its turn comes."""
    wake(delivery)
    settle()
    delivery.refresh_from_db()
    return delivery


@pytest.mark.parametrize("state", [D.QUEUED, D.SENDING, D.UNKNOWN])
def test_what_was_said_after_the_backup_is_found_whatever_it_knew(town: Town, region: Region, state: str) -> None:
    delivery = queued(town, region)
    settle()
    back_to(delivery, state=state)
    assert looked_up(delivery).state == D.SENT
    assert texts(town) == [TEXT]


def test_what_was_not_said_before_the_restore_is_said_after_it(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    begin_epoch("restore:test", clock.now())
    for _ in range(2):
        end = looked_up(delivery)
    assert (end.state, end.epoch) == (D.SENT, current_epoch(clock.now()))
    assert len(our_answers(town)) == 1


def test_an_answer_that_the_backup_had_only_as_a_card_is_not_said_a_second_time(town: Town, region: Region) -> None:
    hear(town)
    card = assigned(region, only_card())
    asked = main_message(card)
    speech = Speech(TEXT, reply_to=asked.external_id, thread=asked.thread.external_id)
    NETWORKS["vk"].publish(access_to(region.guest), speech, "key-of-a-lost-delivery")  # after the backup
    begin_epoch("restore:test", clock.now())
    answer = approved(region, card)
    settle()
    assert (Delivery.objects.get(answer=answer).state, len(our_answers(town))) == (D.SENT, 1)


def test_other_words_of_ours_that_nobody_remembers_are_for_a_person_to_see(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    settle()
    back_to(delivery, text="Анна, фонарь заменят завтра.", key=new_key())
    end = looked_up(delivery)
    assert (end.state, end.hold, end.words) == (D.UNKNOWN, H.PERSON, STRANGE)
    assert texts(town) == [TEXT]
    say_again(delivery, region.operator, clock.now())
    settle()
    assert Delivery.objects.get().state == D.SENT, "he has looked: nobody is asked a second time"
    assert len(our_answers(town)) == 2


def test_where_no_machine_can_look_a_person_is_asked_once(town: Town, region: Region) -> None:
    delivery = queued(town, region)
    begin_epoch("restore:test", clock.now())
    region.guest.tokens.all().delete()
    end = looked_up(delivery)
    assert (end.state, end.hold) == (D.UNKNOWN, H.PERSON)
    say_again(delivery, region.operator, clock.now())
    assert Delivery.objects.get().epoch == current_epoch(clock.now())


def test_what_came_after_the_restore_is_answered_without_a_look_by_our_own_clock(town: Town, region: Region) -> None:
    begin_epoch("restore:one", clock.now() - DOUBT - timedelta(minutes=1))
    assert queued(town, region).epoch == current_epoch(clock.now())
    town.sandbox.control("clock", offset=600)
    begin_epoch("restore:test", clock.now())
    number = hear(town, "А на Мира, 9 тоже темно")
    message = Message.objects.get(external_id__endswith=f"={number}")
    assert message.posted_at > current_epoch(clock.now()).began_at, "by its word it came after the restore"
    assert epoch_of(message, clock.now()) != current_epoch(clock.now())


@pytest.mark.parametrize(("captured", "looked_first"), [(timedelta(minutes=-1), True), (timedelta(minutes=1), False)])
def test_what_a_network_tells_once_was_not_told_before_it(captured: timedelta, looked_first: bool, db: None) -> None:
    epoch = begin_epoch("restore:test", clock.now())
    assert begin_epoch("restore:test", clock.now()) == epoch, "a new life begins once, however often it is begun"
    assert Epoch.objects.count() == 2, "a backup from before the first delivery has a life before it too"
    heard = Message(network="telegram", posted_at=epoch.began_at, captured_at=epoch.began_at + captured)
    assert (epoch_of(heard, clock.now()) != epoch) == looked_first
