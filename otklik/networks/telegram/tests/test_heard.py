import json
from dataclasses import replace

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Incoming, Origin
from otklik.networks.telegram.heard import polled, update_key
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.setup import hook_address
from otklik.networks.telegram.tests.updates import comment, update

HEADER = "x-telegram-bot-api-secret-token"
ACCESS = Access("7100000001", "http://127.0.0.1:1", Door(), lambda kind: None, secret="s3cret_-77")


def request(secret: str = ACCESS.secret, body: bytes = b"{}", **query: str) -> Incoming:
    return Incoming("POST", query, {HEADER: secret} if secret else {}, body)


def test_the_right_secret_is_authentic() -> None:
    assert Telegram().authentic(request(), ACCESS)
    assert Telegram().authentic(request(bot="7100000001"), ACCESS)


@pytest.mark.parametrize(
    "asked", [request(""), request("s3cret_-7"), request("S3CRET_-77"), request("\ud800"), request(bot="7")]
)
def test_anything_else_is_not(asked: Incoming) -> None:
    assert not Telegram().authentic(asked, ACCESS)


def test_an_account_without_a_secret_hears_nobody() -> None:
    assert not Telegram().authentic(request(""), replace(ACCESS, secret=""))


def test_the_answer_is_an_empty_200_and_the_event_is_kept() -> None:
    answer = Telegram().answer_to(request(), ACCESS)
    assert (answer.status, answer.body, answer.store) == (200, b"", True)


def test_what_is_kept_says_which_bot_heard_it() -> None:
    body = json.dumps(update(comment())).encode()
    kept = Telegram().raw(request(body=body, bot="7100000001", posts="copies", ours="-1001,x,0", evil="1"))
    assert (kept.origin, kept.body) == (Origin.PUSH, body)
    assert kept.context == {"bot": "7100000001", "posts": "copies", "ours": "-1001"}
    assert Telegram().raw(request(body=body, bot="<script>", posts="all")).context == {}


def test_the_hooks_address_carries_what_updates_do_not_say() -> None:
    access = replace(ACCESS, options={"own_voices": [-1001, -1002, "x", True, 0]})
    address = hook_address(access, "https://a.example/hooks/telegram/key?bot=1&x=2")
    assert address == "https://a.example/hooks/telegram/key?x=2&bot=7100000001&posts=copies&ours=-1001%2C-1002"
    access = replace(ACCESS, options={"channel_posts": True})
    assert hook_address(access, "https://a.example/h") == "https://a.example/h?bot=7100000001"


def test_the_same_update_has_one_key_however_it_was_heard_and_another_one_another() -> None:
    told = update(comment())
    pushed = Telegram().raw(request(body=json.dumps(told).encode()))
    assert pushed.key == polled([told], ACCESS, "https://t.me").key == update_key(told)
    others = [
        update(comment(), number=501),
        update(comment(), "edited_message"),
        update(comment(edit_date=1_790_000_900)),
        update(comment(message_id=13)),
        {"update_id": 500, "poll": {"id": "1"}},
        {"update_id": 500, "poll": {"id": "2"}},
    ]
    keys = {update_key(each) for each in (told, *others)}
    assert len(keys) == 1 + len(others)


def test_a_body_that_is_not_json_is_kept_as_it_came() -> None:
    kept = Telegram().raw(request(body=b"broken {"))
    assert (kept.body, bool(kept.key)) == (b"broken {", True)
