import itertools
from collections.abc import Collection

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from otklik.people.access import grants_of, has_role, may, reach, reach_by_agency
from otklik.people.models import Agency, Role, User
from otklik.people.permissions import STANDING, Permission
from otklik.places.models import Place
from tests.make.people import agency, grant, person
from tests.make.places import place

pytestmark = pytest.mark.django_db


class World:
    """Two ministries, one with a department under it; a krai with two towns."""

    def __init__(self) -> None:
        self.ministry, self.stranger = agency(code="m"), agency(code="s")
        self.department = agency(code="d", parent=self.ministry)
        self.krai = place(level=Place.Level.REGION)
        self.town, self.other_town = place(parent=self.krai), place(parent=self.krai)


@pytest.fixture
def world() -> World:
    return World()


def paths(one: Agency, territory: Place | None) -> tuple[str, str]:
    return one.path, territory.path if territory else ""


def opened(user: User, permissions: Collection[Permission] | None = None) -> set[str]:
    """Codes of the agencies whose rows `reach` opens, asked of the database: agencies stand for cards here."""
    codes, by_agency = (
        set(Agency.objects.filter(_as_card(which(user, permissions))).values_list("code", flat=True))
        for which in (reach, reach_by_agency)
    )
    assert codes == by_agency
    return codes


def _as_card(condition: Q) -> Q:
    """`agency__path` of a card is `path` of an agency, `place__path` its territory's."""
    changed = Q()
    changed.connector, changed.negated = condition.connector, condition.negated
    names = {"agency__path__startswith": "path__startswith", "place__path__startswith": "territory__path__startswith"}
    names |= {"place__isnull": "territory__isnull", "agency__in": "pk__in"}
    for child in condition.children:
        if isinstance(child, Q):
            changed.children.append(_as_card(child))
        else:
            name, value = child  # type: ignore[misc]
            changed.children.append((names.get(name, name), value))
    return changed


def test_an_agency_opens_its_subtree_alone_and_a_grant_without_one_the_region_but_to_executors(world: World) -> None:
    for role in Role:
        user = person(role=role)
        assert opened(user) == (set() if role == Role.EXECUTOR else {"m", "d", "s"}), role
        assert role != Role.EXECUTOR or not may(user, [Permission.HOLD], world.ministry.path, world.town.path)
    assert not may(person(role=Role.EXECUTOR, agency=world.ministry), [Permission.HOLD], "", world.town.path)
    assert opened(person(role=Role.EXECUTOR, agency=world.ministry)) == {"m", "d"}
    assert opened(person(role=Role.EXECUTOR, agency=world.department)) == {"d"}
    for number in (7, 70):
        agency(code=f"n{number}", pk=number)
    assert opened(person(role=Role.EXECUTOR, agency=Agency.objects.get(pk=7))) == {"n7"}, "not by its first digits"


def test_a_territory_opens_what_lies_in_it_and_what_has_no_place_yet(world: World) -> None:
    user = person(role=Role.OPERATOR, place=world.town)
    lies_in = {world.town.path: True, "": True, world.other_town.path: False, world.krai.path: False}
    assert {path: may(user, [Permission.JUDGE], "", path) for path in lies_in} == lies_in


def test_several_grants_add_up_and_whoever_is_dismissed_or_has_the_tables_alone_reaches_nothing(world: World) -> None:
    user = person(role=Role.EXECUTOR, agency=world.department)
    grant(user, Role.APPROVER, world.stranger)
    assert opened(user) == {"d", "s"}
    assert opened(user, {Permission.APPROVE}) == {"s"}
    assert may(user, [Permission.APPROVE], world.stranger.path, "")
    assert not may(user, [Permission.APPROVE], world.department.path, ""), "one grant's role with another one's reach"
    user = person(role=Role.ADMINISTRATOR)
    user.is_active = False
    assert opened(user) == set()
    assert grants_of(AnonymousUser()) == []  # type: ignore[arg-type]
    root = person("root", is_staff=True, is_superuser=True)
    assert (opened(root), has_role(root, *Role)) == (set(), False)
    assert not may(root, list(Permission), world.ministry.path, "")


@pytest.mark.parametrize("role", Role.values)
def test_reach_and_may_never_disagree(world: World, role: str) -> None:
    agencies = [world.ministry, world.department, world.stranger]
    grants = itertools.product([None, world.ministry, world.department], [None, world.krai, world.town])
    for here, there in grants:
        user = person("", role, here, there)
        for theirs in (None, world.krai, world.town, world.other_town):
            Agency.objects.update(territory=theirs)
            allowed = {one.code for one in agencies if may(user, STANDING[role], *paths(one, theirs))}
            assert opened(user, STANDING[role]) == allowed, f"{role} of {here} in {there}, a card in {theirs}"
