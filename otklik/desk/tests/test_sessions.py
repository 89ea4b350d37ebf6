"""Signing in: every page of it has our look, leads on, or is not there; open sessions are seen and ended by their
owner, by an administrator within his reach, and by a new password; and guessing passwords and codes soon ends."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from otklik.desk.sessions import device
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import Counter, Role, User
from otklik.people.sessions import open_ones
from tests.addresses import patterns
from tests.make.people import PASSWORD, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
LATER = re.compile(r"Попробуйте снова через (\d+) мин\.")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
YANDEX = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 YaBrowser/24.10 Mobile Safari/537.36"
WRONG = "не тот"
LOGIN, SESSIONS, OTHERS = "/accounts/login/", "/accounts/sessions/", "/sessions/others/ending/"
# What stays of allauth's own: everything else here is our page.
DOWNLOAD = "accounts/2fa/recovery-codes/download/"


def entered(user: User, user_agent: str = FIREFOX, address: str = "192.0.2.1") -> Client:
    """By the form, as people do: allauth asks for the password again of whoever came otherwise."""
    client = Client(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=address)
    client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert client.session.get("_auth_user_id") == str(user.pk)
    return client


def addresses() -> list[str]:
    """Every address under /accounts/, its holes filled with what fits and opens nothing."""
    holes = {
        "accounts/confirm-email/(?P<key>[-:w]+)/": "accounts/confirm-email/x/",
        "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/": "accounts/password/reset/key/1-x/",
        "accounts/confirm-email/<str:key>/": "accounts/confirm-email/x/",
        "accounts/password/reset/<path:key>": "accounts/password/reset/x",
    }
    bare = {address.translate(dict.fromkeys(map(ord, "^$\\"))) for address in patterns(get_resolver())}
    walk = (address for address in bare if address.startswith("accounts/") and "invitation" not in address)
    return sorted({holes.get(address, address) for address in walk})


def faults(client: Client) -> Iterator[str]:
    for address in addresses():
        answer = client.get(f"/{address}")
        if answer.status_code in (301, 302):
            if not answer["Location"].startswith("/"):
                yield f"{address} leads out: {answer['Location']}"
            continue
        if address == DOWNLOAD and answer["Content-Type"].startswith("text/plain"):
            continue
        page = answer.content.decode()
        bare = "desk/css/bare" in page and 'class="bare-card"' in page
        if answer.status_code not in (200, 404) or not (bare or (answer.status_code == 404 and 'id="rail"' in page)):
            yield f"{address} is {answer.status_code} and not in our look"
        if " style=" in page or "<style" in page:
            yield f"{address} has a style that the policy refuses"


def test_no_page_of_sign_in_looks_like_somebody_elses(town: Town) -> None:
    assert len(addresses()) > 20
    assert [*faults(Client()), *faults(entered(town.operator))] == []
    guarded = entered(town.colleague)
    TOTP.activate(town.colleague, generate_totp_secret())
    RecoveryCodes.activate(town.colleague)
    assert list(faults(guarded)) == []


def test_a_forgotten_or_wrong_password_is_told_with_no_link_and_no_hint_and_who_is_shut_out_so(town: Town) -> None:
    User.objects.filter(pk=town.operator.pk).update(email="operator@example.org")
    for address in ("password/reset/", "password/reset/done/", "password/reset/key/1-x/"):
        page = page_at(Client(), f"/accounts/{address}")
        assert_shows(page, "Попросите у администратора", LOGIN)
        assert "<form" not in page.split('class="bare-card"')[1]
    for address in ("password/reset/", "email/", "signup/", "confirm-email/"):
        assert Client().post(f"/accounts/{address}", {"email": "operator@example.org"}).status_code == 405
    assert mail.outbox == []
    client = entered(town.operator)
    for address in ("password/change/", "reauthenticate/"):
        assert 'href="/accounts/password/reset/"' in page_at(client, f"/accounts/{address}")
    assert "Попросите у администратора" in page_at(client, "/accounts/password/reset/")
    for name in ("operator", "nobody-of-that-name"):
        assert "Имя для входа или пароль не подошли." in tried(name)
    User.objects.filter(pk=town.operator.pk).update(is_active=False)
    form = {"login": "operator", "password": PASSWORD}
    assert_answers(Client().post(LOGIN, form, follow=True), 200, "Администратор закрыл вам вход")


# Open sessions.
def is_in(client: Client) -> bool:
    return client.get("/find/").status_code == 200


def ending(client: Client) -> str:
    return f"/sessions/{UserSession.objects.get(session_key=client.session.session_key).pk}/ending/"


def test_one_sees_where_and_on_what_device_one_is_signed_in_and_ends_any_or_all_others(town: Town) -> None:
    for user_agent, shown in (
        (FIREFOX, "Firefox, Windows"),
        (YANDEX, "Яндекс Браузер, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130 Safari/537.36", "Chrome, Linux"),
        ("<script>alert(1)</script>" * 100_000, ""),
        ("", ""),
    ):
        assert device(user_agent) == shown
    here, _phone = entered(town.admin), entered(town.admin, YANDEX, "198.51.100.9")
    entered(town.water_admin, address="203.0.113.3")
    page = page_at(here, SESSIONS)
    assert page.index("Firefox, Windows") < page.index("вы сейчас здесь") < page.index("Яндекс Браузер, Android")
    assert_shows(page, "198.51.100.9", hides=["203.0.113.3"])
    assert page.count(">Закончить<") == 1, "this one is not ended but signed out of"
    assert "вы сейчас здесь" in page_at(town.operator, SESSIONS), "one that was never listed lists itself"
    here, lost, third, fourth = (entered(town.admin) for _ in range(4))
    assert here.post(ending(lost)).status_code == 302
    assert [is_in(client) for client in (here, lost, third, fourth)] == [True, False, True, True]
    entry = Entry.objects.get(verb="user.sessions_end")
    assert (entry.actor, entry.data) == (f"user:{town.admin.pk}", {"count": 1})
    here.post(OTHERS)
    assert [is_in(client) for client in (here, third, fourth)] == [True, False, False]
    assert_answers(here.post(OTHERS, follow=True), 200, "Других открытых входов нет")
    assert Entry.objects.filter(verb="user.sessions_end").count() == 2, "nothing was done, nothing is written"


def test_nobody_ends_a_session_beyond_his_reach_and_his_own_only_on_his_own_page_by_a_form_of_ours(town: Town) -> None:
    theirs, mine = entered(town.admin), entered(town.water_admin)
    assert mine.post(ending(theirs)).status_code == 404
    assert Client().post(ending(theirs)).status_code == 302, "to sign in"
    mine.post(OTHERS)
    assert is_in(theirs)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.admin)
    assert (strict.post(OTHERS).status_code, strict.get(OTHERS).status_code) == (403, 405)
    beyond, both = (person(name, Role.EXECUTOR, town.roads) for name in ("roads", "both"))
    both.grants.create(role=Role.EXECUTOR, agency=town.pumps)
    for worker, status in ((beyond, 404), (both, 403)):
        theirs = entered(worker)
        assert mine.post(f"/admin/people/{worker.pk}/sessions/ending/").status_code == status
        assert is_in(theirs)
    assert mine.post(f"/admin/people/{town.water_admin.pk}/sessions/ending/")["Location"] == SESSIONS
    assert is_in(mine)


def test_a_new_password_ends_all_but_its_own_an_administrator_and_a_block_all_of_them(town: Town) -> None:
    here, other = entered(town.admin), entered(town.admin)
    new = {"oldpassword": PASSWORD, "password1": "четыре новых слова", "password2": "четыре новых слова"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert (is_in(here), is_in(other)) == (True, False)
    town.admin.refresh_from_db()
    (left,) = open_ones(town.admin, clock.now())
    assert left.session_key == here.session.session_key
    worker = person("worker", Role.EXECUTOR, town.pumps)
    theirs, by_force, boss = entered(worker), signed_in(worker), signed_in(town.water_admin)
    address = f"/admin/people/{worker.pk}/sessions/ending/"
    assert "Закончить все открытые входы" in page_at(boss, address)
    assert is_in(theirs), "a question ends nothing"
    assert boss.post(address).status_code == 302
    assert (is_in(theirs), is_in(by_force)) == (False, False), "what was opened before it was listed ends too"
    entry = Entry.objects.get(verb="user.sessions_end")
    assert (entry.subject, entry.actor) == (f"user:{worker.pk}", f"user:{town.water_admin.pk}")
    assert_answers(boss.post(address, follow=True), 200, "Этого уже нет")
    entered(worker)
    boss.post(f"/admin/people/{worker.pk}/blocking/")
    assert not UserSession.objects.filter(user=worker).exists()
    assert not [one for one in Session.objects.all() if one.get_decoded().get("_auth_user_id") == str(worker.pk)]


def test_the_page_asks_as_little_for_many_as_for_one(town: Town) -> None:
    here, *_others = [entered(town.admin) for _ in range(13)]
    with at_most(10):
        assert page_at(here, SESSIONS).count(">Закончить<") == 12


# Guessing passwords and codes.
def tried(name: str, password: str = WRONG, address: str = "192.0.2.1", **headers: str) -> str:
    """The page after one attempt, "" when it let in."""
    client = Client(REMOTE_ADDR=address, headers=headers or None)
    answer = client.post(LOGIN, {"login": name, "password": password})
    return "" if "_auth_user_id" in client.session else answer.content.decode()


def wait(page: str) -> int:
    """How many minutes the page tells to wait, 0 where it tells nothing."""
    match = LATER.search(page)
    return int(match[1]) if match else 0


def test_the_sixth_guess_at_one_name_from_one_address_waits_and_nobody_else_does(town: Town) -> None:
    for _ in range(12):
        assert tried("operator", PASSWORD) == "", "who signs in uses up nothing"
    for name in ("operator", "OPERATOR", " Operator", "operator ", "oPERATOR"):
        assert not wait(tried(name))
    assert 4 <= wait(tried("operator")) <= 5
    for host in ("localhost", "127.0.0.1"):
        assert wait(tried("operator", host=host)), "another host is no more attempts"
    assert wait(tried("operator", PASSWORD)), "the right one has to wait too"
    assert tried("approver", PASSWORD) == "", "a colleague in the same office signs in"
    assert tried("operator", PASSWORD, "192.0.2.98") == "", "and he himself, where nobody guesses"
    Counter.objects.update(until=clock.now())
    assert tried("operator", PASSWORD) == "", "after the wait it opens"


def test_one_name_may_not_be_guessed_from_everywhere(town: Town) -> None:
    for number in range(100):
        assert not wait(tried("operator", "x", f"198.51.100.{number}"))
    assert wait(tried("operator", PASSWORD, "192.0.2.7")) > 50
    Counter.objects.update(until=clock.now())
    assert tried("operator", PASSWORD) == ""


def test_a_name_that_nobody_has_is_counted_and_told_of_like_any_other(town: Town) -> None:
    pages_by_name = {
        name: [tried(name, address=f"198.51.100.{len(name)}") for _ in range(7)] for name in ("operator", "nosuch")
    }
    known, unknown = (
        [re.sub(r'value="[^"]*"|csrf\w*', "", page.replace(name, "")) for page in pages]
        for name, pages in pages_by_name.items()
    )
    assert known == unknown


def test_one_address_may_not_try_all_names_nor_hide_behind_a_proxy(town: Town, settings: Settings) -> None:
    for number in range(60):
        assert not wait(tried(f"name{number}", **{"x-forwarded-for": f"10.0.0.{number}"}))
    assert wait(tried("name61")) == 1
    assert wait(tried("more", **{"x-forwarded-for": "10.9.9.9"})) == 1, "without a proxy its header changes nothing"
    assert tried("operator", PASSWORD, "203.0.113.7") == "", "another address is not stopped"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def through(name: str, forwarded: str) -> int:
        return wait(tried(name, "x", "127.0.0.1", **{"x-forwarded-for": forwarded}))

    for number in range(60):
        through(f"name{number}", f"10.0.0.{number}, 203.0.113.5")
    assert through("more", "1.2.3.4, 203.0.113.5")
    assert not through("more", "203.0.113.5, 203.0.113.6")


def test_codes_are_not_guessed_either(town: Town) -> None:
    TOTP.activate(town.operator, generate_totp_secret())
    client = Client()
    client.post(LOGIN, {"login": "operator", "password": PASSWORD})
    pages = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode() for _ in range(6)]
    assert (wait(pages[4]), wait(pages[5]) > 0) == (0, True)
    assert "_auth_user_id" not in client.session


def test_too_many_forms_a_minute_are_told_so_and_hostile_names_are_attempts_like_others(town: Town) -> None:
    for name in ("a\x00b", "x" * 100_000, "%s%d{}", "'; DROP TABLE", "\u202eoperator"):
        assert Client().post(LOGIN, {"login": name, "password": "x"}).status_code in (200, 400)
    assert User.objects.filter(username="operator").exists()
    client = Client()
    for _ in range(120):
        client.post(LOGIN, {})
    assert_answers(client.post(LOGIN, {}), 429, "Подождите минуту")
