from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from otklik.answers.voices import voices
from otklik.feedback.closing import close_unanswered
from otklik.feedback.gathering import gather
from otklik.feedback.hear import hear, reopen
from otklik.inbox.models import Message
from otklik.incidents.cards import add_message, hear_again, main_message
from otklik.incidents.gathering import Impossible, Why, answered_together, join, listening, part, split
from otklik.incidents.known import known_cards
from otklik.incidents.models import Heard, Incident, State
from otklik.incidents.workflow import NotAllowed
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.lib.due import claim
from otklik.people.models import User
from otklik.routing import clocks
from otklik.routing.models import Deadline, Norm
from otklik.routing.noise import dismiss
from tests.make import cards, inbox, people

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    return people.person()


def new_message(to: Message | None = None, at: datetime = NOW) -> Message:
    """By somebody new, or by the author of that message below it."""
    if to is None:
        return inbox.message("Темно во дворе", at=at)
    return inbox.message("Темно во дворе", at=at, parent_external_id=to.external_id, author=to.author, thread=to.thread)


def card(state: str = "new", at: datetime = NOW) -> Incident:
    made = cards.card(new_message(at=at), at=at)
    with book.turn():
        clocks.start(made, None)
    Incident.objects.filter(pk=made.pk).update(state=state, started_at=at)
    made.refresh_from_db()
    return made


@contextmanager
def refused(why: Why, card: Incident | None = None) -> Iterator[None]:
    """Impossible for that reason, and of that card."""
    with pytest.raises(Impossible) as error:
        yield
    assert error.value.why == why
    assert card is None or error.value.number == card.number


def test_what_cannot_be_gathered_stays_as_it_is_and_says_why(operator: User) -> None:
    for leads, ends, reason, of_the_older in (
        ("noise", "new", Why.NOISE, True),
        ("done", "new", Why.OVER, True),
        ("new", "approval", Why.LEAVING, False),
        ("new", "publishing", Why.LEAVING, False),
        ("in_work", "clarifying", Why.CLARIFYING, False),
        ("new", "rating", Why.ANSWERED, False),
        ("new", "done", Why.OVER, False),
        ("new", "noise", Why.NOISE, False),
    ):
        old, young = card(leads, at=NOW - timedelta(hours=1)), card(ends)
        before = Entry.objects.count()
        with refused(reason, old if of_the_older else young):
            gather(old, young, operator, NOW)
        with refused(Why.SAME, young):
            gather(young, young, operator, NOW)
        assert (Entry.objects.count(), old.messages.count(), young.messages.count()) == (before, 1, 1)


def test_the_card_of_whoever_wrote_first_goes_on_and_a_second_press_gathers_nothing_twice(operator: User) -> None:
    old, other, young = card(at=NOW - timedelta(hours=2)), card(at=NOW - timedelta(hours=1)), card()
    seen = Incident.objects.get(pk=young.pk)
    gather(old, young, operator, NOW)
    with pytest.raises(Impossible):
        gather(old, young, operator, NOW)
    with pytest.raises((Impossible, NotAllowed)):
        gather(other, seen, operator, NOW)
    assert other.messages.count() == 1
    assert Entry.objects.filter(verb="incident.gathered").count() == 1
    old, young = card(at=NOW - timedelta(hours=5)), card()
    clocks_of_old = Deadline.objects.filter(incident=old).values("clock", "starts_at", "limit_at", "cancelled_at")
    before = list(clocks_of_old)
    assert gather(young, old, operator, NOW) == old
    young.refresh_from_db()
    assert (young.state, young.close_reason, young.answered_with) == (State.DONE, "gathered", old)
    assert old.messages.count() == 2
    assert main_message(old) != main_message(young)
    assert list(clocks_of_old.all()) == before
    assert not Deadline.objects.filter(incident=young, cancelled_at__isnull=True).exists()
    assert whole()


def test_a_promise_on_the_card_that_ends_goes_on_and_one_that_opens_again_has_its_messages(operator: User) -> None:
    old, young = card(at=NOW - timedelta(hours=1)), card("postponed")
    clocks.wait(young, Norm.Clock.PROMISE, NOW, NOW + timedelta(days=2), words="answer:7")
    gather(old, young, operator, NOW)
    promise = Deadline.objects.get(clock=Norm.Clock.PROMISE, cancelled_at__isnull=True)
    assert (promise.incident, promise.limit_at, promise.words) == (old, NOW + timedelta(days=2), "answer:7")
    old, young = card(at=NOW - timedelta(hours=1)), card()
    gather(old, young, operator, NOW)
    reopen(Incident.objects.get(pk=young.pk), "user:1", NOW)
    young.refresh_from_db()
    assert (young.state, young.answered_with) == (State.NEW, None)
    assert old.messages.count() == young.messages.count() == 1


