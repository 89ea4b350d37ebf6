from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Fetched, Json, Origin, ReadPlace
from otklik.networks.errors import AuthLost, NeedsPerson, NotSupported, RetryAt
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.tests.scripted import BOT, DROP, Bytes, Script, error, ok
from otklik.networks.telegram.tests.updates import GROUP, comment, update

pytestmark = pytest.mark.enable_socket
NOW = datetime(2026, 9, 21, 12, tzinfo=UTC)
AT = int(NOW.timestamp())


def read(script: Script, cursor: dict[str, Json] | None = None, kind: str = "own", **options: Json) -> Fetched:
    place = ReadPlace(kind, str(BOT) if kind == "own" else "-1002222222222", cursor or {})
    return Telegram().fetch(script.access(options=options), place, NOW)


def plain(number: int) -> dict[str, Any]:
    return update(comment(message_id=number), number=number)


def piece(number: int, album: str = "7") -> dict[str, Any]:
    return update(comment(message_id=number, media_group_id=album), number=number)


def test_the_first_reading_takes_what_the_network_has_and_names_what_is_wanted(script: Script) -> None:
    script.say("getUpdates", ok([plain(500), plain(501)]))
    found = read(script, wait=7)
    assert [raw.origin for raw in found.raws] == [Origin.POLL] * 2
    assert found.raws[0].context == {"bot": str(BOT), "posts": "copies", "site": "https://t.me"}
    assert (found.cursor, found.again_in) == ({"offset": 502, "at": AT}, timedelta(0))
    wanted = ["message", "edited_message", "my_chat_member"]
    assert script.asked[0].given == {"limit": 100, "timeout": 7, "allowed_updates": wanted}


def test_only_a_stored_cursor_lets_the_network_forget(script: Script) -> None:
    script.say("getUpdates", ok([plain(500)]), ok([]))
    first = read(script)
    second = read(script, dict(first.cursor))
    assert [asked.given.get("offset") for asked in script.asked] == [None, 501]
    assert (second.raws, second.cursor) == ((), first.cursor)


def test_after_some_silent_days_numbers_may_begin_anywhere(script: Script) -> None:
    script.say("getUpdates", ok([]), ok([plain(90)]))
    long_ago = AT - 4 * 24 * 3600
    assert read(script, {"offset": 501, "at": long_ago}).cursor == {"offset": 0, "at": 0}
    assert read(script, {"offset": 501, "at": long_ago}).cursor == {"offset": 91, "at": AT}
    read(script, {"offset": 91, "at": AT})
    assert [asked.given.get("offset") for asked in script.asked] == [None, None, 91]


def test_posts_of_channels_are_asked_for_where_the_account_says_so(script: Script) -> None:
    script.say("getUpdates", ok([plain(500)]))
    found = read(script, channel_posts=True)
    assert "posts" not in found.raws[0].context
    assert "channel_post" in script.asked[0].given["allowed_updates"]


def test_an_album_at_the_end_is_waited_for_once(script: Script) -> None:
    script.say("getUpdates", ok([plain(500), piece(501)]), ok([piece(501), piece(502)]), ok([]))
    first = read(script, wait=9)
    assert (len(first.raws), first.cursor) == (1, {"offset": 501, "album": f"{GROUP['id']}:7", "at": AT})
    assert first.again_in == timedelta(seconds=1)
    second = read(script, dict(first.cursor), wait=9)
    assert (len(second.raws), second.cursor) == (1, {"offset": 503, "at": AT})
    assert script.asked[1].given["timeout"] == 0
    assert len(Telegram().parse(second.raws[0])) == 2  # the post, and one text of two pictures


def test_an_album_that_another_message_follows_is_whole(script: Script) -> None:
    script.say("getUpdates", ok([piece(500), piece(501), piece(502, "8"), piece(503, "8"), plain(504)]))
    found = read(script)
    assert (len(found.raws), found.cursor) == (3, {"offset": 505, "at": AT})


def test_an_album_that_never_grows_is_taken_as_it_is(script: Script) -> None:
    script.say("getUpdates", ok([piece(500)]))
    first = read(script)
    assert first.raws == ()
    assert len(read(script, dict(first.cursor)).raws) == 1


