"""«Люди» and «Роли»: who sees whom, does what to whom; nobody locks the region out or gives more than he has."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from otklik.desk.tests.forms import confirm, save, seen
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.journal.models import Entry, Reason
from otklik.people.models import Grant, MadeRole, Role, User
from otklik.people.permissions import Permission
from otklik.people.scope import scope_of
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
INVITED = {"last": "Иванова", "first": "Анна", "username": "Ivanova", "role": "operator", "agency": "", "place": ""}
NEW = {"name": "Старший оператор", "base": "operator", "permissions": ["approve", "answer"]}


def entry(verb: str) -> Entry:
    return Entry.objects.get(verb=verb)


def test_an_administrator_of_a_branch_sees_his_people_alone(town: Town) -> None:
    shown = page_at(town.water_admin, "/admin/people/")
    assert_shows(shown, town.executor.last_name, hides=[town.operator.last_name, town.admin.last_name])
    client = signed_in(town.water_admin)
    for name in ("", "names/", "blocking/", "link/", "handover/"):
        assert client.get(f"/admin/people/{town.operator.pk}/{name}").status_code == 404
        assert client.get(f"/admin/people/{10**17}/{name}").status_code == 404
    assert "/admin/journal/" not in shown


def test_whoever_reaches_further_is_not_touched_by_a_branch(town: Town) -> None:
    both = person("both", Role.EXECUTOR, town.water)
    Grant.objects.create(user=both, role=Role.OPERATOR)
    client, base = signed_in(town.water_admin), f"/admin/people/{both.pk}/"
    assert_shows(page_at(client, base), "администратор региона", hides=["blocking"])
    for verb in ("blocking/", "link/", "second-factor/", "handover/", "names/", "unblocking/"):
        assert client.post(base + verb, {"last": "Х", "first": "Х"}).status_code == 403, verb
    wide = both.grants.get(role=Role.OPERATOR)
    assert client.post(f"/admin/grants/{wide.pk}/removal/").status_code == 403
    assert client.post(f"/admin/grants/{both.grants.get(role=Role.EXECUTOR).pk}/removal/").status_code == 302
    assert [grant.role for grant in both.grants.all()] == [Role.OPERATOR]
    assert reread(both).is_active
    assert both.last_name == "Both"


def test_nobody_gives_more_than_he_has(town: Town) -> None:
    client, base = signed_in(town.water_admin), f"/admin/people/{town.executor.pk}/grants/"
    for agency in ("", str(town.roads.pk), "99999999999999999999", "\x00", "x"):
        given = {"role": "operator", "agency": agency, "place": "", "sure": "1"}
        assert client.post(base, given).status_code == 422, agency
    assert Grant.objects.filter(user=town.executor).count() == 1
    invited = {**INVITED, "agency": str(town.roads.pk)}
    assert client.post("/admin/people/invitation/", invited).status_code == 422
    assert not User.objects.filter(username="ivanova").exists()
    client.post(base, {"role": "operator", "agency": str(town.pumps.pk), "place": "", "sure": "1"})
    assert Grant.objects.filter(user=town.executor, role="operator", agency=town.pumps).exists()


def test_an_administrator_of_a_place_gives_that_place_alone(town: Town) -> None:
    local = person("local", Role.ADMINISTRATOR, None, town.city)
    worker = person("worker", Role.OPERATOR, None, town.city)
    client, base = signed_in(local), f"/admin/people/{worker.pk}/grants/"
    assert client.post(base, {"role": "operator", "agency": "", "place": "", "sure": "1"}).status_code == 422
    village = str(town.village.pk)
    assert client.post(base, {"role": "operator", "agency": "", "place": village, "sure": "1"}).status_code == 422
    city = str(town.city.pk)
    assert client.post(base, {"role": "curator", "agency": "", "place": city, "sure": "1"}).status_code == 302
    assert worker.grants.filter(role="curator", place=town.city).exists()
    assert client.get(f"/admin/people/{town.operator.pk}/").status_code == 404
    assert not scope_of(local).agencies().exists()
    assert client.get(f"/admin/agencies/{town.water.pk}/").status_code == 404


def test_an_invitation_makes_a_user_who_cannot_sign_in_yet(town: Town) -> None:
    client = signed_in(town.admin)
    answer = client.post("/admin/people/invitation/", {**INVITED, "patronymic": "Петровна", "email": "a@example.ru"})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    user = User.objects.get(username="ivanova")
    assert f"/accounts/invitation/{user.pk}/" in answer.content.decode()
    assert "Почта на этом сервере не настроена" not in answer.content.decode(), "tests have a mailbox"
    assert str(user) == "Анна Иванова"
    assert not user.has_usable_password()
    assert [grant.role for grant in user.grants.all()] == ["operator"]
    assert entry("user.invite").subject == f"user:{user.pk}"
    assert entry("grant.give").data == {"role": "operator", "agency": 0, "place": 0}
    assert "приглашён" in page_at(town.admin, f"/admin/people/{user.pk}/").lower()
    assert_answers(client.post("/admin/people/invitation/", {**INVITED, "username": "IVANOVA"}), 422, "уже занято")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"last": ""}, "Заполните это поле"),
        ({"last": "\u200b\u202e \x00"}, "Заполните это поле"),
        ({"last": "Ы" * 200}, "не больше 150"),
        ({"last": "Ы" * 200_000}, "не больше 150"),
        ({"patronymic": "Ы" * 200}, "не больше 80"),
        ({"username": "Иванова"}, "латинские буквы"),
        ({"username": "a b"}, "латинские буквы"),
        ({"username": "a" * 200}, "не больше 150"),
        ({"email": "куда-нибудь"}, "не похоже на адрес"),
        ({"role": "king"}, "Такого в списке нет"),
        ({"role": "executor"}, "Исполнителю нужно ведомство"),
        ({"agency": "99999999999999999999999"}, "Такого в списке нет"),
        ({"place": "-1"}, "Такого в списке нет"),
    ],
)
def test_a_wrong_field_says_what_to_do_and_invites_nobody(town: Town, changed: dict[str, str], said: str) -> None:
    assert_answers(signed_in(town.admin).post("/admin/people/invitation/", {**INVITED, **changed}), 422, said)
    assert not User.objects.filter(username="ivanova").exists()
    assert not Entry.objects.exists()


def test_names_are_one_readable_line_and_text(town: Town) -> None:
    name = "<b>Ива\u202eнова</b>\u200b\n Ый"
    signed_in(town.admin).post("/admin/people/invitation/", {**INVITED, "last": name, "first": "א" * 150})
    user = User.objects.get(username="ivanova")
    assert user.last_name == "<b>Иванова</b> Ый"
    shown = page_at(town.admin, "/admin/people/?q=ивано") + page_at(town.admin, f"/admin/people/{user.pk}/")
    assert_shows(shown, "&lt;b&gt;Иванова", hides=["<b>Ива"])


def test_people_are_found_by_name_role_agency_and_state(town: Town) -> None:
    person("petrova", Role.HEAD)
    User.objects.filter(username="petrova").update(last_name="Петрова-Водкина", is_active=False)

    def found(query: str) -> str:
        return page_at(town.admin, f"/admin/people/?{query}")

    assert "Петрова-Водкина" in found("q=петрова+мар")
    assert "Петрова-Водкина" not in found("q=петрова+анна")
    assert "Петрова-Водкина" in found("role=head&state=blocked")
    assert "Петрова-Водкина" not in found("state=active")
    assert town.executor.last_name in found(f"agency={town.water.pk}")
    assert town.executor.last_name not in found(f"agency={town.roads.pk}")
    assert "Никого не нашли" in found("q=" + "ы" * 3000)
    assert town.executor.last_name in found("role=nobody&state=x&agency=9999999999999999999999&after=x")


def test_a_grant_is_asked_about_in_figures_before_it_is_given(town: Town) -> None:
    town.executing(town.executor)
    user, client = town.stranger, signed_in(town.admin)
    given = {"role": "executor", "agency": str(town.water.pk), "place": ""}
    asked = client.post(f"/admin/people/{user.pk}/grants/", given)
    assert "открытых карточек: 1." in asked.content.decode()
    assert not user.grants.exists()
    client.post(f"/admin/people/{user.pk}/grants/", {**given, "sure": "1"})
    assert user.grants.get().agency == town.water
    client.post(f"/admin/people/{user.pk}/grants/", {**given, "sure": "1"})
    assert user.grants.count() == 1
    assert Entry.objects.filter(verb="grant.give").count() == 1
    assert "уже есть" in page_at(client, f"/admin/people/{user.pk}/")


def test_taking_a_grant_away_says_what_stays_in_his_hands(town: Town) -> None:
    user = town.executor
    town.executing(user)
    client, address = signed_in(town.admin), f"/admin/grants/{user.grants.get().pk}/removal/"
    assert_shows(page_at(client, address), "открытых карточек 1", "последнее полномочие")
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 404
    assert entry("grant.take").data == {"role": "executor", "agency": town.water.pk, "place": 0}


def test_blocking_ends_sessions_at_once_and_they_do_not_come_back(town: Town) -> None:
    user = town.executor
    town.executing(user)
    his, client, address = signed_in(user), signed_in(town.admin), f"/admin/people/{user.pk}/blocking/"
    assert "открытых карточек 1" in page_at(client, address)
    sessions = Session.objects.count()
    client.post(address)
    assert his.get("/agency/").status_code == 302
    assert Session.objects.count() == sessions - 1
    client.post(address)
    client.post(f"/admin/people/{user.pk}/unblocking/")
    client.post(f"/admin/people/{user.pk}/unblocking/")
    assert his.get("/agency/").status_code == 302
    assert reread(user).is_active
    assert user.check_password("pass-word-1")
    assert Entry.objects.filter(verb="user.block").count() == Entry.objects.filter(verb="user.unblock").count() == 1


def test_the_last_administrator_stays_and_nobody_blocks_himself(town: Town) -> None:
    own = town.admin.grants.get()
    second = person("second-admin", Role.ADMINISTRATOR)
    User.objects.filter(pk=second.pk).update(password="!waits")
    client = signed_in(town.admin)
    for verb in ("blocking", "link"):
        for way in (client.get, client.post):
            answer = way(f"/admin/people/{town.admin.pk}/{verb}/", follow=True)
            assert "С собой этого сделать нельзя" in answer.content.decode()
    client.post(f"/admin/grants/{own.pk}/removal/")
    town.admin.refresh_from_db()
    assert town.admin.is_active, "the second has no password yet and cannot sign in"
    assert town.admin.has_usable_password()
    assert Grant.objects.filter(pk=own.pk).exists()
    assert not Entry.objects.exists()
    User.objects.filter(pk=second.pk).update(password=town.admin.password)
    second.refresh_from_db()
    signed_in(second).post(f"/admin/people/{town.admin.pk}/blocking/")
    assert not User.objects.get(pk=town.admin.pk).is_active
    signed_in(second).post(f"/admin/grants/{second.grants.get().pk}/removal/")
    assert second.grants.exists()


def test_a_branch_cannot_take_the_region_away_from_its_last_administrator(town: Town) -> None:
    Grant.objects.create(user=town.admin, role=Role.EXECUTOR, agency=town.water)
    assert signed_in(town.water_admin).post(f"/admin/people/{town.admin.pk}/blocking/").status_code == 403
    assert reread(town.admin).is_active


def test_a_second_factor_is_taken_off_once(town: Town) -> None:
    user, client = town.executor, signed_in(town.admin)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    address = f"/admin/people/{user.pk}/second-factor/"
    assert "одного пароля" in page_at(client, address)
    client.post(address)
    client.post(address)
    assert not Authenticator.objects.exists()
    assert entry("user.second_factor_reset").subject == f"user:{user.pk}"


def test_a_changed_name_is_written_down_in_free_words_alone(town: Town) -> None:
    user, client = town.executor, signed_in(town.water_admin)
    was = f"{user.last_name} {user.first_name} {user.patronymic}"
    save(client, f"/admin/people/{user.pk}/names/", {"last": "Новая", "first": "Анна", "email": "n@example.ru"})
    assert (reread(user).last_name, user.email) == ("Новая", "n@example.ru")
    assert entry("user.edit").data == {}
    assert Reason.objects.get(entry=entry("user.edit")).text == f"{was} → Новая Анна\n– → n@example.ru"
    assert client.post(f"/admin/people/{user.pk}/names/", {"last": ""}).status_code == 422


def made(town: Town, **changes: object) -> MadeRole:
    answer = signed_in(town.admin).post("/admin/roles/addition/", {**NEW, **changes})
    assert answer.status_code == 302
    return MadeRole.objects.latest("pk")


def with_role(role: MadeRole, name: str = "senior") -> User:
    user = person(name)
    Grant.objects.create(user=user, role=role.base, made=role)
    return user


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
    assert_shows(page_at(theirs, "/queue/"), "Согласование", "Старший оператор", hides=["Статистика"])
    assert "Старший оператор" in page_at(client, f"/admin/people/{worker.pk}/")


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
    assert "Согласовывать ответы" in page_at(client, "/admin/journal/")


def test_two_who_change_one_role_do_not_undo_each_other(town: Town) -> None:
    role, client = made(town), signed_in(town.admin)
    address = f"/admin/roles/{role.pk}/"
    mark = seen(client, address)
    assert save(client, address, {"name": "Другое имя", "permissions": "approve"}).status_code == 302
    late = client.post(address, {"name": "Третье имя", "permissions": "figures", "seen": mark})
    assert_answers(late, 409, "Сейчас записано: Другое имя")
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
    assert_answers(signed_in(town.admin).post("/admin/roles/addition/", {**NEW, **wrong}), 422, "ad-error")
    assert not MadeRole.objects.exists()
    assert not Entry.objects.exists()


def test_a_role_in_use_is_not_removed_and_the_page_says_who_has_it(town: Town) -> None:
    role = made(town)
    user, client = with_role(role), signed_in(town.admin)
    assert_answers(client.get(f"/admin/roles/{role.pk}/removal/"), 409, f"?role={role.key}")
    client.post(f"/admin/roles/{role.pk}/removal/")
    assert MadeRole.objects.exists()
    user.grants.all().delete()
    assert client.get(f"/admin/roles/{role.pk}/removal/").status_code == 200
    client.post(f"/admin/roles/{role.pk}/removal/")
    assert not MadeRole.objects.exists()
    assert client.get("/admin/journal/").status_code == 200, "what is gone still has its words in the journal"
