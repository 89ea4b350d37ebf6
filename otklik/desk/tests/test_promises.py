"""A promise is kept in the future: no interim answer goes out with a day that has passed in the region."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from otklik.answers import drafts, review
from otklik.answers.models import Answer
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib.due import claim
from otklik.publishing import fate
from otklik.publishing.models import Delivery
from otklik.publishing.prepare import prepare
from otklik.routing.models import Deadline
from tests.make.town import LEASE, Town, make_town

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)


@pytest.fixture
def town(settings: Settings) -> Town:
    settings.TIME_ZONE = "Europe/Moscow"
    return make_town()


def promising(town: Town, day: date) -> Answer:
    card = town.assigned()
    words = drafts.Words("Починим до пятницы и покажем.", Answer.Kind.INTERIM, promised_on=day)
    return drafts.write(card, main_message(card), words, town.executor, NOON)


@pytest.mark.parametrize("day", [date(2020, 1, 1), TODAY - timedelta(days=1)])
def test_a_day_that_has_passed_is_not_sent_for_approval(town: Town, day: date) -> None:
    answer = promising(town, day)
    with pytest.raises(drafts.Unfit, match="выберите сегодняшний или более поздний"):
        drafts.submit(answer, town.executor, NOON)
    answer.refresh_from_db()
    assert answer.state == Answer.State.DRAFT


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=400)])
def test_today_and_any_later_day_may_be_promised(town: Town, day: date) -> None:
    answer = promising(town, day)
    drafts.submit(answer, town.executor, NOON)
    drafts.approve(answer, town.approver, NOON, answer.version)
    answer.refresh_from_db()
    assert answer.state == Answer.State.APPROVED


def test_the_day_ends_by_the_clock_of_the_region(town: Town) -> None:
    late_evening = datetime(2026, 11, 25, 20, 59, tzinfo=UTC)
    for at, fits in ((late_evening, True), (late_evening + timedelta(minutes=1), False)):
        assert drafts.promise_is_over(promising(town, TODAY), at) is not fits


def test_a_promise_that_ran_out_in_the_approvers_hands_is_not_let_out(town: Town) -> None:
    answer = promising(town, TODAY)
    drafts.submit(answer, town.executor, NOON)
    tomorrow = NOON + timedelta(days=1)
    with pytest.raises(drafts.Unfit, match="верните ответ"):
        drafts.approve(answer, town.approver, tomorrow, answer.version)
    with pytest.raises(drafts.Unfit, match="верните ответ"):
        review.correct_and_approve(answer, "Починим.", town.approver, tomorrow, answer.version)
    answer.refresh_from_db()
    assert (answer.state, answer.text) == (Answer.State.APPROVAL, "Починим до пятницы и покажем.")


def test_a_final_answer_promises_nothing(town: Town) -> None:
    answer = promising(town, TODAY - timedelta(days=9))
    Answer.objects.filter(pk=answer.pk).update(
        kind=Answer.Kind.FINAL, outcome="solved", ground="act", ground_words="Акт № 7"
    )
    drafts.submit(Answer.objects.get(pk=answer.pk), town.executor, NOON)


def test_a_new_day_that_was_published_takes_the_place_of_the_old_one(town: Town) -> None:
    """Else the old clock would go on to the head of the region, although the author knows the new day."""
    said(promising(town, TODAY + timedelta(days=1)), town)
    card = Incident.objects.get()
    again = drafts.Words("Починим к 30 ноября.", Answer.Kind.INTERIM, promised_on=TODAY + timedelta(days=5))
    said(drafts.write(card, main_message(card), again, town.executor, NOON), town)
    old, new = Deadline.objects.filter(clock="promise").order_by("pk")
    assert (old.met_at is not None, new.met_at, new.cancelled_at) == (True, None, None)


def said(answer: Answer, town: Town) -> None:
    drafts.submit(answer, town.executor, NOON)
    answer.refresh_from_db()
    drafts.approve(answer, town.approver, NOON, answer.version, despite="Так и нужно")
    with book.turn():
        prepare(claim(Answer, NOON, LEASE, 10), NOON)
        delivery = Delivery.objects.get(answer=answer)
        fate.spoken(delivery, f"wall-1_1?reply=9{delivery.pk}", "", NOON)
