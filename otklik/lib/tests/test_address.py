"""The filter that every address from outside passes."""

import pytest

from otklik.lib.address import safe_address


@pytest.mark.parametrize("address", ["https://vk.com/wall-1_2?reply=3", "http://127.0.0.1:8100/vk/wall-1"])
def test_a_plain_web_address_passes(address: str) -> None:
    assert safe_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://host/file",
        "//host/path",
        "https://user:pass@host/",
        "https://user@host/",
        "https://host/\r\nSet-Cookie: x",
        "https://host/a b",
        'https://host/"onclick="x',
        "https://host/<script>",
        "https://host:99999/",
        "https://[::1",
        "https:///path",
        "https://host/\u202egnp.exe",
        "https://host/" + "a" * 2000,
    ],
)
def test_anything_else_is_no_address(address: str) -> None:
    assert safe_address(address) == ""
