import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from otklik.journal.models import Entry
from otklik.people.models import Role, User
from tests.make.people import person
from tests.processes import bare_environment, running, status, until_seen
from tests.sandbox.process import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.processes, pytest.mark.enable_socket]
LOGIN = "/accounts/oidc/sso/login/"
CALLBACK = "/accounts/oidc/sso/login/callback/"


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider's origin, and what it is asked to say of people."""

    address: str

    def know(self, sub: str, **claims: object) -> None:
        httpx.put(f"{self.address}/users/{sub}", json=claims).raise_for_status()

    def answers(self, asked: str, sub: str) -> str:
        """Whoever stands before the provider's form says who he is; the address that he is sent back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
        assert query["code_challenge_method"] == "S256"
        response = httpx.post(asked, data={"sub": sub} if sub else {"action": "deny"})
        assert response.status_code in (302, 303), response.text
        back = urlsplit(response.headers["Location"])
        return f"{back.path}?{back.query}"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    folder, port = tmp_path_factory.mktemp("oidc"), free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    with running(command, bare_environment(folder), Path(folder) / "said.txt") as process:
        address = f"http://127.0.0.1:{port}"
        asked = f"{address}/.well-known/openid-configuration"
        until_seen(lambda: status(asked) == 200, "the provider answers", process)
        yield Provider(address)


@pytest.fixture(autouse=True)
def _asked(settings: Settings, provider: Provider) -> None:
    use(settings, provider.address)


def use(settings: Settings, issuer: str) -> None:
    settings.OIDC_ISSUER = issuer
    app_settings = {"server_url": issuer}
    app = {"provider_id": "sso", "name": "sso", "client_id": "otklik", "secret": "between-us", "settings": app_settings}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def come(client: Client, provider: Provider, sub: str, words: str = "") -> HttpResponse:
    """The whole way: our page, the provider's form, and back."""
    asked = client.get(LOGIN + words)
    assert asked.status_code == 302, asked.content.decode()
    assert asked.headers["Location"].startswith(provider.address)
    response: HttpResponse = client.get(provider.answers(asked.headers["Location"], sub))  # type: ignore[assignment]
    return response


def signed_in_as(client: Client) -> str:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).username if pk else ""


def test_whoever_was_invited_comes_in_and_is_known_from_then_on(provider: Provider) -> None:
    user = person("ivanova", Role.OPERATOR)
    provider.know("s-1", preferred_username="Ivanova", email="ivanova@example.ru", name="Анна Иванова")
    first = Client()
    assert come(first, provider, "s-1", "?next=/queue/").headers["Location"] == "/queue/"
    assert signed_in_as(first) == "ivanova"
    assert first.get("/queue/").status_code == 200
    known = SocialAccount.objects.get()
    assert (known.user, known.uid, known.extra_data) == (user, "s-1", {})
    assert [entry.verb for entry in Entry.objects.all()] == ["user.oidc_tie"]
    provider.know("s-1", preferred_username="somebody-else")
    again = Client()
    come(again, provider, "s-1")
    assert signed_in_as(again) == "ivanova", "his mark tells who he is, not the name he has there today"
    assert SocialAccount.objects.get().extra_data == {}
    provider.know("s-5", preferred_username="ivanova")
    thief = Client()
    assert come(thief, provider, "s-5").status_code == 403, "nobody takes over somebody by naming himself like him"
    assert not signed_in_as(thief)


def test_whom_nobody_invited_and_whoever_says_no_there_gets_words_and_not_in(provider: Provider) -> None:
    provider.know("s-2", preferred_username="stranger", email="s@example.ru")
    client = Client()
    response = come(client, provider, "s-2")
    assert response.status_code == 403
    assert "Попросите приглашение" in response.content.decode()
    assert not signed_in_as(client)
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()
    response = come(client, provider, "")
    assert response.status_code in (302, 403)
    page = client.get(response.headers["Location"]) if response.status_code == 302 else response
    assert page.status_code == 403
    assert "Отклик" in page.content.decode()