def test_a_split_card_starts_with_the_first_ones_clock_and_the_next_number(operator: User) -> None:
    first = card("in_work", at=NOW - timedelta(days=2))
    second = split(first, main_message(first), operator, NOW)
    assert (second.number, second.started_at, second.state) == (first.number + 1, first.started_at, State.NEW)
    assert main_message(second) == main_message(first)
    assert second.due_at == NOW
    verbs = Entry.objects.order_by("pk").values_list("incident", "verb", "data")
    assert list(verbs)[-2:] == [
        (second.pk, "incident.open", {"message": main_message(first).pk, "from": first.pk}),
        (first.pk, "incident.split", {"message": main_message(first).pk, "into": second.pk}),
    ]


def test_only_a_citizens_message_of_this_card_is_split_off_once_and_nothing_of_what_is_over(operator: User) -> None:
    for state in ("noise", "done"):
        over = card(state)
        with pytest.raises(Impossible):
            split(over, main_message(over), operator, NOW)
    first, ours = card(), new_message()
    Message.objects.filter(pk=ours.pk).update(own=True)
    with book.turn():
        add_message(first, ours, NOW, "machine:publishing")
    for message in (new_message(), ours):
        with refused(Why.NOT_ITS_MESSAGE):
            split(first, message, operator, NOW)
    split(first, main_message(first), operator, NOW, beside=0)
    with refused(Why.TWICE):
        split(first, main_message(first), operator, NOW, beside=0)
    assert Incident.objects.count() == 4


def pair(operator: User) -> tuple[Incident, Incident]:
    first = card()
    return first, split(first, main_message(first), operator, NOW)


def test_only_cards_with_a_message_in_common_join_and_nobody_waits_for_one_that_gives_no_answer(operator: User) -> None:
    first, second = pair(operator)
    other = card()
    with refused(Why.NOTHING_SHARED, other):
        join(first, other, operator, NOW)
    third = split(first, main_message(first), operator, NOW)
    join(second, first, operator, NOW)
    with refused(Why.FOLLOWS, second):
        join(third, second, operator, NOW)
    with refused(Why.LEADS, first):
        join(first, third, operator, NOW)
    with refused(Why.FOLLOWS, second):
        join(second, third, operator, NOW)
    first, second = pair(operator)
    join(second, first, operator, NOW)
    assert part(second, operator, NOW).answered_with is None
    with refused(Why.APART, second):
        part(second, operator, NOW)
    for state in ("rating", "done", "noise"):
        Incident.objects.filter(pk=first.pk).update(state=state)
        with pytest.raises(Impossible):
            join(second, first, operator, NOW)


def test_whoever_waited_for_a_card_that_gives_no_answer_is_alone_and_for_a_gathered_one_goes_on(operator: User) -> None:
    ends: tuple[Callable[[Incident], object], ...] = (
        lambda first: dismiss(first, "user:1", NOW, "spam"),
        lambda first: close_unanswered(first, "pointless", "", NOW, "user:1"),
    )
    for end in ends:
        first, second = pair(operator)
        join(second, first, operator, NOW)
        end(first)
        second.refresh_from_db()
        assert (second.answered_with, second.state) == (None, State.NEW)
    old = card(at=NOW - timedelta(hours=1))
    first, second = pair(operator)
    join(second, first, operator, NOW)
    gather(old, first, operator, NOW)
    second.refresh_from_db()
    assert second.answered_with == old
    assert answered_together(old) == [old, second], "the gathered one is not among them"


def test_an_author_who_writes_again_is_heard_and_read_where_the_matter_goes_on(operator: User) -> None:
    old, young = card(at=NOW - timedelta(hours=1)), card()
    gather(old, young, operator, NOW)
    again = new_message(main_message(young))
    assert known_cards([again]) == {again.pk: [old]}
    first, second = pair(operator)
    again = new_message(main_message(first))
    assert known_cards([again]) == {again.pk: [second, first]}, "two matters in one message"
    join(second, first, operator, NOW)
    assert known_cards([again]) == {again.pk: [first]}, "the answer is given there"
    lone = card("done")
    Incident.objects.filter(pk=lone.pk).update(close_reason="gathered")
    assert listening([Incident.objects.get(pk=lone.pk)]) == [lone], "a gathered card alone still hears"
    old, young = card(at=NOW - timedelta(hours=1)), card("noise")
    again = new_message(main_message(young))
    with book.turn():
        hear_again([(young, again)], NOW)
    Incident.objects.filter(pk=young.pk).update(state="new")
    gather(old, young, operator, NOW)
    with book.turn():
        hear(claim(Heard, NOW + timedelta(seconds=1), timedelta(minutes=5), 10), NOW)
    assert Entry.objects.get(verb="incident.author_wrote").incident == old.pk
    young.refresh_from_db()
    assert young.state == State.DONE


def test_everybody_on_the_card_is_owed_an_answer_but_whoever_took_his_words_away(operator: User) -> None:
    old, young, gone = card(at=NOW - timedelta(hours=1)), card(), card()
    Message.objects.filter(links__incident=gone).update(deleted_at=NOW)
    gather(old, young, operator, NOW)
    gather(old, gone, operator, NOW)
    owed = [(voice.owed, voice.latest is None) for voice in voices(old)]
    assert owed == [(True, False), (True, False), (False, True)]
