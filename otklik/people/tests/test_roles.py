from collections.abc import Callable

import pytest
from pytest_django import Settings

from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people import accounts, roles
from otklik.people.access import has, may, reach
from otklik.people.accounts import Reach
from otklik.people.factor import must_have
from otklik.people.models import Agency, MadeRole, Role, User
from otklik.people.permissions import BOUND, CHOOSABLE, FROM_THE_BASE, STANDING, Permission, fitting
from otklik.people.roles import RoleInput
from otklik.people.scope import scope_of
from tests.make import people
from tests.make.people import again

P = Permission
Make = Callable[..., MadeRole]
pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def admin() -> User:
    return people.person("admin", Role.ADMINISTRATOR)


@pytest.fixture
def make(admin: User) -> Make:
    def made(name: str, base: str, *permissions: str) -> MadeRole:
        return roles.make(RoleInput(name, base, permissions), admin, NOW)

    return made


def holder(made: MadeRole, agency: Agency | None = None) -> User:
    user = people.person()
    people.grant(user, made.base, agency, made=made)
    return user


def test_every_base_allows_what_it_is_bound_to_and_nobody_makes_an_administrator() -> None:
    assert Role.ADMINISTRATOR not in BOUND
    for base, bound in BOUND.items():
        assert bound <= STANDING[base], base
        everything = fitting(base, [*Permission, "nonsense"])
        assert everything == set(CHOOSABLE) | bound
        assert Permission.ADMINISTRATE not in everything
        assert (Permission.HOLD in everything) == (Permission.HOLD in STANDING[base])
    assert not FROM_THE_BASE & set(CHOOSABLE)


def test_a_made_role_allows_its_own_set_and_words_beside_the_list_nothing(make: Make) -> None:
    user = holder(make("Старший", Role.OPERATOR, P.APPROVE))
    assert may(user, [P.APPROVE], "", "")
    assert may(user, [P.JUDGE], "", "")
    assert not may(user, [P.ANSWER], "", ""), "his base would allow it"
    assert reach(user, [P.APPROVE])
    assert not has(user, P.FIGURES, P.ADMINISTRATE)
    user = holder(make("Хитрый", Role.HEAD, P.ADMINISTRATE, P.HOLD, "root"))
    assert not scope_of(user).pairs
    assert not has(user, P.ADMINISTRATE, P.HOLD)
    MadeRole.objects.update(permissions=["administrate", "hold"])  # in the tables themselves
    assert not has(again(user), P.ADMINISTRATE, P.HOLD)


def test_an_executor_by_base_needs_an_agency_too(make: Make, admin: User) -> None:
    made, water = make("Мастер", Role.EXECUTOR), people.agency()
    with pytest.raises(Refused, match="needs_agency"):
        accounts.give(admin, Reach(made.base, made=made), admin, NOW)
    assert not may(holder(made), [P.ANSWER], water.path, "")
    assert may(holder(made, water), [P.ANSWER], water.path, "")


def test_a_change_reaches_whoever_has_it_and_says_what_it_was(make: Make, admin: User) -> None:
    made = make("Старший", Role.OPERATOR, P.APPROVE)
    user = holder(made)
    seen = roles.seen(made)
    assert roles.change(made, RoleInput("Старшая", "", [P.FIGURES]), seen, admin, NOW)
    assert has(again(user), P.FIGURES)
    assert not has(again(user), P.APPROVE)
    entry = Entry.objects.get(verb="role.edit")
    assert entry.data == {"added": ["figures"], "removed": ["approve"]}
    assert entry.free_reason.text == "Старший → Старшая"
    made.refresh_from_db()
    assert not roles.change(made, RoleInput("Старшая", "", [P.FIGURES]), roles.seen(made), admin, NOW)
    with pytest.raises(Refused, match="overtaken"):
        roles.change(made, RoleInput("Другая", "", []), seen, admin, NOW)


def test_two_roles_never_have_one_name(make: Make, admin: User) -> None:
    make("Старший", Role.OPERATOR)
    other = make("Младший", Role.OPERATOR)
    for attempt in (
        lambda: make("СТАРШИЙ", Role.HEAD),
        lambda: roles.change(other, RoleInput("старший", "", []), roles.seen(other), admin, NOW),
    ):
        with pytest.raises(Refused, match="role_name"):
            attempt()
    with pytest.raises(Refused, match="role_base"):
        make("Главный", Role.ADMINISTRATOR)


def test_a_role_that_somebody_has_stays(make: Make, admin: User) -> None:
    made = make("Старший", Role.OPERATOR)
    user = holder(made)
    with pytest.raises(Refused, match="role_used"):
        roles.remove(made, admin, NOW)
    accounts.take_away(user.grants.get(), admin, NOW)
    roles.remove(made, admin, NOW)
    with pytest.raises(Refused, match="late"):
        accounts.give(user, Reach(made.base, made=MadeRole(pk=made.pk, base=made.base)), admin, NOW)
    assert [one.verb for one in Entry.objects.order_by("pk")] == ["role.make", "grant.take", "role.remove"]


def test_who_may_let_words_out_or_change_the_rules_needs_a_second_factor(make: Make, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    for permission, guarded in ((P.APPROVE, True), (P.TUNE, True), (P.FIGURES, False)):
        assert must_have(holder(make(f"Своя {permission}", Role.HEAD, permission))) is guarded
