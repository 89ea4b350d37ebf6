"""The author's word by the survey's link: kept with its entry, changeable for a day; a complaint waits for a person."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from otklik.feedback import survey as verbs
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.feedback.said import Said
from otklik.feedback.voices import MOST, find_open, vote
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import move
from otklik.journal import book
from otklik.journal.models import Entry
from tests.make import people, rows
from tests.make.feedback import survey as asked_at

pytestmark = pytest.mark.django_db

ANSWERED = datetime(2026, 11, 20, 9, tzinfo=UTC)
SOON = ANSWERED + timedelta(hours=5)


@pytest.fixture
def card() -> Incident:
    begun = ANSWERED - timedelta(hours=9)
    more = {"outcome": "solved", "kind": "solvable", "first_answered_at": ANSWERED, "rating_since": ANSWERED}
    return rows.card(begun, state=State.RATING, agency=people.agency(), **more)


def asked(card: Incident, at: datetime = ANSWERED) -> Survey:
    return asked_at(card, at)


def state_of(card: Incident) -> Incident:
    return Incident.objects.get(pk=card.pk)


@pytest.mark.parametrize("said", [Said(4), Said(5), Said(5, "yes"), Said(None, "yes")])
def test_a_good_word_without_a_text_closes_the_card_with_its_reason(card: Incident, said: Said) -> None:
    survey = asked(card)
    rating = verbs.answer(survey, said, SOON)
    assert (rating.origin, rating.mark, rating.solved, rating.suggested) == ("survey", said.mark, said.solved, False)
    ended = state_of(card)
    assert (ended.state, ended.close_reason, ended.closed_at) == (State.DONE, CloseReason.SCORE, SOON)
    assert not Rating.objects.filter(waits_since__isnull=False).exists()
    survey.refresh_from_db()
    assert (survey.closed_at, survey.due_at) == (SOON, None)
    assert (survey.asked_at, survey.unasked) == (SOON, ""), "a person gave him the link"


BAD = [Said(1), Said(3), Said(None, "no"), Said(5, "no"), Said(4, "partly"), Said(2, "yes"), Said(5, "yes", "Спасибо!")]


@pytest.mark.parametrize("said", BAD)
def test_a_complaint_or_a_text_waits_for_a_person_and_moves_nothing(card: Incident, said: Said) -> None:
    verbs.answer(asked(card), said, SOON)
    left = state_of(card)
    assert (left.state, left.reopened, left.close_reason) == (State.RATING, 0, "")
    assert Rating.objects.get().waits_since == SOON


def test_neither_question_is_answered_out_of_the_other(card: Incident) -> None:
    verbs.answer(asked(card), Said(1), SOON)
    later = ANSWERED + timedelta(days=1)
    verbs.answer(asked(card, later), Said(None, "no"), later)
    assert list(Rating.objects.order_by("pk").values_list("mark", "solved")) == [(1, ""), (None, "no")]


@pytest.mark.parametrize("columns", [{"mark": None}, {"mark": 6}, {"mark": 0}, {"mark": 5, "solved": "maybe"}])
def test_the_database_takes_no_rating_that_says_nothing_or_nonsense(card: Incident, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(incident=card, origin="survey", at=SOON, **columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unconfirmed.objects.create(survey=asked(card), at=SOON, **columns)


def test_a_card_closed_by_silence_stays_closed_and_the_complaint_waits(card: Incident) -> None:
    survey = asked(card)
    Incident.objects.filter(pk=card.pk).update(state=State.DONE, close_reason=CloseReason.SILENCE)
    verbs.answer(survey, Said(5), SOON)
    assert (state_of(card).state, state_of(card).close_reason) == (State.DONE, CloseReason.SILENCE)
    verbs.answer(survey, Said(2), SOON + timedelta(minutes=1))
    assert state_of(card).state == State.DONE
    rating = Rating.objects.get()
    assert (rating.mark, rating.waits_since) == (2, SOON + timedelta(minutes=1))


def test_every_answer_has_its_entry_of_codes_only_and_the_chain_holds(card: Incident) -> None:
    survey = asked(card)
    verbs.answer(survey, Said(5), SOON)
    verbs.answer(survey, Said(1, "no", "Звоните 8 918 000-00-00"), SOON + timedelta(hours=1))
    rated = list(Entry.objects.filter(verb="incident.rated").order_by("pk"))
    codes = [(entry.actor, entry.data["mark"], entry.data["solved"], entry.data["changed"]) for entry in rated]
    assert codes == [(verbs.ACTOR, 5, "", False), (verbs.ACTOR, 1, "no", True)]
    assert rated[1].data["reason"] is True
    kept = str([entry.data for entry in rated])
    assert "Звоните" not in kept
    assert "918 000" not in kept
    assert book.broken_at() is None


def test_it_can_be_changed_for_a_day_from_the_first_answer_and_no_longer(card: Incident) -> None:
    survey = asked(card)
    verbs.answer(survey, Said(5), SOON)
    verbs.answer(survey, Said(4), SOON + timedelta(hours=23))
    with pytest.raises(verbs.Over):
        verbs.answer(survey, Said(1), SOON + timedelta(hours=24))
    assert [rating.mark for rating in Rating.objects.all()] == [4]
    assert state_of(card).state == State.DONE


def test_the_same_answer_once_more_writes_nothing(card: Incident) -> None:
    survey = asked(card)
    verbs.answer(survey, Said(2, "no"), SOON)
    entries = Entry.objects.count()
    verbs.answer(survey, Said(2, "no"), SOON + timedelta(hours=1))
    assert Entry.objects.count() == entries
    assert Rating.objects.get().waits_since == SOON


def test_whoever_changes_his_mind_for_the_better_waits_no_more_and_the_card_ends(card: Incident) -> None:
    survey = asked(card)
    verbs.answer(survey, Said(1), SOON)
    verbs.answer(survey, Said(5), SOON + timedelta(hours=1))
    rating = Rating.objects.get()
    assert (rating.waits_since, rating.dealt_how) == (None, Rating.Dealt.TAKEN_BACK)
    assert state_of(card).state == State.DONE


def test_a_card_that_has_moved_on_keeps_the_word_and_its_state(card: Incident) -> None:
    survey = asked(card)
    move(card, "reopen", at=SOON, actor="user:1")
    verbs.answer(survey, Said(1), SOON)
    verbs.answer(survey, Said(5), SOON + timedelta(minutes=1))
    assert state_of(card).state == State.IN_WORK
    assert Rating.objects.get().mark == 5


def test_an_older_survey_ends_where_the_newer_answer_asks_anew(card: Incident) -> None:
    old = asked(card)
    verbs.answer(old, Said(4), SOON)
    later = SOON + timedelta(hours=2)
    new = asked(card, later)
    Incident.objects.filter(pk=card.pk).update(state=State.RATING, rating_since=later)
    assert verbs.standing(new).rating is None
    with pytest.raises(verbs.Over):
        verbs.answer(old, Said(2), later + timedelta(hours=1))
    verbs.answer(new, Said(5), later + timedelta(hours=2))
    assert state_of(card).state == State.DONE
    ratings = [verbs.standing(one).rating for one in (old, new)]
    assert [rating.mark for rating in ratings if rating] == [4, 5]


def test_a_good_word_does_not_end_a_card_on_which_another_word_waits(card: Incident) -> None:
    verbs.answer(asked(card), Said(1), SOON)
    later = SOON + timedelta(hours=1)
    verbs.answer(asked(card, later), Said(5), later + timedelta(hours=1))
    assert state_of(card).state == State.RATING


def test_an_unanswered_survey_ends_where_the_next_one_begins(card: Incident) -> None:
    old = asked(card)
    asked(card, ANSWERED + timedelta(days=2))
    with pytest.raises(verbs.Over):
        verbs.answer(old, Said(5), ANSWERED + timedelta(days=3))
    assert not Rating.objects.exists()


@pytest.mark.parametrize("said", [(0,), (6,), (-1,), (10**9,), (None, ""), (5, "так себе"), (5, "", "я" * 1001)])
def test_no_other_answer_can_be_said(said: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Said(*said)


def test_the_two_links_of_a_survey_live_thirty_days_and_open_nothing_of_each_other(card: Incident) -> None:
    survey = asked(card)
    assert find_open("", ANSWERED) is None
    Survey.objects.filter(pk=survey.pk).update(open_key="everybody")
    for find, key, other in ((verbs.find, survey.key, "everybody"), (find_open, "everybody", survey.key)):
        assert find(key, ANSWERED + timedelta(days=29)) == survey
        assert find(key, ANSWERED + timedelta(days=30)) is None
        assert [find(wrong, ANSWERED) for wrong in (key[:-1], "", other)] == [None] * 3


@pytest.mark.parametrize("said", [Said(5, "yes"), Said(1, "no", "Ничего не сделано")])
def test_an_unconfirmed_vote_moves_nothing_and_is_no_rating(card: Incident, said: Said) -> None:
    survey = asked(card)
    voice = vote(survey, said, None, SOON)
    assert (voice.mark, voice.solved, voice.reason) == (said.mark, said.solved, said.reason)
    survey.refresh_from_db()
    assert (state_of(card).state, survey.closed_at) == (State.RATING, None)
    assert not Rating.objects.exists()
    assert Entry.objects.get().verb == "incident.unconfirmed_voice"


def test_a_browser_changes_its_one_vote_for_a_day(card: Incident) -> None:
    survey = asked(card)
    voice = vote(survey, Said(5), None, SOON)
    assert vote(survey, Said(2), voice, SOON + timedelta(hours=23)).mark == 2
    with pytest.raises(verbs.Over):
        vote(survey, Said(1), voice, SOON + timedelta(hours=24))
    assert Unconfirmed.objects.get().mark == 2


def test_votes_that_are_poured_in_are_kept_up_to_a_bound(card: Incident) -> None:
    survey = asked(card)
    Unconfirmed.objects.bulk_create(Unconfirmed(survey=survey, mark=5, at=SOON) for _ in range(MOST))
    with pytest.raises(verbs.Over):
        vote(survey, Said(5), None, SOON)
    assert Unconfirmed.objects.count() == MOST
