"""Who reaches which card, and who may do what with it: the two questions never disagree."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from otklik.people.access import grants_of, has_role, may, reach
from otklik.people.models import Agency, Grant, Role, User
from otklik.people.permissions import STANDING, Permission
from otklik.places.models import Place

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """Two ministries, one with a department under it; a krai with two towns."""

    ministry: Agency
    department: Agency
    stranger: Agency
    krai: Place
    town: Place
    other_town: Place


@pytest.fixture
def world() -> World:
    krai = Place.objects.create(code="krai", level=Place.Level.REGION, name="Край")
    town = Place.objects.create(code="a", level=Place.Level.MUNICIPALITY, name="А", parent=krai)
    other = Place.objects.create(code="b", level=Place.Level.MUNICIPALITY, name="Б", parent=krai)
    ministry = Agency.objects.create(code="m", name="Министерство", short_name="М")
    department = Agency.objects.create(code="d", name="Отдел", short_name="О", parent=ministry)
    stranger = Agency.objects.create(code="s", name="Чужие", short_name="Ч")
    return World(ministry, department, stranger, krai, town, other)


def person(role: str, agency: Agency | None = None, place: Place | None = None) -> User:
    user = User.objects.create(username=f"user{User.objects.count()}")
    Grant.objects.create(user=user, role=role, agency=agency, place=place)
    return user


def paths(agency: Agency | None, place: Place | None) -> tuple[str, str]:
    return agency.path if agency else "", place.path if place else ""


def opened(user: User, permissions: Collection[Permission] | None = None) -> set[str]:
    """Codes of the agencies whose rows `reach` opens, asked of the database: agencies stand for cards here."""
    condition = _as_card(reach(user, permissions))
    return set(Agency.objects.filter(condition).values_list("code", flat=True))


def _as_card(condition: Q) -> Q:
    """`agency__path` of a card is `path` of an agency, `place__path` its territory's."""
    changed = Q()
    changed.connector, changed.negated = condition.connector, condition.negated
    names = {"agency__path__startswith": "path__startswith", "place__path__startswith": "territory__path__startswith"}
    names["place__isnull"] = "territory__isnull"
    for child in condition.children:
        if isinstance(child, Q):
            changed.children.append(_as_card(child))
        else:
            name, value = child  # type: ignore[misc]
            changed.children.append((names.get(name, name), value))
    return changed


def test_an_agency_opens_its_subtree_and_nothing_beside_it(world: World) -> None:
    assert opened(person(Role.EXECUTOR, world.ministry)) == {"m", "d"}
    assert opened(person(Role.EXECUTOR, world.department)) == {"d"}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.EXECUTOR])
def test_a_grant_without_an_agency_is_for_the_whole_region(world: World, role: str) -> None:
    assert opened(person(role)) == {"m", "d", "s"}


def test_an_executor_reaches_nothing_without_an_agency(world: World) -> None:
    user = person(Role.EXECUTOR)
    assert opened(user) == set()
    assert not may(user, [Permission.HOLD], world.ministry.path, world.town.path)


def test_a_path_is_not_opened_by_its_first_digits() -> None:
    for number in (7, 70):
        Agency.objects.create(pk=number, code=f"n{number}", name="Н", short_name="Н")
    assert opened(person(Role.EXECUTOR, Agency.objects.get(pk=7))) == {"n7"}


def test_a_territory_opens_what_lies_in_it_and_what_has_no_place_yet(world: World) -> None:
    user = person(Role.OPERATOR, place=world.town)
    assert may(user, [Permission.JUDGE], "", world.town.path)
    assert may(user, [Permission.JUDGE], "", "")
    assert not may(user, [Permission.JUDGE], "", world.other_town.path)
    assert not may(user, [Permission.JUDGE], "", world.krai.path)


def test_a_card_of_no_agency_is_nobody_s_executor_s(world: World) -> None:
    assert not may(person(Role.EXECUTOR, world.ministry), [Permission.HOLD], "", world.town.path)


def test_several_grants_add_up_and_never_multiply(world: World) -> None:
    user = person(Role.EXECUTOR, world.department)
    Grant.objects.create(user=user, role=Role.APPROVER, agency=world.stranger)
    assert opened(user) == {"d", "s"}
    assert opened(user, {Permission.APPROVE}) == {"s"}
    assert may(user, [Permission.APPROVE], world.stranger.path, "")
    assert not may(user, [Permission.APPROVE], world.department.path, ""), "one grant's role with another one's reach"


def test_an_administrator_in_the_tables_sense_has_no_rights_of_his_own(world: World) -> None:
    user = User.objects.create(username="root", is_staff=True, is_superuser=True)
    assert opened(user) == set()
    assert not has_role(user, *Role)
    assert not may(user, list(Permission), world.ministry.path, "")


def test_whoever_is_dismissed_or_signed_out_reaches_nothing(world: World) -> None:
    user = person(Role.ADMINISTRATOR)
    user.is_active = False
    assert opened(user) == set()
    assert grants_of(AnonymousUser()) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role.values)
def test_reach_and_may_never_disagree(world: World, role: str) -> None:
    agencies = [world.ministry, world.department, world.stranger]
    grants = itertools.product([None, world.ministry, world.department], [None, world.krai, world.town])
    places = [None, world.krai, world.town, world.other_town]
    for agency, place in grants:
        user = person(role, agency, place)
        for theirs in places:
            Agency.objects.update(territory=theirs)
            said = {one.code for one in agencies if may(user, STANDING[role], *paths(one, theirs))}
            assert opened(user, STANDING[role]) == said, f"{role} of {agency} in {place}, a card in {theirs}"
