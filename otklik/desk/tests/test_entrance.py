"""Every page of sign-in, walked as a stranger and as one of us: it has our look, leads on, or is not there."""

from collections.abc import Iterator

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from otklik.desk.tests.pages import assert_shows, page_at
from otklik.people.models import User
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FILLED = {"key": "x", "uidb36": "1", "row:pk": "1"}
# What stays of allauth's own: everything else here is our page.
DOWNLOAD = "accounts/2fa/recovery-codes/download/"


def addresses() -> list[str]:
    """Every address under /accounts/, its holes filled with what fits and opens nothing."""
    found = {
        address.replace("^", "").replace("$", "").replace("\\", "")
        for address in _walk(get_resolver().url_patterns, "")
        if address.startswith("accounts/") and "invitation" not in address
    }
    holes = {
        "accounts/confirm-email/(?P<key>[-:w]+)/": "accounts/confirm-email/x/",
        "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/": "accounts/password/reset/key/1-x/",
        "accounts/confirm-email/<str:key>/": "accounts/confirm-email/x/",
        "accounts/password/reset/<path:key>": "accounts/password/reset/x",
    }
    return sorted({holes.get(address, address) for address in found})


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        else:
            yield here


def entered(user: User) -> Client:
    """By the form, as people do: allauth asks for the password again of whoever came otherwise."""
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": "pass-word-1"})
    assert client.session.get("_auth_user_id") == str(user.pk)
    return client


def stranger(town: Town) -> Client:
    return Client()


def one_of_us(town: Town) -> Client:
    return entered(town.operator)


def guarded(town: Town) -> Client:
    client = entered(town.operator)
    TOTP.activate(town.operator, generate_totp_secret())
    RecoveryCodes.activate(town.operator)
    return client


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
        if answer.status_code not in (200, 404) or "desk/css/bare" not in page or 'class="bare-card"' not in page:
            yield f"{address} is {answer.status_code} and not in our look"
        if " style=" in page or "<style" in page:
            yield f"{address} has a style that the policy refuses"


@pytest.mark.parametrize("who", [stranger, one_of_us, guarded])
def test_no_page_of_sign_in_looks_like_somebody_elses(town: Town, who: object) -> None:
    assert callable(who)
    assert len(addresses()) > 20
    assert list(faults(who(town))) == []


@pytest.mark.parametrize("address", ["password/reset/", "password/reset/done/", "password/reset/key/1-x/"])
def test_a_forgotten_password_names_whom_to_ask(town: Town, address: str) -> None:
    page = page_at(Client(), f"/accounts/{address}")
    assert_shows(page, "Попросите у администратора", "/accounts/login/")
    assert "<form" not in page.split('class="bare-card"')[1]


def test_nobody_gets_a_link_to_a_password_by_mail(town: Town) -> None:
    User.objects.filter(pk=town.operator.pk).update(email="operator@example.org")
    for address in ("password/reset/", "email/", "signup/", "confirm-email/"):
        assert Client().post(f"/accounts/{address}", {"email": "operator@example.org"}).status_code == 405
    assert mail.outbox == []


def test_where_a_password_is_changed_or_asked_for_again_one_finds_whom_to_ask(town: Town) -> None:
    client = entered(town.operator)
    for address in ("password/change/", "reauthenticate/"):
        assert 'href="/accounts/password/reset/"' in page_at(client, f"/accounts/{address}")
    assert "Попросите у администратора" in page_at(client, "/accounts/password/reset/")


def test_a_wrong_password_is_told_without_saying_which_was_wrong(town: Town) -> None:
    said = [
        Client().post("/accounts/login/", {"login": name, "password": "нет"}).content.decode()
        for name in ("operator", "nobody-of-that-name")
    ]
    assert all("Имя для входа или пароль не подошли." in page for page in said)


def test_somebody_who_was_shut_out_is_told_so(town: Town) -> None:
    User.objects.filter(pk=town.operator.pk).update(is_active=False)
    told = {"login": "operator", "password": "pass-word-1"}
    assert "Администратор закрыл вам вход" in Client().post("/accounts/login/", told, follow=True).content.decode()
