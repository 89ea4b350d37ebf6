"""The one-time link: works once, for as long as it should, and dies with a block, a newer link or a new address."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client, override_settings

from otklik.desk.tests.pages import assert_answers, page_at, reread
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people import accounts, invitations
from otklik.people.accounts import Name, Reach
from otklik.people.models import Role, User
from tests.make.people import signed_in
from tests.make.town import Town, make_town

pytestmark = pytest.mark.django_db
PASSWORD = "четыре случайных слова"


class Broken(EmailBackend):
    """A mail server that is down."""

    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError("no mail today")


@pytest.fixture
def town() -> Iterator[Town]:
    cache.clear()
    yield make_town()
    cache.clear()


@pytest.fixture
def invited(town: Town) -> User:
    name, reach = Name("Иванова", "Анна", email="anna@example.ru"), Reach(Role.OPERATOR)
    return accounts.invite("ivanova", name, reach, town.admin, clock.now())


def address(user: User) -> str:
    user.refresh_from_db()
    return f"/accounts/invitation/{user.pk}/{invitations.token_for(user)}/"


def typed(first: str = PASSWORD, second: str | None = None) -> dict[str, str]:
    return {"password": first, "again": first if second is None else second}


def test_a_password_is_made_once_and_opens_the_desk(invited: User) -> None:
    client, link = Client(), address(invited)
    shown = client.get(link)
    assert "ivanova" in shown.content.decode()
    assert shown.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.post(link, typed()).status_code == 200
    assert reread(invited).check_password(PASSWORD)
    entry = Entry.objects.latest("pk")
    assert (entry.verb, entry.actor) == ("user.password", f"user:{invited.pk}")
    assert client.get(link).status_code == 404
    assert client.post(link, typed("совсем другой пароль")).status_code == 404
    assert reread(invited).check_password(PASSWORD)
    assert client.post("/accounts/login/", {"login": "Ivanova", "password": PASSWORD}).status_code == 302
    assert client.get("/queue/").status_code == 200


def test_two_people_with_one_link_make_one_password(invited: User) -> None:
    first, second = User.objects.get(pk=invited.pk), User.objects.get(pk=invited.pk)
    assert invitations.accept(first, PASSWORD, clock.now())
    assert not invitations.accept(second, "другой пароль совсем", clock.now())
    assert reread(invited).check_password(PASSWORD)


def test_an_old_link_is_dead(invited: User) -> None:
    link = address(invited)
    with override_settings(PASSWORD_RESET_TIMEOUT=-1):
        assert Client().get(link).status_code == 404
        assert Client().post(link, typed()).status_code == 404
    assert Client().get(link).status_code == 200


def test_a_block_kills_the_link_for_good(town: Town, invited: User) -> None:
    link = address(invited)
    accounts.block(invited, town.admin, clock.now())
    assert Client().get(link).status_code == 404
    accounts.unblock(invited, town.admin, clock.now())
    assert Client().post(link, typed()).status_code == 404
    assert Client().get(address(invited)).status_code == 200


def test_a_newer_link_and_another_address_kill_the_older_one(town: Town, invited: User) -> None:
    first = address(invited)
    answer = signed_in(town.admin).post(f"/admin/people/{invited.pk}/link/")
    assert Client().get(first).status_code == 404
    # As the page has it: a token made in another second reads otherwise.
    second = answer.context["link"].address.removeprefix(settings.ADDRESS)
    assert second in answer.content.decode()
    another = Name("Иванова", "Анна", email="other@example.ru")
    accounts.rename(invited, another, accounts.seen(invited), town.admin, clock.now())
    assert Client().get(second).status_code == 404


def test_a_new_link_takes_the_old_password_and_its_sessions(town: Town) -> None:
    user = town.executor
    his, client = signed_in(user), signed_in(town.admin)
    assert "пароль перестанет действовать" in page_at(client, f"/admin/people/{user.pk}/link/")
    client.post(f"/admin/people/{user.pk}/link/")
    assert his.get("/agency/").status_code == 302
    assert not reread(user).has_usable_password()
    assert Client().post(address(user), typed()).status_code == 200
    assert Entry.objects.filter(verb="user.link", subject=f"user:{user.pk}").count() == 1


def test_a_blocked_person_gets_no_link(town: Town) -> None:
    user, client = town.executor, signed_in(town.admin)
    accounts.block(user, town.admin, clock.now())
    client.post(f"/admin/people/{user.pk}/link/")
    assert "Сначала разблокируйте" in page_at(client, f"/admin/people/{user.pk}/")
    assert reread(user).has_usable_password()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (typed(""), "Придумайте пароль"),
        (typed("длинный пароль", "другой пароль"), "не совпали"),
        (typed("короткий"), "нужно не меньше 10 знаков"),
        (typed("password123"), "распростран"),
        (typed("ivanova-ivanova"), "похож"),
        (typed("щ" * 200_000), "не больше 128"),
        (typed("пароль\x00пароль"), "обычные знаки"),
    ],
)
def test_a_weak_password_is_told_why(invited: User, data: dict[str, str], said: str) -> None:
    if data["password"] == "ivanova-ivanova":
        data = typed("ivanovaivanova")
        User.objects.filter(pk=invited.pk).update(username="ivanovaivanova")
    assert_answers(Client().post(address(invited), data), 422, said)
    assert not reread(invited).has_usable_password()


def test_made_up_links_tell_nothing(town: Town, invited: User) -> None:
    good = address(invited).strip("/").split("/")[-1]
    for pk, token in (
        (invited.pk, "x"),
        (invited.pk, good[:-1] + ("0" if good[-1] != "0" else "1")),
        (town.admin.pk, good),
        (10**17, good),
        (invited.pk, "a" * 5000),
        (town.executor.pk, invitations.token_for(town.executor)),
    ):
        answer = Client().get(f"/accounts/invitation/{pk}/{token}/")
        assert answer.status_code == 404, token
        assert "ivanova" not in answer.content.decode()


def test_guessing_is_slowed_down(invited: User) -> None:
    client, statuses = Client(), set()
    for _try in range(25):
        statuses.add(client.post(f"/accounts/invitation/{invited.pk}/abc-def/", typed()).status_code)
    assert statuses == {404, 429}
    assert client.post(address(invited), typed()).status_code == 429
    assert not reread(invited).has_usable_password()


def test_the_form_needs_its_token(invited: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(invited), typed()).status_code == 403


def test_the_link_goes_by_mail_where_mail_is_set_up(town: Town, invited: User) -> None:
    client = signed_in(town.admin)
    assert "ушло на anna@example.ru" in client.post(f"/admin/people/{invited.pk}/link/").content.decode()
    (letter,) = mail.outbox
    assert letter.to == ["anna@example.ru"]
    # As the letter has it: a token made in another second reads otherwise.
    found = re.search(r"/accounts/invitation/\S+/", str(letter.body))
    assert found
    assert Client().get(found[0]).status_code == 200
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend"):
        assert "не настроена" in client.post(f"/admin/people/{invited.pk}/link/").content.decode()
    with override_settings(EMAIL_BACKEND=f"{__name__}.Broken"):
        assert "Передайте ссылку сами" in client.post(f"/admin/people/{invited.pk}/link/").content.decode()
    assert len(mail.outbox) == 1


def test_a_letter_is_promised_only_where_mail_is_set_up(town: Town) -> None:
    client, words = signed_in(town.admin), "ссылка для входа уйдёт туда письмом"
    assert words in page_at(client, "/admin/people/invitation/")
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend"):
        assert words not in page_at(client, "/admin/people/invitation/")
