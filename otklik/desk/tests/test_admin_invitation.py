"""The one-time link: works once, for as long as it should, and dies with a block, a newer link or a new address."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client, override_settings

from otklik.desk.tests.pages import assert_answers, page_at, reread
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people import accounts, invitations
from otklik.people.accounts import Name, Reach
from otklik.people.models import Role, User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("patience")]
PASSWORD = "четыре случайных слова"
CONSOLE = "django.core.mail.backends.console.EmailBackend"


class Broken(EmailBackend):
    """A mail server that is down."""

    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError("no mail today")


@pytest.fixture
def invited(town: Town) -> User:
    name, reach = Name("Иванова", "Анна", email="anna@example.ru"), Reach(Role.OPERATOR)
    return accounts.invite("ivanova", name, reach, town.admin, clock.now())


def address(user: User) -> str:
    user.refresh_from_db()
    return f"/accounts/invitation/{user.pk}/{invitations.token_for(user)}/"


def typed(first: str = PASSWORD, second: str | None = None) -> dict[str, str]:
    return {"password": first, "again": first if second is None else second}


def opens(link: str) -> bool:
    return Client().get(link).status_code == 200


def test_a_password_is_made_once_and_opens_the_desk(invited: User) -> None:
    client, link = Client(), address(invited)
    with override_settings(PASSWORD_RESET_TIMEOUT=-1):
        assert (client.get(link).status_code, client.post(link, typed()).status_code) == (404, 404), "it is too old"
    shown = client.get(link)
    assert_answers(shown, 200, "ivanova")
    assert shown.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in shown.headers["Cache-Control"]
    assert Client(enforce_csrf_checks=True).post(link, typed()).status_code == 403
    assert client.post(link, typed()).status_code == 200
    entry = Entry.objects.latest("pk")
    assert (entry.verb, entry.actor) == ("user.password", f"user:{invited.pk}")
    assert client.get(link).status_code == client.post(link, typed("совсем другой пароль")).status_code == 404
    assert reread(invited).check_password(PASSWORD)
    assert client.post("/accounts/login/", {"login": "Ivanova", "password": PASSWORD}).status_code == 302
    assert client.get("/queue/").status_code == 200


def test_a_weak_password_is_told_why_and_two_people_with_one_link_make_one_password(invited: User) -> None:
    User.objects.filter(pk=invited.pk).update(username="ivanovaivanova")
    for data, expected in (
        (typed(""), "Придумайте пароль"),
        (typed("длинный пароль", "другой пароль"), "не совпали"),
        (typed("короткий"), "нужно не меньше 10 знаков"),
        (typed("password123"), "распростран"),
        (typed("ivanovaivanova"), "похож"),
        (typed("щ" * 200_000), "не больше 128"),
        (typed("пароль\x00пароль"), "обычные знаки"),
    ):
        assert_answers(Client().post(address(invited), data), 422, expected)
    assert not reread(invited).has_usable_password()
    first, second = User.objects.get(pk=invited.pk), User.objects.get(pk=invited.pk)
    assert invitations.accept(first, PASSWORD, clock.now())
    assert not invitations.accept(second, "другой пароль совсем", clock.now())
    assert reread(invited).check_password(PASSWORD)


def test_an_older_link_dies_of_a_block_a_newer_one_or_address_and_a_guess_tells_none(town: Town, invited: User) -> None:
    link = address(invited)
    accounts.block(invited, town.admin, clock.now())
    assert not opens(link)
    accounts.unblock(invited, town.admin, clock.now())
    assert Client().post(link, typed()).status_code == 404
    link = address(invited)
    assert opens(link)
    answer = signed_in(town.admin).post(f"/admin/people/{invited.pk}/link/")
    assert not opens(link)
    # As the page has it: a token made in another second reads otherwise.
    newer = answer.context["link"].address.removeprefix(settings.ADDRESS)
    assert newer in answer.content.decode()
    another = Name("Иванова", "Анна", email="other@example.ru")
    accounts.rename(invited, another, accounts.seen(invited), town.admin, clock.now())
    assert not opens(newer)
    good = address(invited).strip("/").split("/")[-1]
    for pk, token in (
        *((invited.pk, "x"), (invited.pk, good[:-1] + ("0" if good[-1] != "0" else "1")), (town.admin.pk, good)),
        *((10**17, good), (invited.pk, "a" * 5000), (town.executor.pk, invitations.token_for(town.executor))),
    ):
        assert_answers(Client().get(f"/accounts/invitation/{pk}/{token}/"), 404, hides=["ivanova"])
    client = Client()
    guess = f"/accounts/invitation/{invited.pk}/abc-def/"
    assert {client.post(guess, typed()).status_code for _try in range(25)} == {404, 429}
    assert client.post(address(invited), typed()).status_code == 429
    assert not reread(invited).has_usable_password()


def test_a_new_link_ends_the_old_password_and_sessions_and_the_blocked_get_none(town: Town, admin: Client) -> None:
    user, his = town.executor, signed_in(town.executor)
    page, link = f"/admin/people/{user.pk}/", f"/admin/people/{user.pk}/link/"
    assert "пароль перестанет действовать" in page_at(admin, link)
    admin.post(link)
    assert his.get("/agency/").status_code == 302
    assert not reread(user).has_usable_password()
    assert Client().post(address(user), typed()).status_code == 200
    assert Entry.objects.filter(verb="user.link", subject=f"user:{user.pk}").count() == 1
    accounts.block(user, town.admin, clock.now())
    admin.post(link)
    assert "Сначала разблокируйте" in page_at(admin, page)
    assert reread(user).has_usable_password()


def test_the_link_goes_by_mail_where_mail_is_set_up(invited: User, admin: Client) -> None:
    link, inviting, promise = f"/admin/people/{invited.pk}/link/", "/admin/people/invitation/", "уйдёт туда письмом"
    assert promise in page_at(admin, inviting)
    assert_answers(admin.post(link), 200, "ушло на anna@example.ru")
    (letter,) = mail.outbox
    assert letter.to == ["anna@example.ru"]
    # As the letter has it: a token made in another second reads otherwise.
    match = re.search(r"/accounts/invitation/\S+/", str(letter.body))
    assert match
    assert opens(match[0])
    with override_settings(EMAIL_BACKEND=CONSOLE):
        assert_answers(admin.post(link), 200, "не настроена")
        assert promise not in page_at(admin, inviting)
    with override_settings(EMAIL_BACKEND=f"{__name__}.Broken"):
        assert_answers(admin.post(link), 200, "Передайте ссылку сами")
    assert len(mail.outbox) == 1
