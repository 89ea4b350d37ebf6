import json
from dataclasses import replace

import pytest

from otklik.networks.telegram.heard import polled, update_key
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.setup import hook_address
from otklik.networks.telegram.tests.contract import push
from otklik.networks.telegram.tests.scripted import BOT, DIALECT
from otklik.networks.telegram.tests.updates import comment, update

ACCESS = DIALECT.account


def test_what_is_kept_says_which_bot_heard_it_and_the_hooks_address_what_updates_do_not() -> None:
    kept = Telegram().raw(push(bot=str(BOT), posts="copies", ours="-1001,x,0", evil="1"))
    assert (kept.body, kept.context) == (push().body, {"bot": str(BOT), "posts": "copies", "ours": "-1001"})
    assert Telegram().raw(push(bot="<script>", posts="all")).context == {}
    assert Telegram().answer_to(push(), ACCESS).body == b""
    body = update(comment())
    assert Telegram().raw(push()).key == polled([body], ACCESS, "https://t.me").key == update_key(body)
    kept = Telegram().raw(replace(push(), body=b"broken {"))
    assert (kept.body, bool(kept.key)) == (b"broken {", True)
    assert json.loads(Telegram().raw(push()).body) == update(comment())
    access = replace(ACCESS, options={"own_voices": [-1001, -1002, "x", True, 0]})
    address = hook_address(access, "https://a.example/hooks/telegram/key?bot=1&x=2")
    assert address == f"https://a.example/hooks/telegram/key?x=2&bot={BOT}&posts=copies&ours=-1001%2C-1002"
    access = replace(ACCESS, options={"channel_posts": True})
    assert hook_address(access, "https://a.example/h") == f"https://a.example/h?bot={BOT}"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        *(
            (f"https://t.me/{path}", "tg:-1002222222222:12")
            for path in (
                *("rechnoy/3?comment=12", "s/rechnoy/3?comment=12&single", "rechnoy_chat/12", "rechnoy_chat/9/12"),
            )
        ),
        *((f"https://t.me/{path}", "") for path in ("other_chat/12", "rechnoy_chat", "rechnoy/3?comment=x")),
        ("https://vk.com/rechnoy/3?comment=12", ""),
    ],
)
def test_a_link_with_a_name_is_read_beside_a_text_of_the_same_place(url: str, message: str) -> None:
    address = Telegram().address_beside(url, "tg:-1002222222222:9", "https://t.me/rechnoy_chat/9")
    assert (address.message if address else "") == message
    assert Telegram().address_beside(url, "tg:im:71:5:9", "") is None
