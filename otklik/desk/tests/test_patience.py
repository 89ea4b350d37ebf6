"""Guessing passwords and codes: how soon it ends, for whom, and what is said."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from pytest_django import Settings

from otklik.lib import clock
from otklik.people.models import Counter, User
from tests.make.town import Town

pytestmark = pytest.mark.django_db
LATER = re.compile(r"Попробуйте снова через (\d+) мин\.")


WRONG = "не тот"


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
    answer = client.post("/accounts/login/", {})
    assert answer.status_code == 429
    assert "Подождите минуту" in answer.content.decode()


def test_hostile_names_are_an_attempt_like_any_other(town: Town) -> None:
    for name in ("a\x00b", "x" * 100_000, "%s%d{}", "'; DROP TABLE", "\u202eoperator"):
        assert Client().post("/accounts/login/", {"login": name, "password": "x"}).status_code in (200, 400)
    assert User.objects.filter(username="operator").exists()
