from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Json, Origin
from otklik.networks.errors import NeedsPerson, RetryAt
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.tests.contract import CONFLICT
from otklik.networks.telegram.tests.scripted import BOT, error, ok
from otklik.networks.telegram.tests.updates import GROUP, comment, update
from otklik.networks.tests.reading import Reader
from tests.make.scripted import Script

pytestmark = pytest.mark.enable_socket
NOW = datetime(2026, 9, 21, 12, tzinfo=UTC)
AT = int(NOW.timestamp())


def reader(script: Script, cursor: dict[str, Json] | None = None, kind: str = "own", **options: Json) -> Reader:
    place = str(BOT) if kind == "own" else "-1002222222222"
    return Reader(Telegram(), script.access(options=options), kind, place, NOW, cursor or {})


def plain(number: int) -> dict[str, Any]:
    return update(comment(message_id=number), number=number)


def piece(number: int, album: str = "7") -> dict[str, Any]:
    return update(comment(message_id=number, media_group_id=album), number=number)


def test_the_first_reading_names_what_is_wanted_and_only_a_stored_cursor_lets_it_be_forgotten(script: Script) -> None:
    script.say("getUpdates", ok([plain(500), plain(501)]))
    fetched = reader(script, wait=7).fetch()
    assert [raw.origin for raw in fetched.raws] == [Origin.POLL] * 2
    assert fetched.raws[0].context == {"bot": str(BOT), "posts": "copies", "site": "https://t.me"}
    assert (fetched.cursor, fetched.again_in) == ({"offset": 502, "at": AT}, timedelta(0))
    wanted = ["message", "edited_message", "my_chat_member"]
    assert script.asked[0].body == {"limit": 100, "timeout": 7, "allowed_updates": wanted}
    assert "posts" not in reader(script, channel_posts=True).fetch().raws[0].context
    assert "channel_post" in script.asked[1].body["allowed_updates"]
    script.asked.clear()
    script.say("getUpdates", ok([plain(500)]), ok([]))
    bot = reader(script)
    first = bot.fetch()
    second = bot.fetch()
    assert [call.body.get("offset") for call in script.asked] == [None, 501]
    assert (second.raws, second.cursor) == ((), first.cursor)
    script.asked.clear()
    script.say("getUpdates", ok([]), ok([plain(90)]))
    long_ago: dict[str, Json] = {"offset": 501, "at": AT - 4 * 24 * 3600}
    assert reader(script, long_ago).fetch().cursor == {"offset": 0, "at": 0}
    bot = reader(script, long_ago)
    assert bot.fetch().cursor == {"offset": 91, "at": AT}
    bot.fetch()
    assert [call.body.get("offset") for call in script.asked] == [None, None, 91]


def test_an_album_at_the_end_is_waited_for_once_and_one_that_is_whole_or_never_grows_is_not(script: Script) -> None:
    script.say("getUpdates", ok([plain(500), piece(501)]), ok([piece(501), piece(502)]), ok([]))
    bot = reader(script, wait=9)
    assert len(bot.raw_keys()) == 1
    assert (bot.cursor, bot.again) == ({"offset": 501, "album": f"{GROUP['id']}:7", "at": AT}, timedelta(seconds=1))
    album = bot.fetch().raws
    assert (len(album), bot.cursor) == (1, {"offset": 503, "at": AT})
    assert script.asked[1].body["timeout"] == 0
    assert len(Telegram().parse(album[0])) == 2, "the post, and one text of two pictures"
    script.say("getUpdates", ok([piece(500), piece(501), piece(502, "8"), piece(503, "8"), plain(504)]))
    bot = reader(script)
    assert (len(bot.raw_keys()), bot.cursor) == (3, {"offset": 505, "at": AT})
    script.say("getUpdates", ok([piece(500)]))
    bot = reader(script)
    assert [len(bot.raw_keys()) for _ in range(2)] == [0, 1]


