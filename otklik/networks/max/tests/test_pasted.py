"""What a link from the browser leads to, and the account's number out of what a person pastes."""

import pytest

from otklik.networks.base import Address
from otklik.networks.max import address as at
from otklik.networks.max import pasted
from otklik.networks.max.network import Max
from otklik.networks.max.tests.payloads import CHANNEL, COMMENT, POST

CODE = at.code_of(POST)
THREAD = f"max:{CHANNEL}:{POST}"
SITE = "http://127.0.0.1:8100/max"


@pytest.mark.parametrize("base", ["https://max.ru", "http://www.max.ru", "max.ru", "https://web.max.ru", SITE])
def test_a_post_a_comment_a_dialogue_and_a_channel_are_recognised(base: str) -> None:
    told = Max()
    assert told.address_of(f"{base}/c/{CHANNEL}/{CODE}", SITE) == Address(message=THREAD, thread=THREAD)
    comment = Address(message=f"{THREAD}?comment={COMMENT}", thread=THREAD)
    assert told.address_of(f" {base}/c/{CHANNEL}/{CODE}?utm=1&comment={COMMENT} ", SITE) == comment
    assert told.address_of(f"{base}/im/300000000", SITE) == Address(thread="max:300000000")
    assert told.address_of(f"{base}/c/{CHANNEL}/", SITE) == Address(author=f"max:chat:{CHANNEL}")


def test_a_mention_leads_to_a_person() -> None:
    assert Max().address_of("max://user/123") == Address(author="max:user:123")


@pytest.mark.parametrize(
    "url",
    [
        *("", "max.ru", "https://max.ru/", "https://max.ru/some_name", "https://example.org/c/-1/AZ1JazQ5AAE"),
        *("https://max.ru.example.org/c/-1/AZ1JazQ5AAE", "ftp://max.ru/c/-1/AZ1JazQ5AAE", "https://max.ru/c/x/y"),
        *("https://max.ru/c/-1/short", "https://[max.ru/c/-1/AZ1JazQ5AAE", "https://max.ru/c/-1/%00%00", "\x00"),
        *("https://max.ru/c/-99999999999999999999/AZ1JazQ5AAE", "a" * 10_000, "max://user/", "max://user/x"),
    ],
)
def test_anything_else_is_none(url: str) -> None:
    assert Max().address_of(url, SITE) is None


def test_a_link_and_its_address_turn_into_each_other() -> None:
    assert at.mid_by(CHANNEL, CODE) == POST
    assert at.post_url("https://max.ru", CHANNEL, POST) == f"https://max.ru/c/{CHANNEL}/{CODE}"
    assert at.post_url("https://max.ru", CHANNEL, "another-form") == ""
    assert at.mid_by(CHANNEL, "?" * 11) == ""
    assert at.mid_by(2**70, CODE) == ""


@pytest.mark.parametrize(
    ("typed", "found"),
    [("229229229", "229229229"), (" 5 ", "5"), ("max:user:7", "7"), ("max://user/7", "7"), ("-5", ""), ("бот", "")],
)
def test_an_account_is_a_number(typed: str, found: str) -> None:
    assert Max().account_id(typed) == found


def test_a_voice_is_the_bots_author_id() -> None:
    assert Max().voice("229229229") == "max:user:229229229"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("rechnoy", "rechnoy"), ("@rechnoy", "rechnoy"), ("https://max.ru/rechnoy", "rechnoy"), ("max.ru/join/abc", "")],
)
def test_a_channel_may_be_named_by_its_link(typed: str, name: str) -> None:
    assert pasted.name_of(typed) == name
    assert pasted.chat_of(f"https://max.ru/c/{CHANNEL}") == CHANNEL
    assert pasted.chat_of(typed) == 0
