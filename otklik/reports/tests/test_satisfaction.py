"""The account of the percentage: whom we asked, whom not and why, who said what; constant in queries."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from otklik.answers.models import Answer
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Incident
from otklik.people.models import Agency, User
from otklik.publishing.models import Delivery, Epoch, Sent
from otklik.reports.arithmetic import Share
from otklik.reports.fold import Judged, tally
from otklik.reports.gather import TOGETHER
from otklik.reports.models import Sheaf
from otklik.reports.periods import Preset, preset
from otklik.reports.promptly import yardstick
from otklik.reports.queries import atlas, sliced
from otklik.reports.satisfaction import ON_THE_WAY, Account, account
from otklik.reports.slices import Slice
from otklik.reports.tests.land import EVERYTHING, tie
from otklik.reports.whose import Narrowing, Scope

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)
WEEK = preset(Preset.WEEK, NOW, ZoneInfo("Europe/Moscow"))
_NUMBERS = count(1)


def card(ago: timedelta = timedelta(hours=30), **more: Any) -> Incident:
    at = NOW - ago
    told = {"state": "rating", "network": "vk", "rating_since": at, "first_answered_at": at}
    return Incident.objects.create(number=next(_NUMBERS), started_at=at, created_at=at, **(told | more))


def survey(of: Incident, **more: Any) -> Survey:
    number, at = next(_NUMBERS), of.started_at
    user, _ = User.objects.get_or_create(username="executor")
    author = Author.objects.create(network="vk", external_id=str(number))
    thread = Thread.objects.create(network="vk", external_id=f"wall-1_{number}")
    message = Message.objects.create(
        network="vk", external_id=f"wall-1_{number}", thread=thread, author=author, posted_at=at, captured_at=at
    )
    answer = Answer.objects.create(incident=of, reply_to=message, author=user, created_at=at, changed_at=at)
    delivery = Delivery.objects.create(
        answer=answer, message=message, epoch=Epoch.objects.create(began_at=at), key=str(number), created_at=at
    )
    sent = Sent.objects.create(delivery=delivery, external_id=f"wall-1_{number}?reply=2", at=at)
    return Survey.objects.create(incident=of, sent=sent, opened_at=at, **more)


def said(of: Incident, mark: int | None = None, solved: str = "", origin: str = "survey", **more: Any) -> Rating:
    return Rating.objects.create(
        incident=of, mark=mark, solved=solved, origin=origin, at=NOW + timedelta(seconds=next(_NUMBERS)), **more
    )


def count_up(scope: Scope = EVERYTHING, **narrowing: Any) -> Account:
    """The account, which is the same without sheaves and with them."""
    told = account(asked(scope, **narrowing))
    tie(NOW)
    assert account(asked(scope, **narrowing)) == told
    Sheaf.objects.all().delete()
    return told


def asked(scope: Scope = EVERYTHING, **narrowing: Any) -> Slice:
    return sliced(scope, Narrowing(**narrowing), WEEK, atlas())[0]


def test_nothing_is_counted_out_of_nothing(db: None) -> None:
    told = count_up()
    assert (told.published, told.asked, dict(told.unasked), told.good.value, told.solved.value) == (
        0,
        0,
        {},
        None,
        None,
    )


def test_whoever_was_not_asked_is_counted_by_the_reason_of_the_last_wait() -> None:
    survey(card(), asked_at=NOW)
    survey(card(), unasked="public")
    twice = card()
    survey(twice, unasked="public")
    survey(twice, unasked="gone")
    survey(card(), unasked="no_template", closed_at=NOW)
    survey(card())
    ends = survey(card()).sent
    Survey.objects.filter(sent=ends).delete()
    Answer.objects.update(kind="final")
    Sent.objects.filter(pk=ends.pk).update(due_at=NOW)
    card(answered_with=twice)
    card(rating_since=None, state="in_work")
    told = count_up()
    assert (told.published, told.asked) == (7, 1)
    assert dict(told.unasked) == {"public": 1, "gone": 1, "no_template": 1, ON_THE_WAY: 2, TOGETHER: 1}


def test_the_two_shares_have_each_their_own_n_and_do_not_come_out_of_each_other() -> None:
    said(card(), 5)
    said(card(), 1, "yes")
    said(card(), None, "no")
    said(card(), 4, "partly", origin="reading")
    told = count_up()
    assert (told.good, told.solved) == (Share(2, 3), Share(1, 3))
    assert (told.by_survey, told.by_reading) == (3, 1)


def test_one_card_is_one_voice_its_last_word_to_each_question() -> None:
    one = card()
    said(one, 1, "no")
    said(one, 5)
    told = count_up()
    assert (told.good, told.solved, told.by_survey) == (Share(1, 1), Share(0, 1), 1)


def test_what_is_unread_or_no_judgement_or_unconfirmed_is_in_no_share() -> None:
    said(card(), 5, "yes", origin="reading", suggested=True)
    said(card(), 5, "yes", origin="reading", suggested=True, dismissed_at=NOW)
    for _ in range(3):
        Unconfirmed.objects.create(survey=survey(card(), asked_at=NOW), mark=5, solved="yes", at=NOW)
    told = count_up()
    assert (told.good.n, told.solved.n, told.by_survey, told.by_reading) == (0, 0, 0, 0)
    assert (told.to_be_read, told.unconfirmed) == (1, 3)


def test_the_satisfied_are_the_same_here_and_on_the_page_of_figures() -> None:
    for mark in (5, 5, 4, 2, None):
        said(card(), mark, "yes")
    said(card(state="noise"), 1)
    found = tally(Judged(asked(), yardstick(NOW)))
    assert found.line.good == count_up().good == Share(3, 4)


def test_only_cards_of_the_period_the_filter_and_the_readers_reach_are_counted() -> None:
    agency = Agency.objects.create(code="a", name="А", short_name="А")
    said(card(agency=agency), 5)
    said(card(), 1)
    said(card(ago=timedelta(days=20)), 1)
    assert count_up().good == Share(1, 2)
    assert count_up(agency=agency.pk).good == Share(1, 1)
    assert count_up([(agency.path, "")]).published == 1


@pytest.mark.parametrize("number", [1, 5])
def test_one_query_whatever_there_is(number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(number):
        one = card()
        Unconfirmed.objects.create(survey=survey(one), mark=5, at=NOW)
        said(one, 5, "yes")
    cards = asked()
    with django_assert_num_queries(1):
        account(cards)
