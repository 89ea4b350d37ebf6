import pytest

from otklik.networks.base import Address
from otklik.networks.x import address as at
from otklik.networks.x.network import X

SITE = "http://127.0.0.1:8100/x"


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/anna/status/77",
        "x.com/anna/status/77",
        "http://twitter.com/anna/statuses/77?s=20&t=abc",
        "https://mobile.twitter.com/anna/status/77/photo/1",
        "https://www.x.com/i/web/status/77#m",
        "https://x.com/i/status/77/",
        "  https://X.com/anna/status/77  ",
        f"{SITE}/anna/status/77?x=1",
    ],
)
def test_a_link_to_a_text_names_it(url: str) -> None:
    assert X().address_of(url, SITE) == Address(message="x:77")


def test_a_link_to_a_person_by_number_names_the_person() -> None:
    assert X().address_of("https://x.com/i/user/5") == Address(author="5")


@pytest.mark.parametrize(
    "url",
    [
        *("", "https://x.com/", "https://x.com/anna", "https://x.com/messages/1-2", "https://y.com/anna/status/77"),
        *("ftp://x.com/a/status/7", "https://x.com/anna/status/", "https://x.com/anna/status/abc", "x.com/a/status/0"),
        *("https://x.com.evil.example/a/status/7", "http://[::1", "x" * 9000, "https://x.com/a/status/" + "9" * 40),
        "https://evil.example/x.com/a/status/7",
    ],
)
def test_anything_else_leads_nowhere(url: str) -> None:
    assert X().address_of(url) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2244994945", "2244994945"),
        (" 2244994945 ", "2244994945"),
        ("https://x.com/i/user/5", "5"),
        ("https://twitter.com/intent/user?user_id=5", "5"),
        ("@rechnoy", ""),
        ("https://x.com/rechnoy", ""),
        ("-5", ""),
        ("0", ""),
        ("9" * 20, ""),
        ("", ""),
    ],
)
def test_an_account_is_known_by_its_number(typed: str, number: str) -> None:
    assert X().account_id(typed) == number
    assert X().voice(typed) == number


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("@rechnoy", "rechnoy"),
        ("rechnoy", "rechnoy"),
        ("https://x.com/rechnoy/", "rechnoy"),
        ("https://x.com/rechnoy?lang=ru", "rechnoy"),
        ("https://x.com/rechnoy/status/5", "rechnoy"),
        ("12345", ""),
        ("https://x.com/i/user/5", ""),
        ("https://x.com/home", ""),
        ("очень", ""),
        ("a" * 16, ""),
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
    assert at.dialogue_url("https://x.com", "10", "9") == "https://x.com/messages/9-10"
