"""«Замещение»: exactly what the absent one has, exactly as long as it is in force, and no further."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.refusal import Refused
from otklik.people.access import grants_of, has_role, may
from otklik.people.models import Role, Substitution, User
from otklik.people.permissions import Permission
from otklik.people.scope import scope_of
from otklik.people.substituting import agree, begin, deputies, end
from tests.make.people import again, agency, grant, person

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


def agreed(absent: User, deputy: User) -> Substitution:
    """Asked for by the absent one and taken on: yesterday until tomorrow."""
    made = begin(absent, deputy, NOW - DAY, NOW + DAY, absent, NOW)
    agree(made, NOW)
    return made


def test_nothing_passes_before_the_deputy_agrees_and_what_he_is_merely_asked_for_binds_him_to_nothing() -> None:
    anna, boris, vera = person("anna", Role.APPROVER), person("boris", Role.OPERATOR), person("vera", Role.HEAD)
    made = begin(anna, boris, NOW - DAY, NOW + DAY, anna, NOW)
    assert (has_role(again(boris), Role.APPROVER), deputies([anna.pk], NOW)) == (False, {})
    own = agreed(boris, vera)
    with pytest.raises(Refused, match="loop"):
        agree(made, NOW)
    end(own, boris, NOW)
    with pytest.raises(Refused, match="late"):
        agree(made, NOW + DAY)
    agree(made, NOW)
    assert (has_role(again(boris), Role.APPROVER), deputies([anna.pk], NOW)) == (True, {anna.pk: boris.pk})
    assert Entry.objects.filter(verb="substitution.agree", actor=f"user:{boris.pk}").exists()
    with pytest.raises(Refused, match="late"):
        agree(made, NOW)


def test_an_administrator_decides_it_for_his_people_and_the_journal_tells_who_did() -> None:
    anna, boris, chief = person("anna", Role.APPROVER), person("boris"), person("chief", Role.ADMINISTRATOR)
    begin(anna, boris, NOW - DAY, NOW + DAY, chief, NOW)
    assert has_role(again(boris), Role.APPROVER)
    assert Entry.objects.get(verb="substitution.begin").actor == f"user:{chief.pk}"


def test_rights_pass_while_it_is_in_force_and_come_back_by_themselves() -> None:
    water = agency()
    anna, boris = person("anna", Role.APPROVER, water), person("boris", Role.OPERATOR)
    made = agreed(anna, boris)
    assert may(again(boris), [Permission.APPROVE], water.path, "")
    Substitution.objects.filter(pk=made.pk).update(until=NOW)
    assert not may(again(boris), [Permission.APPROVE], water.path, "")
    Substitution.objects.filter(pk=made.pk).update(since=NOW + DAY, until=NOW + 2 * DAY)
    assert [grant.role for grant in grants_of(again(boris))] == [Role.OPERATOR]


def test_nothing_is_passed_on_and_nobody_administers_by_it() -> None:
    anna, boris, vera = person("anna", Role.ADMINISTRATOR), person("boris", Role.HEAD), person("vera")
    grant(anna, Role.APPROVER)
    agreed(anna, boris)
    # Such a chain cannot be made on the page; should it stand there all the same, it gives nothing more.
    days = {"since": NOW - DAY, "until": NOW + DAY, "made_at": NOW, "agreed_at": NOW}
    Substitution.objects.create(absent=boris, deputy=vera, by=boris, **days)
    assert {grant.role for grant in grants_of(again(vera))} == {Role.HEAD}
    assert {grant.role for grant in grants_of(again(boris))} == {Role.HEAD, Role.APPROVER}
    assert scope_of(again(boris)).pairs == ()


def test_what_makes_no_sense_is_refused() -> None:
    people = {name: person(name, Role.OPERATOR) for name in ("anna", "boris", "vera")}

    def try_it(absent: str, deputy: str, first: int, last: int) -> Substitution:
        return begin(people[absent], people[deputy], NOW + first * DAY, NOW + last * DAY, people[absent], NOW)

    for absent, deputy, first, last, code in (
        *(("anna", "anna", 0, 1, "self"), ("anna", "boris", 2, 1, "order")),
        *(("anna", "boris", -3, -1, "past"), ("anna", "boris", 0, 200, "long")),
    ):
        with pytest.raises(Refused, match=code):
            try_it(absent, deputy, first, last)
    agree(try_it("anna", "boris", 0, 1), NOW)
    for absent, deputy, code in (
        *(("anna", "vera", "double"), ("boris", "anna", "loop")),
        *(("vera", "anna", "loop"), ("boris", "vera", "chain")),
    ):
        with pytest.raises(Refused, match=code):
            try_it(absent, deputy, 0, 3)
    try_it("vera", "boris", 0, 3)


def test_it_ends_before_its_time_once_and_a_blocked_one_lends_nothing() -> None:
    anna, boris = person("anna", Role.OPERATOR), person("boris")
    made = agreed(anna, boris)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert grants_of(again(boris)) == []
    User.objects.filter(pk=anna.pk).update(is_active=True)
    assert has_role(again(boris), Role.OPERATOR)
    assert deputies([anna.pk], NOW) == {anna.pk: boris.pk}
    end(made, anna, NOW)
    assert not has_role(again(boris), Role.OPERATOR)
    assert deputies([anna.pk], NOW) == {}
    with pytest.raises(Refused):
        end(made, anna, NOW)


def test_the_journal_says_for_whom_only_where_the_right_was_lent() -> None:
    anna, boris = person("anna", Role.APPROVER), person("boris", Role.OPERATOR)
    agreed(anna, boris)
    deputy, entry_data = again(boris), []
    for permission in (Permission.APPROVE, Permission.JUDGE, Permission.APPROVE):
        assert may(deputy, [permission], "", "")
        with book.turn():
            entry_data.append(book.write(at=NOW, actor=f"user:{boris.pk}", verb="test", subject="x:1").data)
    assert entry_data == [{"for": anna.pk}, {}, {"for": anna.pk}]
