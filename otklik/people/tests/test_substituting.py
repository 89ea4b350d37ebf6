"""«Замещение»: exactly what the absent one has, exactly as long as it is in force, and no further."""

from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from otklik.journal import book
from otklik.people.access import grants_of, has_role, may
from otklik.people.models import Role, Substitution, User
from otklik.people.permissions import Permission
from otklik.people.scope import Refused, scope_of
from otklik.people.substituting import begin, deputies, end
from tests.make.people import agency, grant, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def again(user: User) -> User:
    """As the next request reads him."""
    return User.objects.get(pk=user.pk)


def test_rights_pass_while_it_is_in_force_and_come_back_by_themselves(now: datetime) -> None:
    water = agency()
    anna, boris = person("anna", Role.APPROVER, water), person("boris", Role.OPERATOR)
    made = begin(anna, boris, now - DAY, now + DAY, anna, now)
    assert may(again(boris), [Permission.APPROVE], water.path, "")
    Substitution.objects.filter(pk=made.pk).update(until=now)
    assert not may(again(boris), [Permission.APPROVE], water.path, "")
    Substitution.objects.filter(pk=made.pk).update(since=now + DAY, until=now + 2 * DAY)
    assert [grant.role for grant in grants_of(again(boris))] == [Role.OPERATOR]


def test_nothing_is_passed_on_and_nobody_administers_by_it(now: datetime) -> None:
    anna, boris, vera = person("anna", Role.ADMINISTRATOR), person("boris", Role.HEAD), person("vera")
    grant(anna, Role.APPROVER)
    begin(anna, boris, now - DAY, now + DAY, anna, now)
    # Such a chain cannot be made on the page; should it stand there all the same, it gives nothing more.
    Substitution.objects.create(absent=boris, deputy=vera, since=now - DAY, until=now + DAY, by=boris, made_at=now)
    assert {grant.role for grant in grants_of(again(vera))} == {Role.HEAD}
    assert {grant.role for grant in grants_of(again(boris))} == {Role.HEAD, Role.APPROVER}
    assert scope_of(again(boris)).pairs == ()


@pytest.mark.parametrize(
    ("absent", "deputy", "days", "code"),
    [
        ("anna", "anna", (0, 1), "self"),
        ("anna", "boris", (2, 1), "order"),
        ("anna", "boris", (-3, -1), "past"),
        ("anna", "boris", (0, 200), "long"),
        ("anna", "vera", (0, 3), "double"),
        ("vera", "boris", (0, 3), None),
        ("boris", "anna", (0, 3), "loop"),
        ("vera", "anna", (0, 3), "loop"),
        ("boris", "vera", (0, 3), "chain"),
    ],
)
def test_what_makes_no_sense_is_refused(
    now: datetime, absent: str, deputy: str, days: tuple[int, int], code: str | None
) -> None:
    people = {name: person(name, Role.OPERATOR) for name in ("anna", "boris", "vera")}
    if code in ("double", "loop", "chain", None):
        begin(people["anna"], people["boris"], now, now + DAY, people["anna"], now)
    with nullcontext() if code is None else pytest.raises(Refused, match=code):
        begin(people[absent], people[deputy], now + days[0] * DAY, now + days[1] * DAY, people[absent], now)


def test_it_ends_before_its_time_once(now: datetime) -> None:
    anna, boris = person("anna", Role.OPERATOR), person("boris")
    made = begin(anna, boris, now - DAY, now + DAY, anna, now)
    assert deputies([anna.pk], now) == {anna.pk: boris.pk}
    end(made, anna, now)
    assert not has_role(again(boris), Role.OPERATOR)
    assert deputies([anna.pk], now) == {}
    with pytest.raises(Refused):
        end(made, anna, now)


def test_a_blocked_one_lends_nothing(now: datetime) -> None:
    anna, boris = person("anna", Role.OPERATOR), person("boris")
    begin(anna, boris, now - DAY, now + DAY, anna, now)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert grants_of(again(boris)) == []


def test_the_journal_says_for_whom_only_where_the_right_was_lent(now: datetime) -> None:
    anna, boris = person("anna", Role.APPROVER), person("boris", Role.OPERATOR)
    begin(anna, boris, now - DAY, now + DAY, anna, now)
    deputy, told = again(boris), []
    for permission in (Permission.APPROVE, Permission.JUDGE, Permission.APPROVE):
        assert may(deputy, [permission], "", "")
        with book.turn():
            told.append(book.write(at=now, actor=f"user:{boris.pk}", verb="test", subject="x:1").data)
    book.in_place_of(0, 0)
    assert told == [{"for": anna.pk}, {}, {"for": anna.pk}]
