from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from otklik.feedback import survey as verbs
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.feedback.opinion import Opinion
from otklik.feedback.voices import MOST, find_open, vote
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import move
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from tests.make import people, rows
from tests.make.feedback import survey as asked_at

pytestmark = pytest.mark.django_db

ANSWERED = datetime(2026, 11, 20, 9, tzinfo=UTC)
SOON = ANSWERED + timedelta(hours=5)


def waiting() -> Incident:
    """An answered card that waits for its author's word."""
    begun = ANSWERED - timedelta(hours=9)
    more = {"outcome": "solved", "kind": "solvable", "first_answered_at": ANSWERED, "rating_since": ANSWERED}
    return rows.card(begun, state=State.RATING, agency=people.agency(), **more)


@pytest.fixture
def card() -> Incident:
    return waiting()


def open_survey(card: Incident, at: datetime = ANSWERED) -> Survey:
    return asked_at(card, at)


def state_of(card: Incident) -> Incident:
    return Incident.objects.get(pk=card.pk)


def test_a_good_word_without_a_text_closes_the_card_with_its_reason() -> None:
    for opinion in (Opinion(4), Opinion(5), Opinion(5, "yes"), Opinion(None, "yes")):
        card = waiting()
        survey = open_survey(card)
        rating = verbs.answer(survey, opinion, SOON)
        assert (rating.origin, rating.mark, rating.solved) == ("survey", opinion.mark, opinion.solved)
        assert (rating.suggested, rating.waits_since) == (False, None)
        ended = state_of(card)
        assert (ended.state, ended.close_reason, ended.closed_at) == (State.DONE, CloseReason.SCORE, SOON), opinion
        survey.refresh_from_db()
        assert (survey.closed_at, survey.due_at) == (SOON, None)
        assert (survey.asked_at, survey.unasked) == (SOON, ""), "a person gave him the link"


BAD = [
    Opinion(1),
    Opinion(3),
    Opinion(None, "no"),
    Opinion(5, "no"),
    Opinion(4, "partly"),
    Opinion(2, "yes"),
    Opinion(5, "yes", "Спасибо!"),
]


def test_a_complaint_or_a_text_waits_for_a_person_moves_nothing_and_neither_question_answers_the_other() -> None:
    for opinion in BAD:
        card = waiting()
        verbs.answer(open_survey(card), opinion, SOON)
        left = state_of(card)
        assert (left.state, left.reopened, left.close_reason) == (State.RATING, 0, ""), opinion
        rating = Rating.objects.get(incident=card)
        assert (rating.mark, rating.solved, rating.waits_since) == (opinion.mark, opinion.solved, SOON)


def test_neither_the_database_nor_a_word_takes_a_rating_that_says_nothing_or_nonsense(card: Incident) -> None:
    survey = open_survey(card)
    wrong: list[dict[str, Any]] = [{"mark": None}, {"mark": 6}, {"mark": 0}, {"mark": 5, "solved": "maybe"}]
    for columns in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.create(incident=card, origin="survey", at=SOON, **columns)
        with pytest.raises(IntegrityError), transaction.atomic():
            Unconfirmed.objects.create(survey=survey, at=SOON, **columns)
    senseless: list[tuple[Any, ...]] = [(0,), (6,), (-1,), (10**9,), (None, ""), (5, "так себе"), (5, "", "я" * 1001)]
    for parts in senseless:
        with pytest.raises(ValueError, match=r".+"):
            Opinion(*parts)


def test_a_card_closed_by_silence_stays_closed_and_the_complaint_waits(card: Incident) -> None:
    survey = open_survey(card)
    Incident.objects.filter(pk=card.pk).update(state=State.DONE, close_reason=CloseReason.SILENCE)
    verbs.answer(survey, Opinion(5), SOON)
    assert (state_of(card).state, state_of(card).close_reason) == (State.DONE, CloseReason.SILENCE)
    verbs.answer(survey, Opinion(2), SOON + timedelta(minutes=1))
    assert state_of(card).state == State.DONE
    rating = Rating.objects.get()
    assert (rating.mark, rating.waits_since) == (2, SOON + timedelta(minutes=1))


def test_every_answer_has_its_entry_of_codes_only_and_the_chain_holds(card: Incident) -> None:
    survey = open_survey(card)
    verbs.answer(survey, Opinion(5), SOON)
    verbs.answer(survey, Opinion(1, "no", "Звоните 8 918 000-00-00"), SOON + timedelta(hours=1))
    rated = list(Entry.objects.filter(verb="incident.rated").order_by("pk"))
    codes = [(entry.actor, entry.data["mark"], entry.data["solved"], entry.data["changed"]) for entry in rated]
    assert codes == [(verbs.ACTOR, 5, "", False), (verbs.ACTOR, 1, "no", True)]
    assert rated[1].data["reason"] is True
    kept = str([entry.data for entry in rated])
    assert "Звоните" not in kept
    assert "918 000" not in kept
    assert whole()


