from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from otklik.networks.base import Access
from otklik.networks.errors import AuthLost, OutcomeUnknown, RetryAt
from otklik.networks.optional import Renewed
from otklik.networks.x.network import X
from tests.make.scripted import DROP, Answer, Script

pytestmark = pytest.mark.enable_socket
KEYS = {"user": "user-token-0002", "client_id": "client-0004", "client_secret": "secret-0005", "refresh": "again-0006"}
PUBLIC = {kind: secret for kind, secret in KEYS.items() if kind != "client_secret"}
TOKENS = {"token_type": "bearer", "expires_in": 7200, "access_token": "fresh-0007", "refresh_token": "again-0008"}
PATH = "POST /oauth2/token"


def access(script: Script, keys: dict[str, str] = KEYS) -> Access:
    return replace(script.access(), tokens=keys)


def test_a_client_with_a_secret_proves_itself_and_one_without_names_itself(script: Script) -> None:
    script.say(PATH, TOKENS)
    assert X().renew(access(script)) == Renewed({"user": "fresh-0007", "refresh": "again-0008"}, timedelta(hours=2))
    X().renew(access(script, PUBLIC))
    first, second = script.calls(PATH)
    assert first.token == "Basic Y2xpZW50LTAwMDQ6c2VjcmV0LTAwMDU="
    assert first.body == {"grant_type": "refresh_token", "refresh_token": "again-0006"}
    assert (second.token, second.body) == ("", {**first.body, "client_id": "client-0004"})
    script.say(PATH, {"access_token": "fresh-0007"})
    assert X().renew(access(script)) == Renewed({"user": "fresh-0007"}, None)


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        *((KEYS, "user"), (PUBLIC, "user"), ({"bearer": "x"}, ""), ({}, "")),
        ({**KEYS, "user": "app:app-secret:token:token-secret"}, ""),
        *(({kind: secret for kind, secret in KEYS.items() if kind != lost}, "") for lost in ("refresh", "client_id")),
    ],
)
def test_only_a_users_key_of_the_new_kind_is_renewed(keys: dict[str, str], kind: str) -> None:
    assert X().renewable(keys) == kind


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        *(
            (Answer(body, 400), AuthLost, "снова разрешит")
            for body in ({"error": "invalid_request"}, {"error": "invalid_grant"}, b"")
        ),
        *((Answer({"error": f"{word}_client"}, 401), AuthLost, "Client ID") for word in ("unauthorized", "invalid")),
        *((Answer(b"<html>", 403), RetryAt, "403"), (Answer({}, 404), RetryAt, "404")),
        (Answer({}, 429), RetryAt, "так часто"),
        (Answer({}, 503), OutcomeUnknown, "Внутренняя"),
        (Answer({}, 302), OutcomeUnknown, "непонятно"),
        *(
            (answer, OutcomeUnknown, "непонятно")
            for answer in (
                *(Answer(b"<html>"), Answer([]), {"access_token": ""}, {"access_token": "with space"}),
                *({"access_token": "good", "refresh_token": "б"}, {"access_token": 5}),
            )
        ),
        (DROP, OutcomeUnknown, "не ответила"),
    ],
)
def test_each_answer_has_its_class(script: Script, answer: Any, kind: type[Exception], words: str) -> None:
    script.say(PATH, answer)
    with pytest.raises(kind, match=words) as caught:
        X().renew(access(script))
    assert not any(secret in str(caught.value) for secret in KEYS.values())


@pytest.mark.parametrize("life", [0, -5, "7200", None, True, 10**30])
def test_a_life_that_is_none_is_not_believed(script: Script, life: Any) -> None:
    script.say(PATH, {**TOKENS, "expires_in": life})
    lives = X().renew(access(script)).lives
    assert lives is None or lives < timedelta(days=20_000)


def test_a_call_that_was_refused_is_made_once_more_with_a_fresh_key_and_no_more(script: Script) -> None:
    asked: list[tuple[str, str]] = []

    def fresh(kind: str, refused: str) -> str:
        asked.append((kind, refused))
        return "fresh-0007" if refused else ""

    script.say("/users", Answer({}, 401), {"data": [{"id": "5", "name": "Анна", "username": "anna"}]})
    people = X().authors(replace(access(script), fresh=fresh), ["5"])
    assert [person.name for person in people] == ["Анна"]
    assert asked == [("user", ""), ("user", "user-token-0002")]
    assert [call.token for call in script.calls("/users")] == ["user-token-0002", "fresh-0007"]
    script.asked.clear()
    script.say("/users", Answer({}, 401))
    renewing = replace(access(script), fresh=lambda kind, refused: "fresh-0007" if refused else "")
    with pytest.raises(AuthLost):
        X().authors(renewing, ["5"])
    assert len(script.calls("/users")) == 2


def test_the_self_check_says_when_a_key_will_not_go_on(script: Script) -> None:
    script.say("/users/me", {"data": {"id": script.access().external_id}})
    mortal = X().rights(access(script, {"user": KEYS["user"]}))[-1]
    assert (mortal.name, mortal.ok) == ("Ключ пользователя: продление", True)
    assert "живёт два часа" in mortal.advice
    assert X().rights(access(script))[-1].advice == ""
    assert script.calls(PATH) == [], "trying the key that renews would use it up"
