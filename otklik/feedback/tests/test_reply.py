"""A reply under our answer: what stands before a person from the moment it is heard, and what an edit makes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.answers.models import Answer
from otklik.feedback.hear import confirm, dismiss, hear, reopen
from otklik.feedback.models import Rating, Survey
from otklik.feedback.wait import close_silent
from otklik.feedback.word import note
from otklik.inbox.models import Edition, Message
from otklik.incidents.cards import hear_again, hear_changed, main_message
from otklik.incidents.models import Heard, Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import User
from tests.make import cards, inbox, people
from tests.make.feedback import survey

pytestmark = pytest.mark.django_db

ANSWERED = datetime(2026, 11, 20, 9, tzinfo=UTC)
THEN, LATER = ANSWERED + timedelta(hours=5), ANSWERED + timedelta(hours=6)
LEASE = timedelta(minutes=5)
BAD, GOOD, UNCLEAR = "Ничего не сделали!", "Спасибо, починили", "А во дворе номер семь?"


@pytest.fixture
def operator() -> User:
    return people.person()


def answered(state: str = State.RATING) -> Incident:
    """A card that was answered and waits for its author's word."""
    known: dict[str, Any] = {"kind": "solvable", "outcome": "solved", "rating_since": ANSWERED}
    card = cards.card(at=ANSWERED - timedelta(hours=9), state=state, agency=people.agency(), **known)
    survey(card, ANSWERED, due_at=LATER)
    Answer.objects.filter(incident=card).update(kind="final", decided_at=ANSWERED)
    return card


def listen(at: datetime) -> None:
    with book.turn():
        hear(claim(Heard, at + timedelta(seconds=1), LEASE, 10), at)


def says(card: Incident, text: str, at: datetime = THEN) -> Rating | None:
    """He writes that under our answer; what is kept of it."""
    main = main_message(card)
    reply = inbox.message(text, at=at, author=main.author, thread=main.thread, parent_external_id=main.external_id)
    with book.turn():
        hear_again([(card, reply)], at)
    listen(at)
    return Rating.objects.filter(incident=card, message=reply).first()


def reply(text: str, card: Incident | None = None) -> Rating:
    rating = says(card or answered(), text)
    assert rating is not None
    return rating


def edits(rating: Rating, text: str = "", *, at: datetime = LATER, deleted: bool = False) -> Rating:
    """He puts this text in its place, or takes it away; as it then stands."""
    message = rating.message
    assert message is not None
    if text and text != message.text:
        Edition.objects.create(message=message, text=message.text, until=at)
        message.text = text
    message.revision, message.deleted_at = message.revision + 1, at if deleted else None
    message.save()
    with book.turn():
        hear_changed([message], at)
    listen(at)
    return Rating.objects.get(pk=rating.pk)


def verbs(card: Incident) -> list[str]:
    entry_verbs = Entry.objects.filter(incident=card.pk).order_by("pk").values_list("verb", flat=True)
    return [
        verb.removeprefix("incident.") for verb in entry_verbs if "repl" in verb or "rat" in verb or "author" in verb
    ]


@pytest.mark.parametrize(
    ("text", "mark", "solved"),
    [(BAD, None, "no"), ("3", 3, ""), ("Убрали частично", None, "partly"), (UNCLEAR, None, ""), ("", None, "")],
)
def test_an_unhappy_or_unclear_reply_waits_for_a_person_at_once_and_keeps_its_card_open(
    text: str, mark: int | None, solved: str
) -> None:
    rating = reply(text)
    assert (rating.mark, rating.solved, rating.suggested) == (mark, solved, True)
    assert (rating.waits_since, rating.confirmed_at) == (THEN, None)
    with book.turn():
        close_silent(claim(Survey, LATER, LEASE, 10), LATER)
    assert Incident.objects.get(pk=rating.incident_id).state == State.RATING


def test_a_happy_reply_waits_for_nobody_but_for_blame_beside_thanks() -> None:
    assert reply(GOOD).waits_since is None
    assert reply("Спасибо, починили, но отписка же была").waits_since == THEN, "the mark is left to a person"


def test_on_a_closed_card_a_bad_word_waits_and_what_cannot_be_read_opens_it_and_is_no_judgement() -> None:
    bad = reply(BAD, answered(State.DONE))
    assert (bad.waits_since, bad.incident.state) == (THEN, State.DONE)
    unclear = reply(UNCLEAR, answered(State.DONE))
    assert (unclear.waits_since, unclear.dealt_how, unclear.dismissed_at) == (None, "reopened", THEN)
    assert Incident.objects.get(pk=unclear.incident_id).state == State.IN_WORK


def test_an_edit_is_read_anew_and_a_slip_of_the_pen_changes_nothing(operator: User) -> None:
    rating = edits(reply(BAD), "Ничего не сделали!!! Позвоните")
    assert (rating.waits_since, verbs(rating.incident)) == (THEN, ["reply_read"])
    rating = edits(rating, GOOD)
    assert (rating.waits_since, rating.dealt_how, rating.mark, rating.solved) == (None, "taken_back", 5, "yes")
    assert verbs(rating.incident) == ["reply_read", "reply_read_again"]
    rating = edits(rating, "Опять сломалось", at=LATER + timedelta(hours=1))
    assert (rating.waits_since, rating.dealt_how) == (LATER + timedelta(hours=1), "")
    confirm(reply(GOOD, rating.incident), 5, operator, LATER, "yes")
    assert Incident.objects.get(pk=rating.incident_id).state == State.RATING, "another word waits"


