"""Links as people paste them from a browser or a phone."""

import pytest

from otklik.networks.base import Address
from otklik.networks.vk.pasted import address_of

COMMENT = Address(message="wall-12_34?reply=56", thread="wall-12_34")
POST = Address(message="wall-12_34", thread="wall-12_34")


@pytest.mark.parametrize(
    "url",
    [
        "https://vk.com/wall-12_34?reply=56",
        "http://vk.com/wall-12_34?reply=56",
        "vk.com/wall-12_34?reply=56",
        "https://www.vk.com/wall-12_34?reply=56&thread=55",
        "https://m.vk.com/wall-12_34?reply=56&post_id=34#reply56",
        "https://vk.ru/wall-12_34?reply=56&utm_source=share&from=feed",
        "https://vk.com/podslushano?w=wall-12_34_r56",
        "https://vk.com/feed?section=source&w=wall-12_34_r56%2Fall",
        "https://vk.com/wall-12_34?reply=56&w=wall-12_34_r56",
        "  https://VK.com/wall-12_34?reply=56\n",
    ],
)
def test_every_form_of_a_link_leads_to_the_comment(url: str) -> None:
    assert address_of(url) == COMMENT


@pytest.mark.parametrize("url", ["https://vk.com/wall-12_34", "vk.ru/feed?w=wall-12_34", "m.vk.com/wall-12_34?x=1"])
def test_a_link_without_a_comment_leads_to_the_post(url: str) -> None:
    assert address_of(url) == POST


@pytest.mark.parametrize(
    ("url", "message", "thread"),
    [
        ("https://vk.com/photo-12_34?reply=56", "photo-12_34?reply=56", "photo-12_34"),
        ("vk.com/album-12_0?z=photo-12_34%2Falbum-12_0", "photo-12_34", "photo-12_34"),
        ("https://m.vk.com/topic-12_34?post=56&offset=20", "topic-12_34?post=56", "topic-12_34"),
        ("https://vk.ru/video-12_34?reply=56&list=ab", "video-12_34?reply=56", "video-12_34"),
        ("https://vk.com/wall-12_34?reply=56&z=photo-12_7", "wall-12_34?reply=56", "wall-12_34"),
    ],
)
def test_a_link_to_what_stands_beside_the_wall_leads_there(url: str, message: str, thread: str) -> None:
    assert address_of(url) == Address(message=message, thread=thread)


@pytest.mark.parametrize(
    ("url", "author"),
    [("vk.com/id5", "id5"), ("https://vk.com/club12/", "club12"), ("vk.ru/public12?act=a", "club12")],
)
def test_a_page_of_somebody_leads_to_him(url: str, author: str) -> None:
    assert address_of(url) == Address(author=author)


def test_a_dialogue_of_a_community_is_known() -> None:
    assert address_of("https://vk.com/gim12?sel=5") == Address(thread="vk:im:12:5")
    assert address_of("https://vk.com/gim12?sel=x") is None


def test_the_sandbox_stands_under_an_address_of_its_own() -> None:
    assert address_of("http://127.0.0.1:8100/vk/wall-12_34?reply=56#form", "http://127.0.0.1:8100/vk") == COMMENT
    assert address_of("http://127.0.0.1:8100/vk/wall-12_34?reply=56") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "https://",
        "https://vk.com",
        "https://vk.com/",
        "https://vk.com/durov",
        "https://evil.example/wall-12_34",
        "https://vk.com.evil.example/wall-12_34",
        "https://evil.example/?u=https://vk.com/wall-12_34",
        "javascript:vk.com/wall-12_34",
        "http://[::1/wall-1_2",
        "https://vk.com/wall",
        "https://vk.com/wall-" + "9" * 5000 + "_1",
        "vk.com/?" + "a=1&" * 5000,
        "https://vk.com/id" + "9" * 40,
        "\x00\ud800vk.com/wall-1_2",
        "https://vk.com:99999/id5x",
    ],
)
def test_anything_else_is_no_address(url: str) -> None:
    assert address_of(url) is None
