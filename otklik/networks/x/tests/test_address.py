from datetime import UTC, datetime

import pytest

from otklik.networks.x import address as at
from otklik.networks.x.signing import Keys, authorization, keys_in

NOW = datetime.fromtimestamp(1_318_622_958, UTC)
SITE = "https://x.com"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *((typed, "rechnoy") for typed in ("@rechnoy", "rechnoy", f"{SITE}/rechnoy/", f"{SITE}/rechnoy?lang=ru")),
        (f"{SITE}/rechnoy/status/5", "rechnoy"),
        *((typed, "") for typed in ("12345", f"{SITE}/i/user/5", f"{SITE}/home", "очень", "a" * 16)),
    ],
)
def test_a_place_may_be_called_by_its_name(typed: str, name: str) -> None:
    assert at.user_name(typed) == name


def test_addresses_are_read_back_as_they_were_written() -> None:
    assert at.post_number(at.post_id("77")) == "77"
    assert at.post_number("x:dm:1:2") == at.post_number("x:077") == at.post_number("wall-1_2") == ""
    assert at.direct_address(at.dialogue_id("1", "2")) == at.DirectAddress("1", "2")
    assert at.direct_address(at.direct_id("1", "2", "3")) == at.DirectAddress("1", "2", "3")
    assert at.direct_address(at.direct_id("1", "2", "3", group=True)) == at.DirectAddress("1", "2", "3", group=True)
    assert at.direct_address("x:dm:1") is at.direct_address("x:dm:a:b") is None
    assert at.dialogue_url(SITE, "10", "9") == f"{SITE}/messages/9-10"


def test_a_plain_token_stands_as_it_is_and_four_keys_sign_verb_address_and_query() -> None:
    assert authorization("abc-123", "GET", "https://api.x.com/2/tweets", NOW) == "Bearer abc-123"
    assert [keys_in(secret) for secret in ("", "a", "a:b", "a:b:c", "a:b:c:", ":::", "a:b:c:d:e")] == [None] * 7
    assert keys_in(" a : b:c :d\n") == Keys("a", "b", "c", "d")
    keys = "app:appsecret:user:usersecret"
    url = "https://api.x.com/2/tweets/search/recent?query=%28a%20OR%20b%29&max_results=10"
    one = authorization(keys, "GET", url, NOW, "nonce")
    assert one.startswith("OAuth oauth_consumer_key=")
    assert 'oauth_timestamp="1318622958"' in one
    assert "secret" not in one
    others = {
        *(authorization(keys, "POST", url, NOW, "nonce"), authorization(keys, "GET", url + "1", NOW, "nonce")),
        authorization(keys, "GET", url.replace("%28", "%5B"), NOW, "nonce"),
        *(authorization(keys + "x", "GET", url, NOW, "nonce"), authorization(keys, "GET", url, NOW, "other")),
    }
    assert len(others | {one}) == 6
    assert authorization(keys, "GET", url, NOW) != authorization(keys, "GET", url, NOW)


def test_a_known_request_has_the_signature_that_an_independent_client_makes() -> None:
    oauthlib = pytest.importorskip("oauthlib.oauth1")
    url = "https://api.x.com/2/users/5/mentions?expansions=author_id%2Cgeo.place_id&max_results=100&q=%D0%B4%D0%B0"
    _, headers, _ = oauthlib.Client("a", "b", "c", "d", nonce="n0", timestamp="1318622958").sign(url, "GET")
    theirs, ours = headers["Authorization"], authorization("a:b:c:d", "GET", url, NOW, "n0")
    parts = [sorted(header.removeprefix("OAuth ").split(", ")) for header in (theirs, ours)]
    assert parts[0] == parts[1]