def test_what_was_confirmed_or_dismissed_of_other_words_is_to_be_confirmed_again(operator: User) -> None:
    rating = reply(GOOD)
    confirm(rating, 5, operator, THEN, "yes")
    rating = edits(rating, BAD)
    assert (rating.incident.state, rating.suggested, rating.confirmed_by) == (State.DONE, True, None)
    assert rating.waits_since == LATER
    confirm(rating, 1, operator, LATER + timedelta(hours=1), "no")
    assert Rating.objects.get(pk=rating.pk).waits_since == LATER, "since he said so"
    rating = reply(UNCLEAR)
    dismiss(rating, operator, THEN)
    assert Rating.objects.get(pk=rating.pk).waits_since is None
    assert edits(rating, "А во дворе номер восемь?").waits_since == LATER


def test_a_deleted_reply_leaves_the_lists_stays_on_its_card_and_may_come_back(operator: User) -> None:
    rating = edits(reply(BAD), deleted=True)
    assert (rating.waits_since, rating.dealt_how, rating.dismissed_at) == (None, "deleted", LATER)
    assert (rating.message is not None, verbs(rating.incident)) == (True, ["reply_read", "reply_deleted"])
    assert edits(rating, deleted=True).dealt_at == LATER
    assert verbs(rating.incident).count("reply_deleted") == 1
    back = LATER + timedelta(hours=1)
    rating = edits(rating, at=back)
    assert (rating.waits_since, rating.dealt_how, rating.dismissed_at) == (back, "", None)
    confirm(rating, None, operator, back, "no")
    rating = edits(rating, deleted=True)
    assert (rating.waits_since, rating.suggested, rating.dismissed_at) == (None, False, None), "he did say it"


def test_a_word_on_an_interim_answer_is_a_reply_too_and_may_open_the_card_before_the_promised_day(
    operator: User,
) -> None:
    rating = reply(GOOD, answered(State.POSTPONED))
    assert (rating.waits_since, rating.suggested) == (None, True)
    assert edits(rating, BAD).waits_since == LATER
    confirm(rating, None, operator, LATER, "no")
    card = confirm(reply(GOOD, rating.incident), 5, operator, LATER)
    assert (card.state, card.reopened) == (State.POSTPONED, 0), "the promise waits for its day"
    card = confirm(reply(BAD, card), 1, operator, LATER, again=True)
    assert (card.state, card.reopened) == (State.IN_WORK, 1)
    assert not Rating.objects.filter(incident=card, waits_since__isnull=False).exists()


def test_whatever_happens_to_words_that_were_heard_while_we_worked_is_no_reply() -> None:
    card = answered(State.IN_WORK)
    assert says(card, "Жду") is None
    message = Message.objects.get(text="Жду")
    Incident.objects.filter(pk=card.pk).update(state=State.DONE)
    Message.objects.filter(pk=message.pk).update(text="Жду.", revision=2)
    with book.turn():
        hear_changed([message], LATER)
    listen(LATER)
    card.refresh_from_db()
    assert (card.state, Rating.objects.count(), verbs(card)) == (State.DONE, 0, ["author_wrote"])


def test_who_deals_with_it_has_confirmed_what_was_read_and_nothing_more(operator: User) -> None:
    card = answered()
    bad, unclear, good = reply(BAD, card), reply(UNCLEAR, card), reply(GOOD, card)
    reopen(card, f"user:{operator.pk}", LATER)
    for rating in (bad, unclear, good):
        rating.refresh_from_db()
    assert (bad.suggested, bad.confirmed_by, bad.dealt_how) == (False, operator, "reopened")
    assert (unclear.suggested, unclear.dealt_how, unclear.dismissed_at) == (True, "reopened", LATER)
    assert (good.suggested, good.dealt_how) == (True, "")
    assert [entry.data["rating"] for entry in Entry.objects.filter(verb="incident.rated")] == [bad.pk]
    rating = reply("2")
    assert note(rating, "Знаем", operator, LATER).state == State.DONE
    assert Rating.objects.get(pk=rating.pk).confirmed_at == LATER
    rating = reply(BAD)
    assert confirm(rating, 5, operator, LATER).state == State.DONE, "the machine was wrong"
    rating.refresh_from_db()
    assert (rating.waits_since, rating.dealt_how) == (None, "")


def test_two_replies_at_once_are_a_row_each_and_heard_again_they_are_not_more() -> None:
    card = answered()
    first, second = reply(BAD, card), reply("Обман", card)
    Heard.objects.update(due_at=LATER)
    listen(LATER)
    assert list(Rating.objects.values_list("pk", flat=True).order_by("pk")) == [first.pk, second.pk]
