"""«Роли»: making one, giving it, changing it with people in it, and what its holder then gets to."""

import pytest
from pytest_django import DjangoAssertNumQueries

from otklik.desk.tests.forms import confirm, save, seen
from otklik.desk.tests.pages import assert_shows
from otklik.journal.models import Entry
from otklik.people.models import Grant, MadeRole, Role, User
from otklik.people.permissions import Permission
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
NEW = {"name": "Старший оператор", "base": "operator", "permissions": ["approve", "answer"]}


def made(town: Town, **changes: object) -> MadeRole:
    answer = signed_in(town.admin).post("/admin/roles/addition/", {**NEW, **changes})
    assert answer.status_code == 302
    return MadeRole.objects.latest("pk")


def with_role(role: MadeRole, name: str = "senior") -> User:
    user = person(name)
    Grant.objects.create(user=user, role=role.base, made=role)
    return user


def test_only_an_administrator_of_the_whole_region_gets_in(town: Town) -> None:
    role = made(town)
    others = (town.water_admin, town.auditor, town.operator, with_role(role))
    for address in ("", "addition/", f"{role.pk}/", f"{role.pk}/removal/"):
        for user in others:
            client = signed_in(user)
            assert client.get(f"/admin/roles/{address}").status_code == 403, (address, user)
            assert client.post(f"/admin/roles/{address}", NEW).status_code in {403, 405}, (address, user)
    assert MadeRole.objects.count() == 1


def test_a_role_is_made_given_and_opens_what_it_says(town: Town) -> None:
    role = made(town)
    assert role.allows == {Permission.JUDGE, Permission.APPROVE, Permission.ANSWER}
    worker, client = person("worker"), signed_in(town.admin)
    confirm(client, f"/admin/people/{worker.pk}/grants/", {"role": role.key, "agency": "", "place": ""})
    grant = worker.grants.get()
    assert (grant.role, grant.made) == (Role.OPERATOR, role)
    theirs = signed_in(worker)
    assert theirs.get("/queue/").status_code == 200
    assert theirs.get("/approvals/").status_code == 200
    assert theirs.get("/statistics/").status_code == 403, "its base alone would open it"
    assert_shows(theirs.get("/queue/").content.decode(), "Согласование", "Старший оператор", hides=["Статистика"])
    assert "Старший оператор" in client.get(f"/admin/people/{worker.pk}/").content.decode()


def test_people_are_found_by_a_made_role_and_not_by_its_base(town: Town) -> None:
    role = made(town)
    with_role(role)
    client = signed_in(town.admin)
    assert [user.username for user, _g in client.get(f"/admin/people/?role={role.key}").context["people"]] == ["senior"]
    names = [user.username for user, _g in client.get("/admin/people/?role=operator").context["people"]]
    assert names
    assert "senior" not in names


def test_a_change_with_people_in_it_says_first_what_they_gain_and_lose(town: Town) -> None:
    role = made(town)
    user, client, address = with_role(role), signed_in(town.admin), f"/admin/roles/{role.pk}/"
    given = {"name": role.name, "permissions": ["figures", "answer"], "seen": seen(client, address)}
    asked = client.post(address, given)
    words = asked.content.decode()
    assert "Людей с этой ролью: 1." in words
    assert "Прибавится: Смотреть статистику" in words
    assert "Пропадёт: Согласовывать ответы" in words
    assert signed_in(user).get("/approvals/").status_code == 200, "nothing has happened yet"
    assert client.post(address, {**given, "sure": "1"}).status_code == 302
    assert signed_in(user).get("/approvals/").status_code == 403
    assert signed_in(user).get("/statistics/").status_code == 200
    assert "Согласовывать ответы" in client.get("/admin/journal/").content.decode()


def test_two_who_change_one_role_do_not_undo_each_other(town: Town) -> None:
    role, client = made(town), signed_in(town.admin)
    address = f"/admin/roles/{role.pk}/"
    mark = seen(client, address)
    assert save(client, address, {"name": "Другое имя", "permissions": "approve"}).status_code == 302
    late = client.post(address, {"name": "Третье имя", "permissions": "figures", "seen": mark})
    assert late.status_code == 409
    assert "Сейчас записано: Другое имя" in late.content.decode()
    assert MadeRole.objects.get().name == "Другое имя"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"base": "administrator"},
        {"base": ""},
        {"permissions": ["administrate"]},
        {"permissions": ["hold"]},
        {"permissions": ["\x00"]},
    ],
)
def test_what_cannot_be_is_refused_with_words_and_writes_nothing(town: Town, wrong: dict[str, object]) -> None:
    answer = signed_in(town.admin).post("/admin/roles/addition/", {**NEW, **wrong})
    assert answer.status_code == 422
    assert "ad-error" in answer.content.decode()
    assert not MadeRole.objects.exists()
    assert not Entry.objects.exists()


def test_a_role_in_use_is_not_removed_and_the_page_says_who_has_it(town: Town) -> None:
    role = made(town)
    user, client = with_role(role), signed_in(town.admin)
    page = client.get(f"/admin/roles/{role.pk}/removal/")
    assert page.status_code == 409
    assert f"?role={role.key}" in page.content.decode()
    client.post(f"/admin/roles/{role.pk}/removal/")
    assert MadeRole.objects.exists()
    user.grants.all().delete()
    assert client.get(f"/admin/roles/{role.pk}/removal/").status_code == 200
    client.post(f"/admin/roles/{role.pk}/removal/")
    assert not MadeRole.objects.exists()
    assert client.get("/admin/journal/").status_code == 200, "what is gone still has its words in the journal"


def test_the_page_asks_the_same_however_many_roles(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        with_role(made(town, name=f"Роль {number}"), f"user{number}")
    client = signed_in(town.admin)
    with django_assert_max_num_queries(7):
        assert client.get("/admin/roles/").content.decode().count("Роль 1") >= 2