@pytest.mark.parametrize("updates", [[None, 5, "x", []], [{"update_id": "5"}], [{"message": {}}], [{"update_id": -1}]])
def test_what_is_no_update_moves_nothing(script: Script, updates: list[Any]) -> None:
    script.say("getUpdates", ok(updates))
    fetched = reader(script, {"offset": 7, "at": AT}).fetch()
    assert (fetched.raws, fetched.cursor) == ((), {"offset": 7, "at": AT})


@pytest.mark.parametrize(
    ("words", "kind", "advice"),
    [
        (CONFLICT, NeedsPerson, "снимите вебхук"),
        ("Conflict: terminated by other getUpdates request", RetryAt, "остановите"),
    ],
)
def test_conflicts_say_what_to_do(script: Script, words: str, kind: type[Exception], advice: str) -> None:
    script.say("getUpdates", error(409, words))
    with pytest.raises(kind, match=advice):
        reader(script).fetch()


def hook(**changes: Any) -> dict[str, Any]:
    return ok({"url": "https://a.example/h", "has_custom_certificate": False, "pending_update_count": 0} | changes)


def test_with_pushes_on_one_cheap_call_looks_after_them(script: Script) -> None:
    script.say("getWebhookInfo", hook())
    fetched = reader(script, {"offset": 5}, push=True, reconcile_seconds=90).fetch()
    assert (fetched.raws, fetched.cursor, fetched.again_in) == ((), {"offset": 5}, timedelta(seconds=90))
    assert script.names() == ["getWebhookInfo"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": ""}, "подпишите"),
        ({"pending_update_count": 3, "last_error_date": AT - 60, "last_error_message": "403"}, "ждёт 3: «403»"),
    ],
)
def test_pushes_that_do_not_come_are_told(script: Script, changes: dict[str, Any], words: str) -> None:
    script.say("getWebhookInfo", hook(**changes))
    with pytest.raises(NeedsPerson, match=words):
        reader(script, push=True).fetch()


@pytest.mark.parametrize(("pending", "error_age"), [(3, None), (0, 60), (3, 3600)])
def test_old_trouble_and_a_short_queue_are_none(script: Script, pending: int, error_age: int | None) -> None:
    trouble = {"last_error_date": AT - error_age} if error_age else {}
    script.say("getWebhookInfo", hook(pending_update_count=pending, **trouble))
    assert reader(script, push=True).fetch().raws == ()


def test_a_chat_that_moved_is_followed_and_a_channel_to_its_discussion(script: Script) -> None:
    moved = error(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009)
    script.say("getChat", moved, ok({"id": -1009, "type": "supergroup"}))
    script.say("getChatMember", ok({"status": "administrator", "user": {"id": BOT}}))
    assert reader(script, kind="foreign").fetch().cursor == {"chat": -1009}
    channel = {"id": -1001, "type": "channel"}
    script.say("getChat", ok(channel | {"linked_chat_id": -1009}), ok(channel))
    assert reader(script, kind="foreign").fetch().cursor == {"chat": -1009, "channel": -1001}
    with pytest.raises(NeedsPerson, match="нет обсуждения"):
        reader(script, kind="foreign").fetch()


@pytest.mark.parametrize(
    ("member", "words"),
    [
        *(({"status": status}, "не состоит") for status in ("left", "kicked")),
        *(({"status": "restricted", "is_member": False}, "не состоит"), ({}, "не состоит")),
        ({"status": "member"}, "не все сообщения"),
    ],
)
def test_a_chat_that_cannot_be_heard_says_why(script: Script, member: dict[str, Any], words: str) -> None:
    script.say("getChat", ok({"id": -1009, "type": "supergroup"}))
    script.say("getChatMember", ok(member))
    script.say("getMe", ok({"id": BOT, "can_read_all_group_messages": False}))
    with pytest.raises(NeedsPerson, match=words):
        reader(script, kind="foreign").fetch()
