import pytest

from otklik.networks.base import Address
from otklik.networks.errors import NotSupported
from otklik.networks.telegram.network import Telegram

SITE = "http://127.0.0.1:8100/telegram"
MESSAGE = Address(message="tg:-1002222222222:12", thread="tg:-1002222222222:12")
IN_THREAD = Address(message="tg:-1002222222222:12", thread="tg:-1002222222222:10")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://t.me/c/2222222222/12", MESSAGE),
        ("t.me/c/2222222222/12", MESSAGE),
        ("http://telegram.me/c/2222222222/12?single", MESSAGE),
        ("https://t.me/c/2222222222/12?thread=10", IN_THREAD),
        ("https://t.me/c/2222222222/12?single&thread=10#x", IN_THREAD),
        ("https://t.me/c/2222222222/10/12", IN_THREAD),
        (f"{SITE}/c/2222222222/12?thread=10", IN_THREAD),
        (f"{SITE}/im/71/5", Address(thread="tg:im:71:5")),
        ("https://t.me/c/2222222222", Address(author="tg:-1002222222222")),
    ],
)
def test_a_link_with_the_chats_number_is_read(url: str, found: Address) -> None:
    assert Telegram().address_of(url, SITE) == found


@pytest.mark.parametrize(
    "url",
    ["https://t.me/gorod", "https://t.me/gorod/5?comment=12", "t.me/s/gorod/5", f"{SITE}/gorod/5", "t.me/gorod/9/12"],
)
def test_whose_a_name_is_only_the_network_knows(url: str) -> None:
    with pytest.raises(NotSupported):
        Telegram().address_of(url, SITE)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "t.me",
        "https://t.me/",
        "https://vk.com/c/2222222222/12",
        "https://t.me.evil.example/c/1/2",
        "ftp://t.me/c/1/2",
        "https://t.me/c/0/12",
        "https://t.me/c/1/-2",
        "https://t.me/c/1/2/3/4",
        "https://t.me/joinchat/AAAA/x/y",
        "https://t.me/+abcdef",
        "https://[t.me/c/1/2",
        "https://t.me/c/" + "9" * 3000,
        "http://127.0.0.1:8100/telegramish/c/1/2",
    ],
)
def test_anything_else_is_none_of_this_network(url: str) -> None:
    assert Telegram().address_of(url, SITE) is None


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("@gorod", "@gorod"),
        ("gorod", "@gorod"),
        ("https://t.me/gorod", "@gorod"),
        ("t.me/s/gorod/15?single", "@gorod"),
        ("https://t.me/gorod/5/7", "@gorod"),
        ("https://t.me/c/2222222222", "tg:-1002222222222"),
        ("t.me/c/2222222222/12/13", "tg:-1002222222222"),
        ("-1002222222222", "tg:-1002222222222"),
        ("tg:-1002222222222", "tg:-1002222222222"),
        ("2222222222", ""),
        ("https://vk.com/gorod", ""),
        ("https://t.me/+abcdef", ""),
        ("https://t.me/joinchat/AAAA", ""),
        ("https://t.me/joinchat", ""),
        ("https://t.me.evil.example/gorod", ""),
        ("не имя", ""),
        ("", ""),
    ],
)
def test_a_place_is_read_out_of_what_people_paste(typed: str, place: str) -> None:
    assert Telegram().place_id(typed) == place


KNOWN, KNOWN_URL = "tg:-1002222222222:9", "https://t.me/rechnoy_chat/9"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://t.me/rechnoy/3?comment=12", "tg:-1002222222222:12"),
        ("https://t.me/s/rechnoy/3?comment=12&single", "tg:-1002222222222:12"),
        ("https://t.me/rechnoy_chat/12", "tg:-1002222222222:12"),
        ("https://t.me/rechnoy_chat/9/12", "tg:-1002222222222:12"),
        ("https://t.me/other_chat/12", ""),
        ("https://t.me/rechnoy_chat", ""),
        ("https://t.me/rechnoy/3?comment=x", ""),
        ("https://vk.com/rechnoy/3?comment=12", ""),
    ],
)
def test_a_link_with_a_name_is_read_beside_a_text_of_the_same_place(url: str, message: str) -> None:
    found = Telegram().address_beside(url, KNOWN, KNOWN_URL)
    assert (found.message if found else "") == message
    assert Telegram().address_beside(url, "tg:im:71:5:9", "") is None
