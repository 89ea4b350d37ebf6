"""«Замещение»: exactly what the absent one has, exactly as long as it is in force, and no further."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from otklik.journal import book
from otklik.people.access import grants_of, has_role, may
from otklik.people.models import Agency, Grant, Role, Substitution, User
from otklik.people.permissions import Permission
from otklik.people.scope import Refused, scope_of
from otklik.people.substituting import begin, deputies, end

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def someone() -> Callable[..., User]:
    def make(name: str, role: str = "", agency: Agency | None = None) -> User:
        user = User.objects.create(username=name, last_name=name)
        if role:
            Grant.objects.create(user=user, role=role, agency=agency)
        return user

    return make


def again(user: User) -> User:
    """As the next request reads him."""
    return User.objects.get(pk=user.pk)


def test_rights_pass_while_it_is_in_force_and_come_back_by_themselves(
    someone: Callable[..., User], now: datetime
) -> None:
    water = Agency.objects.create(code="w", name="w", short_name="w")
    anna, boris = someone("anna", Role.APPROVER, water), someone("boris", Role.OPERATOR)
    made = begin(anna, boris, now - DAY, now + DAY, anna, now)
    assert may(again(boris), [Permission.APPROVE], water.path, "")
    Substitution.objects.filter(pk=made.pk).update(until=now)
    assert not may(again(boris), [Permission.APPROVE], water.path, "")
    Substitution.objects.filter(pk=made.pk).update(since=now + DAY, until=now + 2 * DAY)
    assert [grant.role for grant in grants_of(again(boris))] == [Role.OPERATOR]


def test_nothing_is_passed_on_and_nobody_administers_by_it(someone: Callable[..., User], now: datetime) -> None:
    anna, boris, vera = someone("anna", Role.ADMINISTRATOR), someone("boris", Role.HEAD), someone("vera")
    Grant.objects.create(user=anna, role=Role.APPROVER)
    begin(anna, boris, now - DAY, now + DAY, anna, now)
    # Such a chain cannot be made on the page; should it stand there all the same, it gives nothing more.
    Substitution.objects.create(absent=boris, deputy=vera, since=now - DAY, until=now + DAY, by=boris, made_at=now)
    assert {grant.role for grant in grants_of(again(vera))} == {Role.HEAD}
    assert {grant.role for grant in grants_of(again(boris))} == {Role.HEAD, Role.APPROVER}
    assert scope_of(again(boris)).pairs == ()


@pytest.mark.parametrize(
    ("who", "days", "code"),
    [
        (("anna", "anna"), (0, 1), "self"),
        (("anna", "boris"), (2, 1), "order"),
        (("anna", "boris"), (-3, -1), "past"),
        (("anna", "boris"), (0, 200), "long"),
        (("anna", "vera"), (0, 3), "double"),
        (("vera", "boris"), (0, 3), None),
        (("boris", "anna"), (0, 3), "loop"),
        (("vera", "anna"), (0, 3), "loop"),
        (("boris", "vera"), (0, 3), "chain"),
    ],
)
def test_what_makes_no_sense_is_refused(
    someone: Callable[..., User], now: datetime, who: tuple[str, str], days: tuple[int, int], code: str | None
) -> None:
    people = {name: someone(name, Role.OPERATOR) for name in ("anna", "boris", "vera")}
    if code in ("double", "loop", "chain", None):
        begin(people["anna"], people["boris"], now, now + DAY, people["anna"], now)
    try:
        begin(people[who[0]], people[who[1]], now + days[0] * DAY, now + days[1] * DAY, people[who[0]], now)
        refused = None
    except Refused as refusal:
        refused = refusal.code
    assert refused == code


def test_it_ends_before_its_time_once(someone: Callable[..., User], now: datetime) -> None:
    anna, boris = someone("anna", Role.OPERATOR), someone("boris")
    made = begin(anna, boris, now - DAY, now + DAY, anna, now)
    assert deputies([anna.pk], now) == {anna.pk: boris.pk}
    end(made, anna, now)
    assert not has_role(again(boris), Role.OPERATOR)
    assert deputies([anna.pk], now) == {}
    with pytest.raises(Refused):
        end(made, anna, now)


def test_a_blocked_one_lends_nothing(someone: Callable[..., User], now: datetime) -> None:
    anna, boris = someone("anna", Role.OPERATOR), someone("boris")
    begin(anna, boris, now - DAY, now + DAY, anna, now)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert grants_of(again(boris)) == []


def test_the_journal_says_for_whom_only_where_the_right_was_lent(someone: Callable[..., User], now: datetime) -> None:
    anna, boris = someone("anna", Role.APPROVER), someone("boris", Role.OPERATOR)
    begin(anna, boris, now - DAY, now + DAY, anna, now)
    deputy, told = again(boris), []
    for permission in (Permission.APPROVE, Permission.JUDGE, Permission.APPROVE):
        assert may(deputy, [permission], "", "")
        with book.turn():
            told.append(book.write(at=now, actor=f"user:{boris.pk}", verb="test", subject="x:1").data)
    book.in_place_of(0, 0)
    assert told == [{"for": anna.pk}, {}, {"for": anna.pk}]
