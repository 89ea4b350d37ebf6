"""Reading by pull against a scripted network: order, edges, breaks in the middle, cursors of any shape."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Json, Post, ReadPlace
from otklik.networks.errors import AuthLost, NeedsPerson, NotSupported, Permanent, RetryAt
from otklik.networks.max.network import Max
from otklik.networks.max.pages import MOST_CALLS, PAGE
from otklik.networks.max.tests.payloads import AT, BOT, CHANNEL, COMMENT, POST, comment, message, post, update
from otklik.networks.max.tests.scripted import Script, Told, refusal
from otklik.networks.max.windows import bounds, rest_of

NOW = datetime.fromtimestamp(AT / 1000, UTC) + timedelta(hours=1)
CHAT = f"/chats/{CHANNEL}"
COMMENTS = f"/messages/{POST}/comments"


class Reading:
    def __init__(self, script: Script, kind: str = "own", place: str = "", **options: Json) -> None:
        self.access = script.access(options={"wait": 0, **options})
        self.place, self.kind, self.cursor, self.now = place, kind, "{}", NOW
        self.again = timedelta(0)

    def texts(self) -> list[str]:
        place = ReadPlace(self.kind, self.place, json.loads(self.cursor))
        found = Max().fetch(self.access, place, self.now)
        self.cursor, self.again = json.dumps(found.cursor), found.again_in
        events = [event for raw in found.raws for event in Max().parse(raw)]
        return [event.external_id for event in events if isinstance(event, Post)]


def channel(event: int = AT) -> dict[str, Any]:
    return {"chat_id": CHANNEL, "type": "channel", "status": "active", "last_event_time": event, "title": "Город"}


def wall(script: Script, event: int = AT) -> None:
    script.say(f"GET {CHAT}", channel(event))
    script.say("GET /messages", {"messages": [post()]})


Listing = Callable[[int, int], list[int]]


@pytest.mark.parametrize("edge", [0, 1])
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("times", [list(range(1, 951)), [5] * 60 + list(range(6, 400)), [7], []])
def test_windows_read_everything_whatever_the_order_and_the_edges(
    times: list[int], newest_first: bool, edge: int
) -> None:
    def listed(after: int, before: int) -> list[int]:
        found = [each for each in range(len(times)) if after - edge < times[each] < before + edge]
        return sorted(found, reverse=newest_first)[:PAGE]

    windows, seen, calls = [(0, 0)], set[int](), 0
    while windows:
        window = windows.pop(0)
        asked = bounds(window)
        items = listed(asked["after"] or -1, asked["before"] or 10**9)
        windows += rest_of(window, [{"timestamp": times[each]} for each in items])
        seen |= set(items)
        calls += 1
        assert calls < 60
    assert len(seen) == len(times)


def test_windows_end_even_where_a_listing_never_does() -> None:
    items = [{"timestamp": 5}] * PAGE
    windows, calls = [(0, 0)], 0
    while windows and calls < 50:
        window = windows.pop(0)
        windows += rest_of(window, items)
        calls += 1
    assert calls < 50
    assert rest_of((0, 0), [{"timestamp": None}] * PAGE) == []


@pytest.mark.enable_socket
class TestChannels:
    def test_a_channel_is_read_by_its_number(self, script: Script) -> None:
        wall(script)
        script.say(f"GET {COMMENTS}", {"messages": [comment()]})
        reading = Reading(script, "foreign", str(CHANNEL))
        assert reading.texts() == [f"max:{CHANNEL}:{POST}", f"max:{CHANNEL}:{POST}?comment={COMMENT}"]
        assert reading.again == timedelta(seconds=30)
        script.asked.clear()
        assert reading.texts() == []
        assert [asked.name for asked in script.asked] == [f"GET {CHAT}", f"GET {COMMENTS}"]

    def test_a_refusal_in_the_middle_keeps_what_was_read_and_goes_on_there(self, script: Script) -> None:
        wall(script)
        script.say(f"GET {COMMENTS}", Told(429, b"{}", {"Retry-After": "9"}), {"messages": [comment()]})
        reading = Reading(script, "foreign", str(CHANNEL))
        assert reading.texts() == [f"max:{CHANNEL}:{POST}"]
        assert reading.again <= timedelta(seconds=9)
        assert reading.texts() == [f"max:{CHANNEL}:{POST}?comment={COMMENT}"]

    def test_a_long_post_is_read_in_pieces_and_whole(self, script: Script) -> None:
        wall(script)
        total = PAGE * (MOST_CALLS + 5)
        every = [comment(f"mid.{n}", timestamp=AT - total + n) for n in range(total)]

        def next_page(name: str, original: Callable[[str], Any] = script.next) -> Any:
            if name != f"GET {COMMENTS}":
                return original(name)
            query = script.asked[-1].query
            low, high = int(query.get("after", -1)), int(query.get("before", 10**15))
            return {"messages": [item for item in every if low < item["timestamp"] < high][-PAGE:][::-1]}

        script.next = next_page  # type: ignore[method-assign]
        reading = Reading(script, "foreign", str(CHANNEL))
        heard: set[str] = set()
        for _ in range(6):
            heard |= set(reading.texts())
            if reading.again > timedelta(seconds=1):
                break
        assert len(heard) == total + 1
        assert len(reading.cursor) < 40_000

    def test_a_closed_or_unknown_channel_says_so(self, script: Script) -> None:
        script.say(f"GET {CHAT}", refusal(403, "chat.denied"))
        with pytest.raises(Permanent, match="не администратор"):
            Reading(script, "foreign", str(CHANNEL)).texts()
        with pytest.raises(NeedsPerson, match="номер"):
            Reading(script, "foreign", "https://max.ru/nobody").texts()
        with pytest.raises(NeedsPerson, match="не разобрать"):
            Reading(script, "foreign", "https://example.org/x y").texts()
        script.say(f"GET {CHAT}", channel() | {"type": "chat"})
        with pytest.raises(NeedsPerson, match="нет канала"):
            Reading(script, "foreign", str(CHANNEL)).texts()

    def test_switched_off_comments_leave_the_posts(self, script: Script) -> None:
        wall(script)
        script.say(f"GET {COMMENTS}", refusal(403, "comments.disabled"))
        assert Reading(script, "foreign", str(CHANNEL)).texts() == [f"max:{CHANNEL}:{POST}"]

    def test_a_text_changed_and_changed_back_is_news_twice(self, script: Script) -> None:
        wall(script)
        script.say(f"GET {COMMENTS}", {"messages": [comment()]})
        reading = Reading(script, "foreign", str(CHANNEL))
        reading.texts()
        keys = []
        for words in ("Другое", "Когда починят фонарь?"):
            body = {"mid": COMMENT, "seq": 1, "text": words}
            script.say(f"GET {COMMENTS}", {"messages": [comment(body=body)]})
            place = ReadPlace("foreign", reading.place, json.loads(reading.cursor))
            found = Max().fetch(reading.access, place, NOW)
            reading.cursor = json.dumps(found.cursor)
            keys += [raw.key for raw in found.raws]
        assert len(set(keys)) == 2


@pytest.mark.enable_socket
class TestOwn:
    def test_the_marker_is_taken_before_the_channels_are_read_and_then_always_passed(self, script: Script) -> None:
        script.say("GET /updates", {"updates": [], "marker": 7})
        wall(script)
        script.say(f"GET {COMMENTS}", {"messages": []})
        reading = Reading(script, channels=[CHANNEL])
        reading.texts()
        assert script.asked[0].name == "GET /updates"
        assert script.asked[0].query == {"limit": "100", "timeout": "0"}
        script.say("GET /updates", {"updates": [update("comment_created", comment())], "marker": 8})
        assert reading.texts() == [f"max:{CHANNEL}:{POST}?comment={COMMENT}"]
        assert script.asked[-1].query["marker"] == "7"
        assert json.loads(reading.cursor)["marker"] == 8

    def test_a_null_marker_keeps_the_last_one(self, script: Script) -> None:
        reading = Reading(script)
        reading.cursor = json.dumps({"marker": 7, "looked": int(NOW.timestamp())})
        script.say("GET /updates", {"updates": [], "marker": None})
        reading.texts()
        assert json.loads(reading.cursor)["marker"] == 7

    def test_a_channel_is_remembered_from_an_update_and_forgotten_when_the_bot_leaves(self, script: Script) -> None:
        reading = Reading(script)
        reading.cursor = json.dumps({"marker": 7, "looked": int(NOW.timestamp())})
        added = update("bot_added", chat_id=CHANNEL, is_channel=True)
        script.say("GET /updates", {"updates": [added, update("message_created", message())], "marker": 8})
        reading.texts()
        assert list(json.loads(reading.cursor)["chats"]) == [str(CHANNEL)]
        wall(script)
        script.say(f"GET {COMMENTS}", {"messages": []})
        assert reading.texts() == [f"max:{CHANNEL}:{POST}"]
        script.say("GET /updates", {"updates": [update("bot_removed", chat_id=CHANNEL)], "marker": 9})
        reading.texts()
        assert json.loads(reading.cursor)["chats"] == {}

    def test_while_a_webhook_stands_polling_turns_into_a_look(self, script: Script) -> None:
        script.say("GET /updates", refusal(405, "webhook.is.set"))
        wall(script)
        script.say(f"GET {COMMENTS}", {"messages": []})
        reading = Reading(script, channels=[str(CHANNEL)])
        assert reading.texts() == [f"max:{CHANNEL}:{POST}"]
        assert reading.again == timedelta(minutes=1)

    def test_a_channel_that_refuses_is_no_reason_to_leave_the_others(self, script: Script) -> None:
        script.say("GET /subscriptions", {"subscriptions": [{"url": "https://a.ru"}]})
        wall(script)
        script.say("GET /chats/-5", refusal(403, "chat.denied"))
        script.say(f"GET {COMMENTS}", {"messages": []})
        reading = Reading(script, push=True, channels=[-5, CHANNEL])
        assert reading.texts() == [f"max:{CHANNEL}:{POST}"]
        assert reading.again == timedelta(seconds=60)

    def test_the_list_of_chats_is_asked_for_once_a_day_where_it_is_refused(self, script: Script) -> None:
        script.say("GET /subscriptions", {"subscriptions": [{"url": "https://a.ru"}]})
        reading = Reading(script, push=True)
        for hours in (0, 1, 23, 25):
            reading.now = NOW + timedelta(hours=hours)
            reading.texts()
        assert len(script.calls("GET /chats")) == 2

    def test_a_dead_token_is_told_as_such(self, script: Script) -> None:
        script.say("GET /updates", refusal(401, "verify.token"))
        with pytest.raises(AuthLost):
            Reading(script).texts()
        script.say("GET /updates", {"updates": "none"})
        with pytest.raises(RetryAt):
            Reading(script).texts()

    @pytest.mark.parametrize(
        "chats", [None, [], {"x": 1}, {str(CHANNEL): {"left": 5, "posts": {POST: 7}, "known": []}}]
    )
    def test_a_cursor_of_any_shape_is_survived(self, script: Script, chats: Any) -> None:
        script.say("GET /subscriptions", {"subscriptions": [{"url": "https://a.ru"}]})
        wall(script)
        script.say(f"GET {COMMENTS}", {"messages": [comment()]})
        reading = Reading(script, push=True, channels=CHANNEL)
        reading.cursor = json.dumps({"marker": "x", "looked": [], "chats": chats, "unlisted": "never", "begun": {}})
        assert f"max:{CHANNEL}:{POST}?comment={COMMENT}" in reading.texts()


@pytest.mark.enable_socket
class TestLinks:
    def test_a_comment_is_opened_through_its_post(self, script: Script) -> None:
        script.say(f"GET {COMMENTS}/{COMMENT}", comment(post_id=None))
        address = f"max:{CHANNEL}:{POST}?comment={COMMENT}"
        assert Reading(script, "link", address).texts() == [address]

    def test_a_post_is_opened_by_its_link(self, script: Script) -> None:
        script.say(f"GET /messages/{POST}", post())
        assert Reading(script, "link", f"https://max.ru/c/{CHANNEL}/AZ1JazQ5AAE").texts() == [f"max:{CHANNEL}:{POST}"]

    def test_what_is_not_there_any_more_is_permanent_and_nonsense_needs_a_person(self, script: Script) -> None:
        for address in (f"max:{CHANNEL}:{POST}?comment={COMMENT}", f"max:{CHANNEL}:{POST}"):
            with pytest.raises(Permanent):
                Reading(script, "link", address).texts()
        script.say(f"GET /messages/{POST}", {"message": None})
        with pytest.raises(Permanent):
            Reading(script, "link", f"max:{CHANNEL}:{POST}").texts()
        with pytest.raises(NeedsPerson):
            Reading(script, "link", "https://max.ru/rechnoy").texts()

    def test_other_kinds_of_place_are_not_read(self, script: Script) -> None:
        for kind in ("search", "dialogue", ""):
            with pytest.raises(NotSupported):
                Reading(script, kind, str(BOT)).texts()