def test_a_blocked_user_stays_outside_whether_he_was_here_before_or_not(provider: Provider) -> None:
    user = person("petrov", Role.OPERATOR)
    provider.know("s-3", preferred_username="petrov")
    come(Client(), provider, "s-3")
    User.objects.update(is_active=False)
    for sub in ("s-3", "s-3b"):
        provider.know(sub, preferred_username="petrov")
        client = Client()
        come(client, provider, sub)
        assert not signed_in_as(client), sub
    assert SocialAccount.objects.get().user == user


def test_an_address_counts_only_when_verified_and_one_users_alone(provider: Provider, settings: Settings) -> None:
    settings.OIDC_MATCH = "email"
    person("kuznetsova", Role.OPERATOR, email="Kuz@example.ru")
    for verified, name in ((False, ""), (True, "kuznetsova")):
        provider.know(f"s-6-{name}", email="kuz@example.ru", preferred_username="another", email_verified=verified)
        client = Client()
        come(client, provider, f"s-6-{name}")
        assert signed_in_as(client) == name
    person("one", Role.OPERATOR, email="all@example.ru")
    person("two", Role.OPERATOR, email="all@example.ru")
    provider.know("s-7", email="all@example.ru", email_verified=True)
    assert come(Client(), provider, "s-7").status_code == 403


def test_the_providers_second_factor_counts_where_the_settings_say_so(provider: Provider, settings: Settings) -> None:
    settings.SECOND_FACTOR = "required"
    user = person("sogl", Role.APPROVER)
    provider.know("s-8", preferred_username="sogl")
    for settings.OIDC_FACTOR, code in (("ours", 302), ("theirs", 200)):
        client = Client()
        come(client, provider, "s-8")
        assert client.get("/approvals/").status_code == code
    by_password = Client()
    by_password.force_login(user)
    assert by_password.get("/approvals/").headers["Location"] == "/accounts/2fa/"


def test_a_made_up_way_back_gets_words_and_not_in_and_so_does_the_state_of_another_browser(provider: Provider) -> None:
    client = Client(raise_request_exception=False)
    for words in ("", "?code=x", "?code=x&state=y", "?error=server_error&state=y", "?state=%00"):
        response = client.get(CALLBACK + words)
        assert response.status_code in (400, 403), response.content.decode()[:300]
        assert not signed_in_as(client)
    person("orlova", Role.OPERATOR)
    provider.know("s-9", preferred_username="orlova")
    asked = Client().get(LOGIN).headers["Location"]
    victim = Client()
    assert victim.get(provider.answers(asked, "s-9")).status_code == 403
    assert not signed_in_as(victim)


def test_nobody_ties_another_identity_to_an_open_session(provider: Provider) -> None:
    user = person("belov", Role.OPERATOR)
    client = Client()
    client.force_login(user)
    provider.know("s-10", preferred_username="other")
    assert come(client, provider, "s-10", "?process=connect").status_code == 403
    assert not SocialAccount.objects.exists()
    for page in ("", "signup/", "login/error/", "login/cancelled/"):
        assert client.get(f"/accounts/3rdparty/{page}").status_code == 404


def test_a_provider_that_is_away_or_leads_elsewhere_gets_words(settings: Settings, provider: Provider) -> None:
    use(settings, f"http://127.0.0.1:{free_port()}")
    response = Client().get(LOGIN)
    assert response.status_code == 403
    assert "войдите по паролю" in response.content.decode()
    settings.OIDC_ISSUER = "https://sso.example.ru"  # what it answers names another origin than the settings do
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = provider.address
    assert Client().get(LOGIN).status_code == 403


def test_the_page_of_sign_in_offers_it_only_where_there_is_one(settings: Settings) -> None:
    settings.OIDC_TITLE = "Войти через портал края"
    page = Client().get("/accounts/login/?next=/queue/").content.decode()
    assert "Войти через портал края" in page
    assert f"{LOGIN}?{urlencode({'next': '/queue/'})}" in page or f"{LOGIN}?next=/queue/" in page
    settings.OIDC_ISSUER = ""
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "портал края" not in Client().get("/accounts/login/").content.decode()
    assert Client().get(LOGIN).status_code == 404
