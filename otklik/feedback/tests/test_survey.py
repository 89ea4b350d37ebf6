"""The author's mark by the survey's link: kept with its entry, changeable for a day, and moving the right card only."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from otklik.answers.models import Answer
from otklik.feedback import survey as verbs
from otklik.feedback.models import Rating, Survey
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import move
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.people.models import Agency, User
from otklik.publishing.models import Delivery, Epoch, Sent

pytestmark = pytest.mark.django_db

ANSWERED = datetime(2026, 11, 20, 9, tzinfo=UTC)
SOON = ANSWERED + timedelta(hours=5)
_NUMBERS = count(1)


@pytest.fixture
def card() -> Incident:
    agency, _ = Agency.objects.get_or_create(code="water", defaults={"name": "Водоканал", "short_name": "Водоканал"})
    return Incident.objects.create(
        number=next(_NUMBERS),
        state=State.RATING,
        outcome="solved",
        kind="solvable",
        agency=agency,
        started_at=ANSWERED - timedelta(hours=9),
        created_at=ANSWERED - timedelta(hours=9),
        first_answered_at=ANSWERED,
        rating_since=ANSWERED,
    )


def asked(card: Incident, at: datetime = ANSWERED) -> Survey:
    """An answer to the card was published, and its survey opened."""
    number = next(_NUMBERS)
    user, _ = User.objects.get_or_create(username="executor")
    author = Author.objects.create(network="vk", external_id=str(number))
    thread = Thread.objects.create(network="vk", external_id=f"wall-1_{number}")
    message = Message.objects.create(
        network="vk",
        external_id=f"wall-1_{number}?reply=1",
        place="comment",
        thread=thread,
        author=author,
        posted_at=at,
        captured_at=at,
    )
    answer = Answer.objects.create(
        incident=card, reply_to=message, author=user, state="approved", created_at=at, changed_at=at
    )
    epoch = Epoch.objects.create(began_at=at)
    delivery = Delivery.objects.create(
        answer=answer, message=message, epoch=epoch, text="", key=str(number), state="sent", created_at=at
    )
    sent = Sent.objects.create(delivery=delivery, external_id=f"wall-1_{number}?reply=2", at=at)
    return Survey.objects.create(incident=card, sent=sent, opened_at=at, due_at=at + timedelta(hours=96))


def state_of(card: Incident) -> Incident:
    return Incident.objects.get(pk=card.pk)


@pytest.mark.parametrize("mark", [4, 5])
def test_a_good_mark_closes_the_card_with_its_reason(card: Incident, mark: int) -> None:
    survey = asked(card)
    rating = verbs.answer(survey, mark, SOON)
    assert (rating.origin, rating.mark, rating.suggested) == (Rating.Origin.SURVEY, mark, False)
    ended = state_of(card)
    assert (ended.state, ended.close_reason, ended.closed_at) == (State.DONE, CloseReason.SCORE, SOON)
    survey.refresh_from_db()
    assert (survey.closed_at, survey.due_at) == (SOON, None)


@pytest.mark.parametrize("mark", [1, 2, 3])
def test_a_bad_mark_opens_the_card_again_with_its_old_clock(card: Incident, mark: int) -> None:
    verbs.answer(asked(card), mark, SOON)
    again = state_of(card)
    assert (again.state, again.reopened, again.started_at) == (State.IN_WORK, 1, card.started_at)


def test_a_card_closed_by_silence_wakes_by_a_bad_mark_and_sleeps_on_by_a_good_one(card: Incident) -> None:
    survey = asked(card)
    Incident.objects.filter(pk=card.pk).update(state=State.DONE, close_reason=CloseReason.SILENCE)
    verbs.answer(survey, 5, SOON)
    assert (state_of(card).state, state_of(card).close_reason) == (State.DONE, CloseReason.SILENCE)
    verbs.answer(survey, 2, SOON + timedelta(minutes=1))
    assert state_of(card).state == State.IN_WORK
    assert Rating.objects.get().mark == 2


def test_every_mark_has_its_entry_of_codes_only_and_the_chain_holds(card: Incident) -> None:
    survey = asked(card)
    verbs.answer(survey, 5, SOON)
    verbs.answer(survey, 1, SOON + timedelta(hours=1))
    rated = list(Entry.objects.filter(verb="incident.rated").order_by("pk"))
    assert [(entry.actor, entry.data["mark"], entry.data["changed"]) for entry in rated] == [
        (verbs.ACTOR, 5, False),
        (verbs.ACTOR, 1, True),
    ]
    assert book.broken_at() is None


def test_the_mark_can_be_changed_for_a_day_from_the_first_one_and_no_longer(card: Incident) -> None:
    survey = asked(card)
    verbs.answer(survey, 5, SOON)
    verbs.answer(survey, 4, SOON + timedelta(hours=23))
    with pytest.raises(verbs.Over):
        verbs.answer(survey, 1, SOON + timedelta(hours=24))
    assert [rating.mark for rating in Rating.objects.all()] == [4]
    assert state_of(card).state == State.DONE


def test_changing_a_bad_mark_to_a_good_one_does_not_stop_the_work_that_has_begun(card: Incident) -> None:
    survey = asked(card)
    verbs.answer(survey, 1, SOON)
    verbs.answer(survey, 5, SOON + timedelta(hours=1))
    assert state_of(card).state == State.IN_WORK
    assert Rating.objects.get().mark == 5
    verbs.answer(survey, 2, SOON + timedelta(hours=2))
    assert state_of(card).reopened == 1


def test_a_card_that_has_moved_on_keeps_the_mark_and_its_state(card: Incident) -> None:
    survey = asked(card)
    move(card, "reopen", at=SOON, actor="user:1")
    verbs.answer(survey, 1, SOON)
    assert state_of(card).state == State.IN_WORK
    assert Rating.objects.get().mark == 1


def test_an_older_survey_says_nothing_of_the_newer_answer(card: Incident) -> None:
    old = asked(card)
    verbs.answer(old, 1, SOON)
    later = ANSWERED + timedelta(hours=20)
    new = asked(card, later)
    Incident.objects.filter(pk=card.pk).update(state=State.RATING, rating_since=later)
    assert verbs.standing(new).rating is None
    verbs.answer(old, 2, later + timedelta(hours=1))
    assert state_of(card).state == State.RATING
    verbs.answer(new, 5, later + timedelta(hours=2))
    assert state_of(card).state == State.DONE
    assert sorted(rating.mark for rating in Rating.objects.all()) == [2, 5]
    told = [verbs.standing(one).rating for one in (old, new)]
    assert [rating.mark for rating in told if rating] == [2, 5]


def test_an_unanswered_survey_ends_where_the_next_one_begins(card: Incident) -> None:
    old = asked(card)
    asked(card, ANSWERED + timedelta(days=2))
    with pytest.raises(verbs.Over):
        verbs.answer(old, 5, ANSWERED + timedelta(days=3))
    assert not Rating.objects.exists()


@pytest.mark.parametrize("mark", [0, 6, -1, 10**9])
def test_no_other_mark_is_taken(card: Incident, mark: int) -> None:
    survey = asked(card)
    with pytest.raises(ValueError, match="1 to 5"):
        verbs.answer(survey, mark, SOON)
    assert not Entry.objects.exists()


def test_a_link_is_found_for_thirty_days_and_by_its_whole_key_only(card: Incident) -> None:
    survey = asked(card)
    assert verbs.find(survey.key, ANSWERED + timedelta(days=29)) == survey
    assert verbs.find(survey.key, ANSWERED + timedelta(days=30)) is None
    assert verbs.find(survey.key[:-1], ANSWERED) is None
    assert verbs.find("", ANSWERED) is None
