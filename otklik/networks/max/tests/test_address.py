"""How addresses, links and names of channels turn into each other."""

import pytest

from otklik.networks.max import address as at
from otklik.networks.max import pasted
from otklik.networks.max.tests.contract import CODE
from otklik.networks.max.tests.payloads import CHANNEL, POST


def test_a_link_and_its_address_turn_into_each_other() -> None:
    assert at.mid_by(CHANNEL, CODE) == POST
    assert at.post_url("https://max.ru", CHANNEL, POST) == f"https://max.ru/c/{CHANNEL}/{CODE}"
    assert at.post_url("https://max.ru", CHANNEL, "another-form") == ""
    assert at.mid_by(CHANNEL, "?" * 11) == at.mid_by(2**70, CODE) == ""


@pytest.mark.parametrize(
    ("typed", "name"),
    [("rechnoy", "rechnoy"), ("@rechnoy", "rechnoy"), ("https://max.ru/rechnoy", "rechnoy"), ("max.ru/join/abc", "")],
)
def test_a_channel_may_be_named_by_its_link(typed: str, name: str) -> None:
    assert (pasted.name_of(typed), pasted.chat_of(typed)) == (name, 0)
    assert pasted.chat_of(f"https://max.ru/c/{CHANNEL}") == CHANNEL
