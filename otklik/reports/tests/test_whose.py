"""Rights and filters over columns: the same cards as the same rights and filters of a query."""

import random

import pytest
from django.db.models import Q

from otklik.incidents.models import Incident
from otklik.people.access import may, opened, reach
from otklik.people.models import Grant, Role, User
from otklik.people.permissions import Permission
from otklik.reports.cards import cards
from otklik.reports.periods import own
from otklik.reports.queries import atlas, wanted
from otklik.reports.tests.land import MOSCOW, NOW, Land, tie
from otklik.reports.whose import Narrowing, seen

pytestmark = pytest.mark.django_db

YEAR = own("2026-01-01", "2026-11-25", NOW, MOSCOW)
FIGURES = (Permission.FIGURES,)


@pytest.fixture
def land() -> Land:
    """Every mixture of theme, place and agency, none among them."""
    land = Land()
    for theme in (None, land.pipe, land.hole):
        for place in (None, land.city, land.village):
            for agency in (None, land.ministry, land.plant, land.other):
                land.card(theme=theme, place=place, agency=agency, network="ok" if theme else "vk")
    return land


def found(user: User, narrowing: Narrowing) -> set[int]:
    known = atlas()
    (here,) = cards([(YEAR.since, YEAR.until)], MOSCOW)
    return set(narrowing.of(seen(opened(user, FIGURES), here, known), known)["pk"].tolist())


def asked(condition: Q) -> set[int]:
    return set(Incident.objects.filter(condition).values_list("pk", flat=True))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_somebody_was_granted_columns_open_what_a_query_opens(land: Land, seed: int) -> None:
    rng = random.Random(seed)
    if seed % 2:
        tie()
    user = User.objects.create(username="somebody")
    for _ in range(rng.randint(0, 3)):
        Grant.objects.create(
            user=user,
            role=rng.choice((Role.HEAD, Role.CURATOR, Role.EXECUTOR, Role.OPERATOR)),
            agency=rng.choice((None, land.ministry, land.plant, land.other)),
            place=rng.choice((None, land.city, land.village)),
        )
    mine = found(user, Narrowing())
    assert mine == asked(reach(user, FIGURES))
    for card in Incident.objects.select_related("agency", "place"):
        paths = card.agency.path if card.agency else "", card.place.path if card.place else ""
        assert (card.pk in mine) == may(user, FIGURES, *paths)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_asked_for_columns_find_what_a_query_finds(land: Land, seed: int) -> None:
    rng = random.Random(seed)
    head = User.objects.create(username="head")
    Grant.objects.create(user=head, role=Role.HEAD)
    narrowing = Narrowing(
        group=rng.choice((0, land.homes.pk, land.roads.pk, 10**6)),
        theme=rng.choice((0, land.pipe.pk, land.hole.pk, 10**6)),
        municipality=rng.choice((0, land.city.pk, land.village.pk)),
        agency=rng.choice((0, land.ministry.pk, land.plant.pk)),
        network=rng.choice(("", "ok", "vk", "nowhere")),
    )
    assert found(head, narrowing) == asked(wanted(narrowing))