def test_it_can_be_changed_for_a_day_from_the_first_answer_and_no_longer(card: Incident) -> None:
    survey = open_survey(card)
    verbs.answer(survey, Opinion(5), SOON)
    verbs.answer(survey, Opinion(4), SOON + timedelta(hours=23))
    entries = Entry.objects.count()
    verbs.answer(survey, Opinion(4), SOON + timedelta(hours=23))
    assert Entry.objects.count() == entries, "the same once more writes nothing"
    with pytest.raises(verbs.Over):
        verbs.answer(survey, Opinion(1), SOON + timedelta(hours=24))
    assert [rating.mark for rating in Rating.objects.all()] == [4]
    assert state_of(card).state == State.DONE


def test_whoever_changes_his_mind_for_the_better_waits_no_more_and_the_card_ends(card: Incident) -> None:
    survey = open_survey(card)
    for hours in (0, 1):
        verbs.answer(survey, Opinion(1, "no"), SOON + timedelta(hours=hours))
        assert Rating.objects.get().waits_since == SOON, "since he said so first"
    verbs.answer(survey, Opinion(5), SOON + timedelta(hours=1))
    rating = Rating.objects.get()
    assert (rating.waits_since, rating.dealt_how) == (None, Rating.Dealt.TAKEN_BACK)
    assert state_of(card).state == State.DONE


def test_a_card_that_has_moved_on_keeps_the_word_and_its_state(card: Incident) -> None:
    survey = open_survey(card)
    move(card, "reopen", at=SOON, actor="user:1")
    verbs.answer(survey, Opinion(1), SOON)
    verbs.answer(survey, Opinion(5), SOON + timedelta(minutes=1))
    assert state_of(card).state == State.IN_WORK
    assert Rating.objects.get().mark == 5


def test_an_older_survey_ends_where_the_next_one_begins(card: Incident) -> None:
    old = open_survey(card)
    verbs.answer(old, Opinion(4), SOON)
    later = SOON + timedelta(hours=2)
    new = open_survey(card, later)
    Incident.objects.filter(pk=card.pk).update(state=State.RATING, rating_since=later)
    assert verbs.standing(new).rating is None
    with pytest.raises(verbs.Over):
        verbs.answer(old, Opinion(2), later + timedelta(hours=1))
    verbs.answer(new, Opinion(5), later + timedelta(hours=2))
    assert state_of(card).state == State.DONE
    ratings = [verbs.standing(one).rating for one in (old, new)]
    assert [rating.mark for rating in ratings if rating] == [4, 5]
    unanswered = open_survey(waiting())
    open_survey(unanswered.incident, ANSWERED + timedelta(days=2))
    with pytest.raises(verbs.Over):
        verbs.answer(unanswered, Opinion(5), ANSWERED + timedelta(days=3))
    assert not Rating.objects.filter(incident=unanswered.incident).exists()


def test_a_good_word_does_not_end_a_card_on_which_another_word_waits(card: Incident) -> None:
    verbs.answer(open_survey(card), Opinion(1), SOON)
    later = SOON + timedelta(hours=1)
    verbs.answer(open_survey(card, later), Opinion(5), later + timedelta(hours=1))
    assert state_of(card).state == State.RATING


def test_the_two_links_of_a_survey_live_thirty_days_and_open_nothing_of_each_other(card: Incident) -> None:
    survey = open_survey(card)
    assert find_open("", ANSWERED) is None
    Survey.objects.filter(pk=survey.pk).update(open_key="everybody")
    for find, key, other in ((verbs.find, survey.key, "everybody"), (find_open, "everybody", survey.key)):
        assert find(key, ANSWERED + timedelta(days=29)) == survey
        assert find(key, ANSWERED + timedelta(days=30)) is None
        assert [find(wrong, ANSWERED) for wrong in (key[:-1], "", other)] == [None] * 3


def test_an_unconfirmed_vote_moves_nothing_and_is_no_rating(card: Incident) -> None:
    survey = open_survey(card)
    for opinion in (Opinion(5, "yes"), Opinion(1, "no", "Ничего не сделано")):
        voice = vote(survey, opinion, None, SOON)
        assert (voice.mark, voice.solved, voice.reason) == (opinion.mark, opinion.solved, opinion.reason)
    survey.refresh_from_db()
    assert (state_of(card).state, survey.closed_at) == (State.RATING, None)
    assert not Rating.objects.exists()
    assert set(Entry.objects.values_list("verb", flat=True)) == {"incident.unconfirmed_voice"}


def test_a_browser_changes_its_one_vote_for_a_day_and_votes_are_kept_up_to_a_bound(card: Incident) -> None:
    survey = open_survey(card)
    voice = vote(survey, Opinion(5), None, SOON)
    assert vote(survey, Opinion(2), voice, SOON + timedelta(hours=23)).mark == 2
    with pytest.raises(verbs.Over):
        vote(survey, Opinion(1), voice, SOON + timedelta(hours=24))
    assert Unconfirmed.objects.get().mark == 2
    Unconfirmed.objects.bulk_create(Unconfirmed(survey=survey, mark=5, at=SOON) for _ in range(MOST - 1))
    with pytest.raises(verbs.Over):
        vote(survey, Opinion(5), None, SOON)
    assert Unconfirmed.objects.count() == MOST
