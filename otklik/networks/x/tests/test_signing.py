from datetime import UTC, datetime

import pytest

from otklik.networks.x.signing import Keys, authorization, keys_in

NOW = datetime.fromtimestamp(1_318_622_958, UTC)


def test_a_plain_token_stands_as_it_is() -> None:
    assert authorization("abc-123", "GET", "https://api.x.com/2/tweets", NOW) == "Bearer abc-123"


@pytest.mark.parametrize("secret", ["", "a", "a:b", "a:b:c", "a:b:c:", ":::", "a:b:c:d:e"])
def test_only_four_keys_are_keys(secret: str) -> None:
    assert keys_in(secret) is None


def test_four_keys_are_read_with_spaces_around() -> None:
    assert keys_in(" a : b:c :d\n") == Keys("a", "b", "c", "d")


def test_the_signature_covers_verb_address_query_and_keys() -> None:
    keys = "app:appsecret:user:usersecret"
    url = "https://api.x.com/2/tweets/search/recent?query=%28a%20OR%20b%29&max_results=10"
    one = authorization(keys, "GET", url, NOW, "nonce")
    assert one.startswith("OAuth oauth_consumer_key=")
    assert 'oauth_timestamp="1318622958"' in one
    assert "secret" not in one
    others = {
        authorization(keys, "POST", url, NOW, "nonce"),
        authorization(keys, "GET", url + "1", NOW, "nonce"),
        authorization(keys, "GET", url.replace("%28", "%5B"), NOW, "nonce"),
        authorization(keys + "x", "GET", url, NOW, "nonce"),
        authorization(keys, "GET", url, NOW, "other"),
    }
    assert len(others | {one}) == 6
    assert authorization(keys, "GET", url, NOW) != authorization(keys, "GET", url, NOW)


def test_a_known_request_has_the_signature_that_an_independent_client_makes() -> None:
    oauthlib = pytest.importorskip("oauthlib.oauth1")
    url = "https://api.x.com/2/users/5/mentions?expansions=author_id%2Cgeo.place_id&max_results=100&q=%D0%B4%D0%B0"
    client = oauthlib.Client("a", "b", "c", "d", nonce="n0", timestamp="1318622958")
    _, headers, _ = client.sign(url, "GET")
    theirs = dict(part.split("=", 1) for part in headers["Authorization"].removeprefix("OAuth ").split(", "))
    ours = authorization("a:b:c:d", "GET", url, NOW, "n0").removeprefix("OAuth ")
    assert dict(part.split("=", 1) for part in ours.split(", ")) == theirs
