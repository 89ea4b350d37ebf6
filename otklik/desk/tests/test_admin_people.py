"""«Люди» and «Роли»: who sees whom, does what to whom; nobody locks the region out or gives more than he has."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from otklik.desk.tests.forms import confirm, seen
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.journal.models import Entry
from otklik.people.models import Grant, MadeRole, Role, User
from otklik.people.permissions import Permission
from otklik.people.scope import scope_of
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
INVITING = "/admin/people/invitation/"
INVITED = {"last": "Иванова", "first": "Анна", "username": "Ivanova", "role": "operator", "agency": "", "place": ""}


def at(user: User, verb: str = "") -> str:
    return f"/admin/people/{user.pk}/{verb}"


def removal(grant: Grant) -> str:
    return f"/admin/grants/{grant.pk}/removal/"


def reach(role: str = "operator", agency: object = "", place: object = "") -> dict[str, object]:
    """The form of a grant, sure of it; an agency and a place are rows, or what is typed."""
    return {"role": role, "sure": "1", "agency": getattr(agency, "pk", agency), "place": getattr(place, "pk", place)}


def test_an_administrator_of_a_branch_sees_his_people_alone_and_touches_nobody_of_wider_reach(town: Town) -> None:
    hides = [town.operator.last_name, town.admin.last_name, "/admin/journal/"]
    assert_shows(page_at(town.water_admin, "/admin/people/"), town.executor.last_name, hides=hides)
    client = signed_in(town.water_admin)
    for name in ("", "names/", "blocking/", "link/", "handover/"):
        for pk in (town.operator.pk, 10**17):
            assert client.get(f"/admin/people/{pk}/{name}").status_code == 404
    both, client = person("both", Role.EXECUTOR, town.water), signed_in(town.water_admin)
    wide = Grant.objects.create(user=both, role=Role.OPERATOR)
    assert_shows(page_at(client, at(both)), "администратор региона", hides=["blocking"])
    for verb in ("blocking/", "link/", "second-factor/", "handover/", "names/", "unblocking/"):
        assert client.post(at(both, verb), {"last": "Х", "first": "Х"}).status_code == 403, verb
    assert client.post(removal(wide)).status_code == 403
    assert client.post(removal(both.grants.get(role=Role.EXECUTOR))).status_code == 302
    assert [grant.role for grant in both.grants.all()] == [Role.OPERATOR]
    assert (reread(both).is_active, both.last_name) == (True, "Both")
    Grant.objects.create(user=town.admin, role=Role.EXECUTOR, agency=town.water)
    assert client.post(at(town.admin, "blocking/")).status_code == 403
    assert reread(town.admin).is_active


def test_nobody_gives_more_than_he_has(town: Town) -> None:
    client, giving = signed_in(town.water_admin), at(town.executor, "grants/")
    for agency in ("", town.roads, "99999999999999999999", "\x00", "x"):
        assert client.post(giving, reach(agency=agency)).status_code == 422, agency
    assert town.executor.grants.count() == 1
    assert client.post(INVITING, {**INVITED, "agency": str(town.roads.pk)}).status_code == 422
    assert not User.objects.filter(username="ivanova").exists()
    client.post(giving, reach(agency=town.pumps))
    assert town.executor.grants.filter(role="operator", agency=town.pumps).exists()
    # An administrator of a place gives that place alone.
    local, worker = (
        person("local", Role.ADMINISTRATOR, None, town.city),
        person("worker", Role.OPERATOR, None, town.city),
    )
    client = signed_in(local)
    assert client.post(at(worker, "grants/"), reach()).status_code == 422
    assert client.post(at(worker, "grants/"), reach(place=town.village)).status_code == 422
    assert client.post(at(worker, "grants/"), reach("curator", place=town.city)).status_code == 302
    assert worker.grants.filter(role="curator", place=town.city).exists()
    assert client.get(at(town.operator)).status_code == 404
    assert not scope_of(local).agencies().exists()
    assert client.get(f"/admin/agencies/{town.water.pk}/").status_code == 404


def test_an_invitation_makes_a_user_who_cannot_sign_in_yet(town: Town, admin: Client) -> None:
    answer = admin.post(INVITING, {**INVITED, "patronymic": "Петровна", "email": "a@example.ru"})
    user = User.objects.get(username="ivanova")
    assert_answers(answer, 200, f"/accounts/invitation/{user.pk}/", hides=["Почта на этом сервере не настроена"])
    assert "no-store" in answer.headers["Cache-Control"]
    assert (str(user), user.has_usable_password()) == ("Анна Иванова", False)
    assert [grant.role for grant in user.grants.all()] == ["operator"]
    assert Entry.objects.get(verb="user.invite").subject == f"user:{user.pk}"
    assert Entry.objects.get(verb="grant.give").data == {"role": "operator", "agency": 0, "place": 0}
    assert "приглашён" in page_at(admin, at(user)).lower()
    assert_answers(admin.post(INVITING, {**INVITED, "username": "IVANOVA"}), 422, "уже занято")
    # Names are one readable line, and text.
    name = "<b>Ива\u202eнова</b>\u200b\n Ый"
    admin.post(INVITING, {**INVITED, "username": "third", "last": name, "first": "א" * 150})
    user = User.objects.get(username="third")
    assert user.last_name == "<b>Иванова</b> Ый"
    for address in ("/admin/people/?q=ивано", at(user)):
        assert_shows(page_at(admin, address), "&lt;b&gt;Иванова", hides=["<b>Ива"])


def test_people_are_found_by_name_role_agency_and_state(town: Town, admin: Client) -> None:
    vodkina, role = person("petrova", Role.HEAD, last_name="Петрова-Водкина", is_active=False), a_role(admin)
    senior = with_role(role)

    def names(query: str) -> set[str]:
        return {user.username for user, _grants in admin.get(f"/admin/people/?{query}").context["people"]}

    for query in ("q=петрова+мар", "role=head&state=blocked"):
        assert names(query) == {vodkina.username}
    assert vodkina.username not in names("state=active")
    assert names("q=петрова+анна") == set()
    assert town.executor.username in names(f"agency={town.water.pk}") - names(f"agency={town.roads.pk}")
    assert "Никого не нашли" in page_at(admin, "/admin/people/?q=" + "ы" * 3000)
    assert town.executor.username in names("role=nobody&state=x&agency=9999999999999999999999&after=x")
    assert names(f"role={role.key}") == {senior.username}
    assert town.operator.username in names("role=operator")
    assert senior.username not in names("role=operator"), "his own role counts, not its base"


def test_a_grant_is_asked_about_in_figures_before_it_is_given_and_taken_away(town: Town, admin: Client) -> None:
    town.executing(town.executor)
    user, fields = town.stranger, reach("executor", town.water)
    assert_answers(admin.post(at(user, "grants/"), {**fields, "sure": ""}), 200, "открытых карточек: 1.")
    assert not user.grants.exists()
    for _twice in range(2):
        admin.post(at(user, "grants/"), fields)
        assert user.grants.get().agency == town.water
    assert Entry.objects.filter(verb="grant.give").count() == 1
    assert "уже есть" in page_at(admin, at(user))
    address = removal(town.executor.grants.get())
    assert_shows(page_at(admin, address), "открытых карточек 1", "последнее полномочие")
    assert [admin.post(address).status_code for _twice in range(2)] == [302, 404]
    assert Entry.objects.get(verb="grant.take").data == {"role": "executor", "agency": town.water.pk, "place": 0}


def test_blocking_ends_sessions_at_once_and_they_do_not_come_back(town: Town, admin: Client) -> None:
    user = town.executor
    town.executing(user)
    his = signed_in(user)
    assert "открытых карточек 1" in page_at(admin, at(user, "blocking/"))
    sessions = Session.objects.count()
    admin.post(at(user, "blocking/"))
    assert his.get("/agency/").status_code == 302
    assert Session.objects.count() == sessions - 1
    for _twice in range(2):
        admin.post(at(user, "unblocking/"))
    assert his.get("/agency/").status_code == 302
    assert reread(user).is_active
    assert user.check_password("pass-word-1")
    assert Entry.objects.filter(verb="user.unblock").count() == 1


def test_the_last_administrator_stays_and_nobody_blocks_himself(town: Town, admin: Client) -> None:
    own, second = town.admin.grants.get(), person("second-admin", Role.ADMINISTRATOR)
    User.objects.filter(pk=second.pk).update(password="!waits")
    for verb in ("blocking/", "link/"):
        for way in (admin.get, admin.post):
            assert_answers(way(at(town.admin, verb), follow=True), 200, "С собой этого сделать нельзя")
    admin.post(removal(own))
    assert reread(town.admin).is_active, "the second has no password yet and cannot sign in"
    assert town.admin.has_usable_password()
    assert Grant.objects.filter(pk=own.pk).exists()
    assert not Entry.objects.exists()
    User.objects.filter(pk=second.pk).update(password=town.admin.password)
    other = signed_in(reread(second))
    other.post(at(town.admin, "blocking/"))
    assert not reread(town.admin).is_active
    other.post(removal(second.grants.get()))
    assert second.grants.exists()


# Roles of the region's own.
def a_role(admin: Client) -> MadeRole:
    new = {"name": "Старший оператор", "base": "operator", "permissions": ["approve", "answer"]}
    assert admin.post("/admin/roles/addition/", new).status_code == 302
    return MadeRole.objects.latest("pk")


def with_role(role: MadeRole) -> User:
    user = person("senior")
    Grant.objects.create(user=user, role=role.base, made=role)
    return user


def opened(user: User, *pages: str) -> list[int]:
    client = signed_in(user)
    return [client.get(f"/{page}/").status_code for page in pages]


def test_a_role_opens_what_it_says_a_change_tells_first_and_one_in_use_stays(town: Town, admin: Client) -> None:
    role, worker = a_role(admin), person("worker")
    assert role.allows == {Permission.JUDGE, Permission.APPROVE, Permission.ANSWER}
    confirm(admin, at(worker, "grants/"), {"role": role.key, "agency": "", "place": ""})
    grant = worker.grants.get()
    assert (grant.role, grant.made) == (Role.OPERATOR, role)
    assert opened(worker, "queue", "approvals", "statistics") == [200, 200, 403], "its base alone would open the last"
    assert_shows(page_at(worker, "/queue/"), "Согласование", "Старший оператор", hides=["Статистика"])
    assert "Старший оператор" in page_at(admin, at(worker))
    address = f"/admin/roles/{role.pk}/"
    fields = {"name": role.name, "permissions": ["figures", "answer"], "seen": seen(admin, address)}
    words = ("Прибавится: Смотреть статистику", "Пропадёт: Согласовывать ответы")
    assert_answers(admin.post(address, fields), 200, "Людей с этой ролью: 1.", *words)
    assert opened(worker, "approvals", "statistics") == [200, 403], "nothing has happened yet"
    assert admin.post(address, {**fields, "sure": "1"}).status_code == 302
    assert opened(worker, "approvals", "statistics") == [403, 200]
    assert_answers(admin.get(f"{address}removal/"), 409, f"?role={role.key}")
    admin.post(f"{address}removal/")
    assert MadeRole.objects.exists()
    worker.grants.all().delete()
    admin.post(f"{address}removal/")
    assert not MadeRole.objects.exists()
    assert "Согласовывать ответы" in page_at(admin, "/admin/journal/"), "what is gone still has its words there"
