from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from otklik.answers.models import Answer
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.incidents.models import Incident
from otklik.publishing.models import Sent
from otklik.reports.arithmetic import Share
from otklik.reports.fold import tally
from otklik.reports.gather import TOGETHER
from otklik.reports.models import FoldedMonth
from otklik.reports.promptly import yardstick
from otklik.reports.queries import atlas, sliced
from otklik.reports.satisfaction import ON_THE_WAY, Account, account
from otklik.reports.sets import Cohort
from otklik.reports.tests.land import EVERYTHING, NOW, WEEK, tie
from otklik.reports.whose import Narrowing, Scope
from tests.make import feedback, people
from tests.make.figures import counted

pytestmark = pytest.mark.django_db
_NUMBERS = count(1)


def card(ago: timedelta = timedelta(hours=30), **more: Any) -> Incident:
    return counted(NOW - ago, timedelta(0), **more)


def survey(of: Incident, **more: Any) -> Survey:
    return feedback.survey(of, of.started_at, **more)


def rate(of: Incident, mark: int | None = None, solved: str = "", origin: str = "survey", **more: Any) -> Rating:
    """Each is later than those before it."""
    at = NOW + timedelta(seconds=next(_NUMBERS))
    return Rating.objects.create(incident=of, mark=mark, solved=solved, origin=origin, at=at, **more)


def count_up(scope: Scope = EVERYTHING, **narrowing: Any) -> Account:
    """The account, which is the same without folded months and with them."""
    totals = account(asked(scope, **narrowing))
    tie()
    assert account(asked(scope, **narrowing)) == totals
    FoldedMonth.objects.all().delete()
    return totals


def asked(scope: Scope = EVERYTHING, **narrowing: Any) -> Cohort:
    return Cohort(sliced(scope, Narrowing(**narrowing), WEEK, atlas())[0], yardstick(NOW))


def test_the_two_shares_have_each_their_own_n_and_one_card_one_voice() -> None:
    nothing = count_up()
    assert (nothing.published, nothing.asked, dict(nothing.unasked)) == (0, 0, {})
    assert (nothing.good.value, nothing.solved.value) == (None, None)
    one = card()
    rate(one, 1, "no")
    rate(one, 5)
    totals = count_up()
    assert (totals.good, totals.solved, totals.by_survey) == (Share(1, 1), Share(0, 1), 1)
    Rating.objects.all().delete()
    rate(card(), 5)
    rate(card(), 1, "yes")
    rate(card(), None, "no")
    rate(card(), 4, "partly", origin="reading")
    totals = count_up()
    assert (totals.good, totals.solved) == (Share(2, 3), Share(1, 3))
    assert (totals.by_survey, totals.by_reading) == (3, 1)


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
    totals = count_up()
    assert (totals.published, totals.asked) == (7, 1)
    assert dict(totals.unasked) == {"public": 1, "gone": 1, "no_template": 1, ON_THE_WAY: 2, TOGETHER: 1}


def test_what_is_unread_or_no_judgement_or_unconfirmed_is_in_no_share() -> None:
    rate(card(), 5, "yes", origin="reading", suggested=True)
    rate(card(), 5, "yes", origin="reading", suggested=True, dismissed_at=NOW)
    for _ in range(3):
        Unconfirmed.objects.create(survey=survey(card(), asked_at=NOW), mark=5, solved="yes", at=NOW)
    totals = count_up()
    assert (totals.good.n, totals.solved.n, totals.by_survey, totals.by_reading) == (0, 0, 0, 0)
    assert (totals.to_be_read, totals.unconfirmed) == (1, 3)


def test_the_satisfied_are_the_same_here_and_on_the_page_and_of_the_period_and_the_reach() -> None:
    for mark in (5, 5, 4, 2, None):
        rate(card(), mark, "yes")
    rate(card(state="noise"), 1)
    page = tally(asked())
    assert page.line.good == count_up().good == Share(3, 4)
    agency = people.agency()
    rate(card(agency=agency), 5)
    rate(card(), 1)
    rate(card(ago=timedelta(days=20)), 1)
    assert count_up().good == Share(4, 6)
    assert count_up(agency=agency.pk).good == Share(1, 1)
    assert count_up([(agency.path, "")]).published == 1


def test_one_query_whatever_there_is(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(5):
        one = card()
        Unconfirmed.objects.create(survey=survey(one), mark=5, at=NOW)
        rate(one, 5, "yes")
        cards = asked()
        with django_assert_num_queries(1):
            account(cards)