@pytest.mark.parametrize("answer", [DROP, Bytes(b"", 502), Bytes(b"<html>"), ok({}), ok(None), error(500), error(418)])
def test_an_unclear_answer_is_asked_for_again(script: Script, answer: Any) -> None:
    script.say("getUpdates", answer)
    with pytest.raises(RetryAt):
        read(script)


@pytest.mark.parametrize("told", [[None, 5, "x", []], [{"update_id": "5"}], [{"message": {}}], [{"update_id": -1}]])
def test_what_is_no_update_moves_nothing(script: Script, told: list[Any]) -> None:
    script.say("getUpdates", ok(told))
    found = read(script, {"offset": 7, "at": AT})
    assert (found.raws, found.cursor) == ((), {"offset": 7, "at": AT})


def test_conflicts_say_what_to_do(script: Script) -> None:
    script.say("getUpdates", error(409, "Conflict: can't use getUpdates method while webhook is active"))
    with pytest.raises(NeedsPerson, match="снимите вебхук"):
        read(script)
    script.say("getUpdates", error(409, "Conflict: terminated by other getUpdates request"))
    with pytest.raises(RetryAt, match="остановите"):
        read(script)
    script.say("getUpdates", error(401, "Unauthorized"))
    with pytest.raises(AuthLost):
        read(script)


def hook(**changes: Any) -> dict[str, Any]:
    told = {"url": "https://a.example/h", "has_custom_certificate": False, "pending_update_count": 0}
    return ok(told | changes)


def test_with_pushes_on_one_cheap_call_looks_after_them(script: Script) -> None:
    script.say("getWebhookInfo", hook())
    found = read(script, {"offset": 5}, push=True, reconcile_seconds=90)
    assert (found.raws, found.cursor, found.again_in) == ((), {"offset": 5}, timedelta(seconds=90))
    assert [asked.name for asked in script.asked] == ["getWebhookInfo"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": ""}, "подпишите"),
        (
            {"pending_update_count": 3, "last_error_date": int(NOW.timestamp()) - 60, "last_error_message": "403"},
            "ждёт 3: «403»",
        ),
    ],
)
def test_pushes_that_do_not_come_are_told(script: Script, changes: dict[str, Any], words: str) -> None:
    script.say("getWebhookInfo", hook(**changes))
    with pytest.raises(NeedsPerson, match=words):
        read(script, push=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"pending_update_count": 3},
        {"pending_update_count": 0, "last_error_date": int(NOW.timestamp()) - 60},
        {"pending_update_count": 3, "last_error_date": int(NOW.timestamp()) - 3600},
    ],
)
def test_old_trouble_and_a_short_queue_are_none(script: Script, changes: dict[str, Any]) -> None:
    script.say("getWebhookInfo", hook(**changes))
    assert read(script, push=True).raws == ()


def test_a_chat_that_moved_is_followed(script: Script) -> None:
    moved = error(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009)
    script.say("getChat", moved, ok({"id": -1009, "type": "supergroup"}))
    script.say("getChatMember", ok({"status": "administrator", "user": {"id": BOT}}))
    assert read(script, kind="foreign").cursor == {"chat": -1009}


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ({"status": "left"}, "не состоит"),
        ({"status": "kicked"}, "не состоит"),
        ({"status": "restricted", "is_member": False}, "не состоит"),
        ({"status": "member"}, "не все сообщения"),
        ({}, "не состоит"),
    ],
)
def test_a_chat_that_cannot_be_heard_says_why(script: Script, member: dict[str, Any], words: str) -> None:
    script.say("getChat", ok({"id": -1009, "type": "supergroup"}))
    script.say("getChatMember", ok(member))
    script.say("getMe", ok({"id": BOT, "can_read_all_group_messages": False}))
    with pytest.raises(NeedsPerson, match=words):
        read(script, kind="foreign")


@pytest.mark.parametrize("kind", ["link", "search", "dialogue", "nonsense"])
def test_what_a_bot_cannot_read_is_not_supported(script: Script, kind: str) -> None:
    with pytest.raises(NotSupported):
        read(script, kind=kind)
    assert script.asked == []
