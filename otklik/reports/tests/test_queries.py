import random
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from pytest_django import DjangoAssertNumQueries

from otklik.feedback.models import Rating
from otklik.incidents.models import Incident
from otklik.people.access import may, opened, reach
from otklik.people.models import Role, User
from otklik.people.permissions import Permission
from otklik.reports.arithmetic import Share
from otklik.reports.cards import cards
from otklik.reports.fold import Reopenings
from otklik.reports.gather import Epoch, Took
from otklik.reports.periods import own
from otklik.reports.queries import atlas, lately_decided, sliced, wanted
from otklik.reports.tests.land import EVERYTHING, MOSCOW, NOW, WEEK, Land, figures_for, figures_of, tie
from otklik.reports.whose import Narrowing, seen
from otklik.routing.models import Deadline
from tests.make import people

pytestmark = pytest.mark.django_db


def test_seconds_come_out_whole_and_a_card_belongs_to_the_period_in_which_the_citizen_wrote(land: Land) -> None:
    land.card(took=timedelta(hours=2, seconds=7))
    started, took = Incident.objects.values_list(Epoch("started_at"), Took("started_at", "first_answered_at")).get()
    assert started == int((NOW - timedelta(hours=30)).timestamp())
    assert took == 7207
    Incident.objects.all().delete()
    land.card(ago=NOW - WEEK.since)
    land.card(ago=NOW - WEEK.before_until + timedelta(seconds=1))
    land.card(ago=NOW - WEEK.since + timedelta(seconds=1))
    land.card(ago=timedelta(0))
    land.card(ago=timedelta(days=90))
    shown = figures_of()
    assert (shown.whole.received, shown.before.received) == (1, 1)
    assert shown.now.open == 5, "whatever the period"


def test_breakdowns_gather_what_lies_below_under_names_of_level_one(land: Land) -> None:
    land.card(took=timedelta(hours=1))
    land.card(place=land.city, agency=land.ministry)
    land.card(place=None, agency=None, theme=None)
    shown = figures_of()
    assert {pk: one.count for pk, one in shown.lines["municipality"].items()} == {land.city.pk: 2}
    assert {pk: one.count for pk, one in shown.lines["agency"].items()} == {land.ministry.pk: 2}
    assert {pk: one.count for pk, one in shown.lines["group"].items()} == {land.homes.pk: 2}
    assert shown.lines["network"]["vk"].count == 3
    known = atlas().names
    assert list(known.agency.values()) == ["Другое", "Минстрой"]
    assert list(known.municipality.values()) == ["Город"]
    assert list(known.group.values()) == ["Дороги", "ЖКХ"]


def test_filters_take_along_what_lies_below_and_everybody_sees_the_figures_of_his_own_cards(land: Land) -> None:
    land.card()
    land.card(agency=land.other, theme=land.hole, place=None, network="ok")
    keys: dict[str, Any] = {"agency": land.ministry.pk, "municipality": land.city.pk, "group": land.roads.pk}
    for name, key in (keys | {"network": "ok"}).items():
        assert figures_of(**{name: key}).whole.received == 1, name
    assert figures_of(group=land.roads.pk, agency=land.ministry.pk).whole.received == 0
    land.card(agency=None)
    grants = (("head", None, 3), ("curator", land.ministry, 1), ("executor", land.other, 1), ("", None, 0))
    for role, agency, number in grants:
        shown = figures_of(people.person(role=role, agency=agency))
        assert (shown.whole.received, shown.now.open) == (number, number), role


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


def test_openings_and_the_answers_after_them_are_told_apart_by_agency_and_never_among_first_answers(land: Land) -> None:
    hour = timedelta(hours=1)
    soon, late = {"met_at": NOW - hour}, {"met_at": NOW + hour}
    others: tuple[list[dict[str, Any]], ...] = ([{"missed_at": NOW}], [{}], [{"cancelled_at": NOW}], [])
    for clocks in ([soon], [soon, late], *others):
        card = land.card(took=hour, reopened=len(clocks))
        for one in clocks:
            Deadline.objects.create(incident=card, clock="second_answer", starts_at=NOW - hour, limit_at=NOW, **one)
    land.card(took=hour, agency=land.other)
    figures = figures_of()
    assert (figures.whole.shares["reopened"], figures.whole.shares["second"]) == (Share(5, 7), Share(1, 3))
    assert figures.reopenings == {land.ministry.pk: Reopenings(Share(5, 6), Share(1, 3))}
    assert figures.whole.line.within_day == Share(7, 7)


def test_four_queries_however_many_cards(land: Land, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(30):
        land.card(took=timedelta(hours=1))
    with django_assert_num_queries(4):
        figures_for()
    tie()
    with django_assert_num_queries(4):  # with folded months that are not unpacked yet
        figures_for()
    with django_assert_num_queries(4):
        figures_for()


def test_the_newest_decided_cards_are_told(land: Land, django_assert_num_queries: DjangoAssertNumQueries) -> None:
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


YEAR = own("2026-01-01", "2026-11-25", NOW, MOSCOW)
FIGURES = (Permission.FIGURES,)


@pytest.fixture
def mixed(land: Land) -> Land:
    """Every mixture of theme, place and agency, none among them."""
    for theme in (None, land.pipe, land.hole):
        for place in (None, land.city, land.village):
            for agency in (None, land.ministry, land.plant, land.other):
                land.card(theme=theme, place=place, agency=agency, network="ok" if theme else "vk")
    return land


def by_columns(user: User, narrowing: Narrowing) -> set[int]:
    known = atlas()
    (here,) = cards([(YEAR.since, YEAR.until)], MOSCOW)
    return set(narrowing.of(seen(opened(user, FIGURES), here, known), known)["pk"].tolist())


def by_query(condition: Q) -> set[int]:
    return set(Incident.objects.filter(condition).values_list("pk", flat=True))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_somebody_was_granted_and_asks_for_columns_show_what_a_query_shows(mixed: Land, seed: int) -> None:
    rng, user = random.Random(seed), people.person()
    if seed % 2:
        tie()
    for _ in range(rng.randint(0, 3)):
        role = rng.choice((Role.HEAD, Role.CURATOR, Role.EXECUTOR, Role.OPERATOR))
        agency = rng.choice((None, mixed.ministry, mixed.plant, mixed.other))
        people.grant(user, role, agency, rng.choice((None, mixed.city, mixed.village)))
    mine = by_columns(user, Narrowing())
    assert mine == by_query(reach(user, FIGURES))
    for card in Incident.objects.select_related("agency", "place"):
        paths = card.agency.path if card.agency else "", card.place.path if card.place else ""
        assert (card.pk in mine) == may(user, FIGURES, *paths)
    narrowing = Narrowing(
        group=rng.choice((0, mixed.homes.pk, mixed.roads.pk, 10**6)),
        theme=rng.choice((0, mixed.pipe.pk, mixed.hole.pk, 10**6)),
        municipality=rng.choice((0, mixed.city.pk, mixed.village.pk)),
        agency=rng.choice((0, mixed.ministry.pk, mixed.plant.pk)),
        network=rng.choice(("", "ok", "vk", "nowhere")),
    )
    assert by_columns(people.person(role="head"), narrowing) == by_query(wanted(narrowing))
