"""How addresses are written and read back, and what a link from the browser leads to."""

from typing import Any

import pytest

from otklik.networks.base import Address
from otklik.networks.ok import address as at
from otklik.networks.ok.network import OK
from otklik.networks.ok.pasted import address_of

COMMENT_ID = "MTM5NzIwNjM4MjQ3MTotMTU5NDE6MTM5NzIwNjM4MjQ3MTo2MjUwMzkyOTY2MjMyMDox"
TOPIC = Address(message="ok:topic:2", thread="ok:topic:2")
COMMENT = Address(message="ok:topic:2?comment=ab+/=", thread="ok:topic:2")


def test_addresses_are_read_back_as_they_were_written() -> None:
    assert at.topic_address(at.topic_id("62190641299501")) == at.TopicAddress("62190641299501")
    where = at.topic_address(at.comment_id("62190641299501", COMMENT_ID))
    assert where == at.TopicAddress("62190641299501", COMMENT_ID)
    assert str(where) == f"ok:topic:62190641299501?comment={COMMENT_ID}"
    assert at.chat_address(at.direct_id("C3ecb", "C3ecb.15ce")) == at.ChatAddress("C3ecb", "C3ecb.15ce")
    assert at.chat_address(at.dialogue_id("C3ecb")) == at.ChatAddress("C3ecb")


def test_the_longest_address_fits_its_column() -> None:
    assert len(at.comment_id("9" * 20, "A" * 180)) <= 250
    assert at.comment_of("A" * 181) == ""


@pytest.mark.parametrize("value", [None, True, 0, -5, 1.5, "", "0", "00", "-1", "x", "1" * 21, 10**20, [], {}, "１２"])
def test_what_is_no_number_of_the_network_is_none(value: Any) -> None:
    assert at.number_of(value) == ""


def test_a_number_beyond_floats_is_kept_whole() -> None:
    assert at.number_of(2**53 + 1) == at.number_of(str(2**53 + 1)) == "9007199254740993"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("53038939046008", "53038939046008"),
        (" https://ok.ru/group/53038939046008 ", "53038939046008"),
        ("https://ok.ru/group/53038939046008/topic/1", "53038939046008"),
        ("m.ok.ru/group53038939046008", "53038939046008"),
        ("group:53038939046008", "53038939046008"),
        ("user:5", ""),
        ("https://ok.ru/profile/5", ""),
        ("Город", ""),
        ("", ""),
    ],
)
def test_the_accounts_number_is_found_in_what_people_paste(typed: str, number: str) -> None:
    assert OK().account_id(typed) == number


def test_our_voice_is_the_group() -> None:
    assert OK().voice("12") == "group:12"


@pytest.mark.parametrize(
    "url",
    [
        "https://ok.ru/group/1/topic/2",
        "http://www.ok.ru/group/1/topic/2?st.cmd=x",
        "m.ok.ru/rechnoy/topic/2#comments",
        "https://OK.ru/topic/2",
        "  ok.ru/group/1/topic/2/\n",
    ],
)
def test_every_form_of_a_link_leads_to_the_topic(url: str) -> None:
    assert address_of(url) == TOPIC


def test_our_own_links_name_the_comment_too() -> None:
    assert address_of(at.comment_url("https://ok.ru", "1", "2", "ab+/=")) == COMMENT
    assert (
        address_of("http://127.0.0.1:8100/ok/group/1/topic/2?comment=ab%2B%2F%3D", "http://127.0.0.1:8100/ok")
        == COMMENT
    )
    assert address_of("http://127.0.0.1:8100/ok/group/1/topic/2") is None


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("ok.ru/profile/5", Address(author="user:5")),
        ("ok.ru/group/12", Address(author="group:12")),
        ("ok.ru/group/12/members", Address(author="group:12")),
        ("ok.ru/messages/C3ecb9d02a600", Address(thread="ok:chat:C3ecb9d02a600")),
    ],
)
def test_pages_of_somebody_and_dialogues_are_known(url: str, found: Address) -> None:
    assert address_of(url) == found


@pytest.mark.parametrize(
    "url",
    [
        *("", " ", "https://", "https://ok.ru", "https://ok.ru/feed", "https://vk.com/group/1/topic/2"),
        *("ftp://ok.ru/topic/2", "https://ok.ru.example/topic/2", "http://[::1", "ok.ru/topic/" + "9" * 30),
        *("ok.ru/group/x/topic/", "\ud800", "x" * 9000),
    ],
)
def test_anything_else_is_no_address(url: str) -> None:
    assert address_of(url) is None
