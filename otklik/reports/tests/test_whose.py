"""Rights and filters over columns: the same cards as the same rights and filters of a query."""

import random

import pytest
from django.db.models import Q

from otklik.incidents.models import Incident
from otklik.people.access import may, opened, reach
from otklik.people.models import Role, User
from otklik.people.permissions import Permission
from otklik.reports.cards import cards
from otklik.reports.periods import own
from otklik.reports.queries import atlas, wanted
from otklik.reports.tests.land import MOSCOW, NOW, Land, tie
from otklik.reports.whose import Narrowing, seen
from tests.make import people

pytestmark = pytest.mark.django_db

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
def test_whatever_somebody_was_granted_columns_open_what_a_query_opens(mixed: Land, seed: int) -> None:
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


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_asked_for_columns_find_what_a_query_finds(mixed: Land, seed: int) -> None:
    rng = random.Random(seed)
    narrowing = Narrowing(
        group=rng.choice((0, mixed.homes.pk, mixed.roads.pk, 10**6)),
        theme=rng.choice((0, mixed.pipe.pk, mixed.hole.pk, 10**6)),
        municipality=rng.choice((0, mixed.city.pk, mixed.village.pk)),
        agency=rng.choice((0, mixed.ministry.pk, mixed.plant.pk)),
        network=rng.choice(("", "ok", "vk", "nowhere")),
    )
    assert by_columns(people.person(role="head"), narrowing) == by_query(wanted(narrowing))
