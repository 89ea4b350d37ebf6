"""Figures from the database: whose cards count, in which period, by which filter, in how many queries."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from otklik.feedback.models import Rating
from otklik.incidents.models import Incident
from otklik.reports.arithmetic import Share
from otklik.reports.gather import Epoch, Took
from otklik.reports.queries import atlas, lately_decided, sliced
from otklik.reports.tests.land import EVERYTHING, NOW, WEEK, Land, figures_of, tie, told_of
from otklik.reports.whose import Narrowing
from otklik.routing.models import Deadline
from tests.make import people

pytestmark = pytest.mark.django_db


def test_seconds_come_out_whole_and_right(land: Land) -> None:
    land.card(took=timedelta(hours=2, seconds=7))
    started, took = Incident.objects.values_list(Epoch("started_at"), Took("started_at", "first_answered_at")).get()
    assert started == int((NOW - timedelta(hours=30)).timestamp())
    assert took == 7207


def test_a_card_belongs_to_the_period_in_which_the_citizen_wrote(land: Land) -> None:
    land.card(ago=NOW - WEEK.since)
    land.card(ago=NOW - WEEK.before_until + timedelta(seconds=1))
    land.card(ago=NOW - WEEK.since + timedelta(seconds=1))
    land.card(ago=timedelta(0))
    land.card(ago=timedelta(days=90))
    shown = figures_of()
    assert (shown.whole.received, shown.before.received) == (1, 1)
    assert shown.now.open == 5, "whatever the period"


def test_breakdowns_gather_villages_under_their_municipality_and_executors_under_their_ministry(land: Land) -> None:
    land.card(took=timedelta(hours=1))
    land.card(place=land.city, agency=land.ministry)
    land.card(place=None, agency=None, theme=None)
    shown = figures_of()
    assert {pk: one.count for pk, one in shown.municipalities.items()} == {land.city.pk: 2}
    assert {pk: one.count for pk, one in shown.agencies.items()} == {land.ministry.pk: 2}
    assert {pk: one.count for pk, one in shown.groups.items()} == {land.homes.pk: 2}
    assert shown.networks["vk"].count == 3


def test_filters_take_along_what_lies_below(land: Land) -> None:
    land.card()
    land.card(agency=land.other, theme=land.hole, place=None, network="ok")
    for narrowing in (
        {"agency": land.ministry.pk},
        {"municipality": land.city.pk},
        {"group": land.roads.pk},
        {"network": "ok"},
    ):
        assert figures_of(**narrowing).whole.received == 1, narrowing
    assert figures_of(group=land.roads.pk, agency=land.ministry.pk).whole.received == 0


def test_everybody_sees_the_figures_of_his_own_cards_only(land: Land) -> None:
    for agency in (land.plant, land.other, None):
        land.card(agency=agency)
    for role, agency, seen in (
        ("head", None, 3),
        ("curator", land.ministry, 1),
        ("executor", land.other, 1),
        ("", None, 0),
    ):
        shown = figures_of(people.person(role=role, agency=agency))
        assert (shown.whole.received, shown.now.open) == (seen, seen), role


def test_only_confirmed_marks_count_and_the_last_one_of_a_card(land: Land) -> None:
    rated, read, dismissed = (land.card(took=timedelta(hours=1)) for _ in range(3))
    survey, reading = Rating.Origin.SURVEY, Rating.Origin.READING
    Rating.objects.create(incident=rated, origin=survey, mark=1, at=NOW - timedelta(hours=3))
    Rating.objects.create(incident=rated, origin=survey, mark=5, at=NOW - timedelta(hours=2))
    Rating.objects.create(incident=read, origin=reading, mark=1, at=NOW, suggested=True)
    Rating.objects.create(incident=dismissed, origin=reading, mark=2, at=NOW, dismissed_at=NOW)
    whole = figures_of().whole
    assert (whole.line.good, whole.asked) == (Share(1, 1), 3)
    Rating.objects.filter(incident=read).update(suggested=False, confirmed_at=NOW)
    assert figures_of().whole.line.good == Share(1, 2)


def test_overdue_says_by_which_clock_and_counts_a_card_once(land: Land) -> None:
    late, answered, fine = land.card(), land.card(took=timedelta(hours=1)), land.card()
    past, ahead = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    for card, clock, limit_at, met_at in (
        (late, "first_answer", past, None),
        (late, "final_answer", past, None),
        (answered, "final_answer", past, None),
        (fine, "first_answer", ahead, None),
        (fine, "promise", past, past),
    ):
        Deadline.objects.create(incident=card, clock=clock, starts_at=past, limit_at=limit_at, met_at=met_at)
    now = figures_of().now
    assert (now.open, now.overdue) == (2, 1)
    assert dict(now.by_clock) == {"first_answer": 1, "final_answer": 1}


def test_names_are_those_of_level_one_in_the_order_of_the_alphabet(land: Land) -> None:
    known = atlas().names
    assert list(known.agency.values()) == ["Другое", "Минстрой"]
    assert list(known.municipality.values()) == ["Город"]
    assert list(known.group.values()) == ["Дороги", "ЖКХ"]


def test_four_queries_however_many_cards(land: Land, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(30):
        land.card(took=timedelta(hours=1))
    with django_assert_num_queries(4):
        told_of()
    tie()
    with django_assert_num_queries(4):  # with sheaves that are not unpacked yet
        told_of()
    with django_assert_num_queries(4):
        told_of()


def test_the_newest_cards_that_somebody_can_have_decided_are_told_by_columns(
    land: Land, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    older, newer = (land.card(ago=timedelta(hours=hours), assigned_at=NOW) for hours in (50, 20))
    for more in ({"assigned_at": None}, {"theme": None}, {"state": "new"}, {"state": "noise"}, {"network": "ok"}):
        land.card(ago=timedelta(hours=10), **{"assigned_at": NOW} | more)
    land.card(ago=timedelta(days=9), assigned_at=NOW)
    here, _before = sliced(EVERYTHING, Narrowing(network="vk"), WEEK, atlas())
    with django_assert_num_queries(0):
        both, last = lately_decided(here, 5), lately_decided(here, 1)
    assert set(both) == {older, newer}
    assert set(last) == {newer}
    assert not lately_decided(here.where(here["pk"] < 0), 5)
