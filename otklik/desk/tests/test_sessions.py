"""Open sessions: seen and ended by their owner, by an administrator within his reach, and by a new password; and
guessing passwords and codes: how soon it ends, for whom, and what is said."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from otklik.desk.device import device
from otklik.desk.tests.pages import assert_answers, at_most
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import Counter, Role, User
from otklik.people.sessions import open_ones
from tests.make.people import PASSWORD, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
LATER = re.compile(r"Попробуйте снова через (\d+) мин\.")
WRONG = "не тот"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
YANDEX = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 YaBrowser/24.10 Mobile Safari/537.36"


def entered(user: User, user_agent: str = FIREFOX, address: str = "192.0.2.1") -> Client:
    client = Client(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def is_in(client: Client) -> bool:
    return client.get("/find/").status_code == 200


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_one_sees_where_one_is_signed_in_this_one_first(town: Town) -> None:
    here, _phone = entered(town.admin), entered(town.admin, YANDEX, "198.51.100.9")
    entered(town.water_admin, address="203.0.113.3")
    page = here.get("/accounts/sessions/").content.decode()
    assert page.index("Firefox, Windows") < page.index("вы сейчас здесь") < page.index("Яндекс Браузер, Android")
    assert "198.51.100.9" in page
    assert "203.0.113.3" not in page, "somebody else's is not shown"
    assert page.count(">Закончить<") == 1, "this one is not ended but signed out of"


def test_a_session_that_was_never_listed_lists_itself(town: Town) -> None:
    client = signed_in(town.admin)
    assert "вы сейчас здесь" in client.get("/accounts/sessions/").content.decode()


def test_one_ends_one_of_them_and_it_is_out_at_once(town: Town) -> None:
    here, lost, third = (entered(town.admin) for _ in range(3))
    assert here.post(f"/sessions/{row_of(lost).pk}/ending/").status_code == 302
    assert [is_in(client) for client in (here, lost, third)] == [True, False, True]
    entry = Entry.objects.get(verb="user.sessions_end")
    assert (entry.actor, entry.data) == (f"user:{town.admin.pk}", {"count": 1})


def test_one_ends_all_the_others(town: Town) -> None:
    here, *others = (entered(town.admin) for _ in range(3))
    here.post("/sessions/others/ending/")
    assert is_in(here)
    assert not any(is_in(client) for client in others)
    told = here.post("/sessions/others/ending/", follow=True).content.decode()
    assert "Других открытых входов нет" in told
    assert Entry.objects.filter(verb="user.sessions_end").count() == 1, "nothing was done, nothing is written"


def test_nobody_ends_somebody_else_s(town: Town) -> None:
    theirs, mine = entered(town.admin), entered(town.water_admin)
    before = row_of(theirs).pk
    assert mine.post(f"/sessions/{before}/ending/").status_code == 404
    assert Client().post(f"/sessions/{before}/ending/").status_code == 302, "to sign in"
    mine.post("/sessions/others/ending/")
    assert is_in(theirs)


def test_an_ending_is_asked_for_by_a_form_of_ours(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.admin)
    assert client.post("/sessions/others/ending/").status_code == 403
    assert client.get("/sessions/others/ending/").status_code == 405


def test_a_new_password_ends_all_but_the_one_it_was_changed_in(town: Town) -> None:
    here, other = entered(town.admin), entered(town.admin)
    new = {"oldpassword": PASSWORD, "password1": "четыре новых слова", "password2": "четыре новых слова"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert is_in(here)
    assert not is_in(other)
    town.admin.refresh_from_db()
    (left,) = open_ones(town.admin, clock.now())
    assert left.session_key == here.session.session_key


def test_an_administrator_ends_them_within_his_reach(town: Town) -> None:
    worker = person("worker", Role.EXECUTOR, town.pumps)
    theirs, by_force, boss = entered(worker), signed_in(worker), signed_in(town.water_admin)
    address = f"/admin/people/{worker.pk}/sessions/ending/"
    assert "Закончить все открытые входы" in boss.get(address).content.decode()
    assert is_in(theirs), "a question ends nothing"
    assert boss.post(address).status_code == 302
    assert not is_in(theirs)
    assert not is_in(by_force), "what was opened before it was listed ends too"
    entry = Entry.objects.get(verb="user.sessions_end")
    assert (entry.subject, entry.actor) == (f"user:{worker.pk}", f"user:{town.water_admin.pk}")
    assert "Этого уже нет" in boss.post(address, follow=True).content.decode()


@pytest.mark.parametrize(("who", "status"), [("roads", 404), ("both", 403)])
def test_an_administrator_ends_nobody_s_beyond_it(town: Town, who: str, status: int) -> None:
    worker = person(who, Role.EXECUTOR, town.roads)
    if who == "both":
        worker.grants.create(role=Role.EXECUTOR, agency=town.pumps)
    theirs, boss = entered(worker), signed_in(town.water_admin)
    assert boss.post(f"/admin/people/{worker.pk}/sessions/ending/").status_code == status
    assert is_in(theirs)


def test_an_administrator_s_own_are_ended_on_his_own_page(town: Town) -> None:
    boss = entered(town.admin)
    answer = boss.post(f"/admin/people/{town.admin.pk}/sessions/ending/")
    assert answer["Location"] == "/accounts/sessions/"
    assert is_in(boss)


def test_whoever_is_blocked_has_none_left(town: Town) -> None:
    worker = person("worker", Role.EXECUTOR, town.pumps)
    entered(worker)
    signed_in(town.admin).post(f"/admin/people/{worker.pk}/blocking/")
    assert not UserSession.objects.filter(user=worker).exists()
    assert not [one for one in Session.objects.all() if one.get_decoded().get("_auth_user_id") == str(worker.pk)]


def test_the_page_asks_as_little_for_many_as_for_one(town: Town) -> None:
    here = entered(town.admin)
    for _ in range(12):
        entered(town.admin)
    with at_most(10):
        assert here.get("/accounts/sessions/").content.decode().count(">Закончить<") == 12


DEVICES = (
    (FIREFOX, "Firefox, Windows"),
    (YANDEX, "Яндекс Браузер, Android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130", "Edge, Windows"),
    ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130 Safari/537.36", "Chrome, Linux"),
    ("<script>alert(1)</script>" * 100_000, ""),
    ("", ""),
)


def test_a_device_is_told_in_words_of_ours_alone() -> None:
    for told, shown in DEVICES:
        assert device(told) == shown


# Guessing passwords and codes.
def tried(name: str, password: str = WRONG, address: str = "192.0.2.1", **headers: str) -> str:
    """The page after one attempt, "" when it let in."""
    client = Client(REMOTE_ADDR=address, headers=headers or None)
    answer = client.post("/accounts/login/", {"login": name, "password": password})
    return "" if "_auth_user_id" in client.session else answer.content.decode()


def test_the_sixth_guess_at_one_name_waits_wherever_it_comes_from(town: Town) -> None:
    for number in range(5):
        assert not LATER.search(tried("operator", address=f"192.0.2.{number}"))
    told = LATER.search(tried("operator", address="192.0.2.99"))
    assert told is not None
    assert 4 <= int(told[1]) <= 5
    assert LATER.search(tried("operator", "pass-word-1", "192.0.2.98")), "the right one has to wait too"


def test_other_spellings_and_other_hosts_are_no_more_attempts(town: Town) -> None:
    for name in ("operator", "OPERATOR", " Operator", "operator ", "oPERATOR"):
        assert not LATER.search(tried(name))
    assert LATER.search(tried("operator", host="localhost"))
    assert LATER.search(tried("operator", host="127.0.0.1"))


def test_a_name_that_nobody_has_is_counted_and_told_of_like_any_other(town: Town) -> None:
    said = {name: [tried(name, address=f"198.51.100.{len(name)}") for _ in range(7)] for name in ("operator", "nosuch")}
    known, unknown = (
        [re.sub(r'value="[^"]*"|csrf\w*', "", page.replace(name, "")) for page in pages] for name, pages in said.items()
    )
    assert known == unknown


def test_one_address_may_not_go_through_all_the_names(town: Town) -> None:
    for number in range(10):
        assert not LATER.search(tried(f"name{number}"))
    told = LATER.search(tried("name11"))
    assert told is not None
    assert int(told[1]) == 1
    assert tried("operator", "pass-word-1", "203.0.113.7") == "", "another address is not stopped"


def test_who_signs_in_uses_up_nothing(town: Town) -> None:
    for _ in range(12):
        assert tried("operator", "pass-word-1") == ""


def test_after_the_wait_the_right_password_opens(town: Town) -> None:
    for _ in range(6):
        tried("operator")
    Counter.objects.update(until=clock.now())
    assert tried("operator", "pass-word-1") == ""


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(town: Town, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        tried(f"name{number}", "x", "127.0.0.1", **{"x-forwarded-for": f"10.0.0.{number}, 203.0.113.5"})
    assert LATER.search(tried("more", "x", "127.0.0.1", **{"x-forwarded-for": "1.2.3.4, 203.0.113.5"}))
    assert not LATER.search(tried("more", "x", "127.0.0.1", **{"x-forwarded-for": "203.0.113.5, 203.0.113.6"}))


def test_without_a_proxy_its_header_changes_nothing(town: Town) -> None:
    for number in range(10):
        tried(f"name{number}", **{"x-forwarded-for": f"10.0.0.{number}"})
    assert LATER.search(tried("more", **{"x-forwarded-for": "10.9.9.9"}))


def test_codes_are_not_guessed_either(town: Town) -> None:
    TOTP.activate(town.operator, generate_totp_secret())
    client = Client()
    client.post("/accounts/login/", {"login": "operator", "password": "pass-word-1"})
    pages = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode() for _ in range(6)]
    assert not LATER.search(pages[4])
    assert LATER.search(pages[5])
    assert "_auth_user_id" not in client.session


def test_too_many_forms_a_minute_are_told_so_in_our_words(town: Town) -> None:
    client = Client()
    for _ in range(60):
        client.post("/accounts/login/", {})
    assert_answers(client.post("/accounts/login/", {}), 429, "Подождите минуту")


def test_hostile_names_are_an_attempt_like_any_other(town: Town) -> None:
    for name in ("a\x00b", "x" * 100_000, "%s%d{}", "'; DROP TABLE", "\u202eoperator"):
        assert Client().post("/accounts/login/", {"login": name, "password": "x"}).status_code in (200, 400)
    assert User.objects.filter(username="operator").exists()
