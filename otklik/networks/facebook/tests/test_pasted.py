"""Links and numbers as people paste them."""

import pytest

from otklik.networks.base import Address
from otklik.networks.facebook.network import Facebook

SITE = "http://127.0.0.1:8100/meta"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://www.facebook.com/1/posts/2/?comment_id=3", Address("fb:2_3", "fb:1_2")),
        ("https://m.facebook.com/1/posts/2?comment_id=3&reply_comment_id=4&ref=x", Address("fb:2_4", "fb:1_2")),
        ("facebook.com/1/posts/words-of-it/2/", Address("fb:1_2", "fb:1_2")),
        ("https://www.facebook.com/permalink.php?story_fbid=2&id=1", Address("fb:1_2", "fb:1_2")),
        ("https://www.facebook.com/rechnoy/posts/2/?comment_id=3", Address("fb:2_3", "")),
        (f"{SITE}/1/posts/2/?comment_id=3", Address("fb:2_3", "fb:1_2")),
        (f"{SITE}/1/inbox/5/", Address("", "fb:dm:1:5")),
        ("https://www.facebook.com/profile.php?id=5", Address(author="5")),
        ("https://www.facebook.com/5", Address(author="5")),
        *((url, None) for url in ("", "https://vk.com/wall-1_2", "https://facebook.com.evil.example/1/posts/2")),
        *((url, None) for url in ("https://www.facebook.com/rechnoy", "https://www.facebook.com/rechnoy/posts/2")),
        *((url, None) for url in ("http://[", "https://www.facebook.com/1/posts/pfbid02abc", "javascript:alert(1)")),
        *((url, None) for url in ("x" * 100_000, "https://www.facebook.com/?" + "a=1&" * 500)),
    ],
)
def test_a_link_is_read_or_left(url: str, told: Address | None) -> None:
    assert Facebook().address_of(url, SITE) == told


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("100012345698901", "100012345698901"),
        ("https://www.facebook.com/rechnoy/", "rechnoy"),
        ("rechnoy.gorod", "rechnoy.gorod"),
        *(
            (typed, "")
            for typed in ("", "https://vk.com/rechnoy", "два слова", "https://www.facebook.com/a/b", "x" * 99)
        ),
    ],
)
def test_a_place_is_told_by_its_number_or_its_name(typed: str, place: str) -> None:
    assert Facebook().place_id(typed) == place


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (" 100012345698901 ", "100012345698901"),
        ("https://www.facebook.com/100012345698901/", "100012345698901"),
        ("facebook.com/profile.php?id=12", "12"),
        ("https://www.facebook.com/people/Река/12", "12"),
        ("https://www.facebook.com/p/Rechnoy-12", "12"),
        *((typed, "") for typed in ("", "rechnoy", "facebook.com/rechnoy", "-12", "1_2", "vk.com/12", "١٢")),
    ],
)
def test_a_page_is_told_by_its_number(typed: str, number: str) -> None:
    assert Facebook().account_id(typed) == number
