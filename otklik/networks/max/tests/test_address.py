from otklik.networks.max import address as at
from otklik.networks.max import pasted
from otklik.networks.max.tests.contract import CODE
from otklik.networks.max.tests.payloads import CHANNEL, POST


def test_a_link_and_its_address_turn_into_each_other_and_a_channel_may_be_named_by_its_link() -> None:
    assert at.mid_by(CHANNEL, CODE) == POST
    assert at.post_url("https://max.ru", CHANNEL, POST) == f"https://max.ru/c/{CHANNEL}/{CODE}"
    assert at.post_url("https://max.ru", CHANNEL, "another-form") == ""
    assert at.mid_by(CHANNEL, "?" * 11) == at.mid_by(2**70, CODE) == ""
    names = dict.fromkeys(("rechnoy", "@rechnoy", "https://max.ru/rechnoy"), "rechnoy") | {"max.ru/join/abc": ""}
    assert {typed: pasted.name_of(typed) for typed in names} == names
    assert not any(pasted.chat_of(typed) for typed in names)
    assert pasted.chat_of(f"https://max.ru/c/{CHANNEL}") == CHANNEL
