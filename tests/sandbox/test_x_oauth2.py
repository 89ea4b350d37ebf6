"""The emulator's token endpoint: strict about who asks and with what; a refresh token works once."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.sandbox.x_town import XTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
REFRESH = "refresh_token"


def pair(x: XTown, **more: Any) -> dict[str, str]:
    return {name: str(told) for name, told in x.token("pair", place=x.me, **more).items()}


def ask(x: XTown, known: dict[str, str], secret: str | None = None, **changes: str) -> httpx.Response:
    """As a client with a secret, unless it has none."""
    form = {"grant_type": REFRESH, REFRESH: known["refresh"], **changes}
    told = known["client_secret"] if secret is None else secret
    coded = b64encode(f"{known['client_id']}:{told}".encode()).decode()
    headers = {"Authorization": f"Basic {coded}"} if told else {}
    return x.sandbox.http.post("/x/2/oauth2/token", data=form, headers=headers)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"])


def me(x: XTown, token: str) -> int:
    return x.call("GET", "/2/users/me", token).status_code


def test_a_refresh_token_gives_the_next_pair_and_dies(x: XTown) -> None:
    known = pair(x)
    told = ask(x, known).json()
    assert (told["token_type"], told["expires_in"]) == ("bearer", 7200)
    assert "offline.access" in told["scope"]
    assert me(x, told["access_token"]) == 200
    assert refusal(ask(x, known)) == (400, "invalid_request")
    assert ask(x, {**known, "refresh": told[REFRESH]}).status_code == 200


def test_a_token_ends_by_the_sandboxs_clock(x: XTown) -> None:
    known = pair(x)
    assert me(x, known["token"]) == 200
    x.sandbox.control("clock", offset=7300)
    assert me(x, known["token"]) == 401
    assert ask(x, known).status_code == 200
    x.sandbox.control("clock")
    x.switch(token_seconds=60)
    assert ask(x, pair(x)).json()["expires_in"] == 60


def test_a_client_with_a_secret_must_prove_itself(x: XTown) -> None:
    known = pair(x)
    assert refusal(ask(x, known, "wrong")) == (401, "invalid_client")
    assert refusal(ask(x, known, "", client_id=known["client_id"])) == (401, "unauthorized_client")
    assert refusal(ask(x, known, "")) == (400, "invalid_request")
    assert refusal(ask(x, {**known, "client_id": "somebody"})) == (401, "invalid_client")
    assert ask(x, known).status_code == 200, "a refusal uses nothing up"


def test_a_client_without_a_secret_names_itself_and_proves_nothing(x: XTown) -> None:
    known = pair(x, app="mobile", public=True)
    assert refusal(ask(x, known, "any", client_id=known["client_id"])) == (401, "invalid_client")
    assert ask(x, known, client_id=known["client_id"]).status_code == 200


def test_anothers_refresh_token_is_worth_nothing(x: XTown) -> None:
    mine, other = pair(x), pair(x, app="other")
    assert refusal(ask(x, {**other, "refresh": mine["refresh"]})) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({REFRESH: "made-up"}, "invalid_request"),
        ({"scope": "space.read"}, "invalid_scope"),
        ({"redirect": "1"}, "invalid_request"),
    ],
)
def test_what_is_wrong_in_the_form_is_said(x: XTown, changes: dict[str, str], code: str) -> None:
    assert refusal(ask(x, pair(x), **changes)) == (400, code)


def test_only_a_posted_form_is_taken(x: XTown) -> None:
    known = pair(x)
    auth, form = (known["client_id"], known["client_secret"]), {"grant_type": REFRESH, REFRESH: known["refresh"]}
    http = x.sandbox.http
    assert http.get("/x/2/oauth2/token", auth=auth).status_code == 405
    assert refusal(http.post("/x/2/oauth2/token", json=form, auth=auth))[0] == 400
    assert refusal(http.post("/x/2/oauth2/token", params=form, auth=auth))[0] == 400
    twice = f"grant_type={REFRESH}&{REFRESH}={known['refresh']}&{REFRESH}=x"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert refusal(http.post("/x/2/oauth2/token", content=twice, headers=headers, auth=auth))[0] == 400


def test_of_many_that_ask_at_once_one_gets_the_next_pair(x: XTown) -> None:
    known = pair(x)
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda _: ask(x, known).status_code, range(4)))
    assert sorted(answers) == [200, 400, 400, 400]
