import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Incoming, Json, Origin
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from otklik.networks.max.client import ask
from otklik.networks.max.network import Max
from otklik.networks.max.pages import MOST_CALLS, PAGE
from otklik.networks.max.tests.contract import COMMENTS, THREAD, push
from otklik.networks.max.tests.payloads import AT, CHANNEL, COMMENT, POST, comment, message, post, update
from otklik.networks.max.tests.scripted import DIALECT, TOKEN, refusal
from otklik.networks.max.updates import update_raw
from otklik.networks.max.windows import bounds, rest_of
from otklik.networks.tests.reading import Reader
from tests.make.scripted import Answer, Script

NOW = datetime.fromtimestamp(AT / 1000, UTC) + timedelta(hours=1)
CHAT = f"/chats/{CHANNEL}"
UNDER = f"{THREAD}?comment={COMMENT}"
HOOKED = {"subscriptions": [{"url": "https://a.ru"}]}


def reader(script: Script, kind: str = "own", place: str = "", **options: Json) -> Reader:
    return Reader(Max(), script.access(options={"wait": 0, **options}), kind, place, NOW)


def channel_reader(script: Script) -> Reader:
    return reader(script, "foreign", str(CHANNEL))


def channel(**changes: Any) -> dict[str, Any]:
    body = {"chat_id": CHANNEL, "type": "channel", "status": "active", "last_event_time": AT, "title": "Город"}
    return body | changes


@pytest.fixture
def wall(script: Script) -> Script:
    """A channel with one post that nobody has commented on."""
    script.say(f"GET {CHAT}", channel())
    script.say("GET /messages", {"messages": [post()]})
    script.say(f"GET {COMMENTS}", {"messages": []})
    return script


@pytest.mark.parametrize("edge", [0, 1])
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("times", [list(range(1, 951)), [5] * 60 + list(range(6, 400)), [7], []])
def test_windows_read_everything_whatever_the_order_and_edges(times: list[int], newest_first: bool, edge: int) -> None:
    def listed(after: int, before: int) -> list[int]:
        inside = [each for each in range(len(times)) if after - edge < times[each] < before + edge]
        return sorted(inside, reverse=newest_first)[:PAGE]

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
    windows, calls = [(0, 0)], 0
    while windows and calls < 50:
        windows += rest_of(windows.pop(0), [{"timestamp": 5}] * PAGE)
        calls += 1
    assert calls < 50
    assert rest_of((0, 0), [{"timestamp": None}] * PAGE) == []


@pytest.mark.enable_socket
class TestChannels:
    def test_a_channel_is_read_by_its_number_and_where_comments_are_off_its_posts_are(self, wall: Script) -> None:
        wall.say(f"GET {COMMENTS}", {"messages": [comment()]})
        channel = channel_reader(wall)
        assert channel.addresses() == [THREAD, UNDER]
        assert channel.again == timedelta(seconds=15)
        wall.asked.clear()
        assert channel.addresses() == []
        assert wall.names() == [f"GET {CHAT}", f"GET {COMMENTS}"]
        wall.say(f"GET {COMMENTS}", refusal(403, "comments.disabled"))
        assert channel_reader(wall).addresses() == [THREAD]

    def test_a_refusal_in_the_middle_keeps_what_was_read_and_goes_on_there(self, wall: Script) -> None:
        wall.say(f"GET {COMMENTS}", Answer({}, 429, {"Retry-After": "9"}), {"messages": [comment()]})
        channel = channel_reader(wall)
        assert channel.addresses() == [THREAD]
        assert channel.again <= timedelta(seconds=9)
        assert channel.addresses() == [UNDER]

    def test_a_long_post_is_read_in_pieces_and_whole(self, wall: Script) -> None:
        total = PAGE * (MOST_CALLS + 5)
        every = [comment(f"mid.{n}", timestamp=AT - total + n) for n in range(total)]

        def next_page(name: str, original: Callable[[str], Any] = wall.next) -> Any:
            if name != f"GET {COMMENTS}":
                return original(name)
            query = wall.asked[-1].query
            low, high = int(query.get("after", -1)), int(query.get("before", 10**15))
            return {"messages": [item for item in every if low < item["timestamp"] < high][-PAGE:][::-1]}

        wall.next = next_page  # type: ignore[method-assign]
        channel = channel_reader(wall)
        heard: set[str] = set()
        for _ in range(6):
            heard |= set(channel.addresses())
            if channel.again > timedelta(seconds=1):
                break
        assert len(heard) == total + 1
        assert len(str(channel.cursor)) < 40_000

    @pytest.mark.parametrize(
        ("answer", "place", "kind", "words"),
        [
            (refusal(403, "chat.denied"), str(CHANNEL), Permanent, "не администратор"),
            (channel(), "https://max.ru/nobody", NeedsPerson, "номер"),
            (channel(), "https://example.org/x y", NeedsPerson, "не разобрать"),
            (channel(type="chat"), str(CHANNEL), NeedsPerson, "нет канала"),
        ],
    )
    def test_a_closed_or_unknown_channel_says_so(
        self, script: Script, answer: Any, place: str, kind: type[Exception], words: str
    ) -> None:
        script.say(f"GET {CHAT}", answer)
        with pytest.raises(kind, match=words):
            reader(script, "foreign", place).fetch()

    def test_a_text_changed_and_changed_back_is_news_twice(self, wall: Script) -> None:
        wall.say(f"GET {COMMENTS}", {"messages": [comment()]})
        channel = channel_reader(wall)
        channel.fetch()
        keys: list[str] = []
        for words in ("Другое", "Когда починят фонарь?"):
            wall.say(f"GET {COMMENTS}", {"messages": [comment(body={"mid": COMMENT, "seq": 1, "text": words})]})
            keys += channel.raw_keys()
        assert len(set(keys)) == 2


@pytest.mark.enable_socket
class TestOwn:
    def test_the_marker_is_taken_before_the_channels_are_read_and_then_always_passed(self, wall: Script) -> None:
        wall.say("GET /updates", {"updates": [], "marker": 7})
        own = reader(wall, channels=[CHANNEL])
        own.fetch()
        assert wall.names()[0] == "GET /updates"
        assert wall.asked[0].query == {"limit": "100", "timeout": "0"}
        wall.say("GET /updates", {"updates": [update("comment_created", comment())], "marker": 8})
        assert own.addresses() == [UNDER]
        assert (wall.asked[-1].query["marker"], own.cursor["marker"]) == ("7", 8)
        wall.say("GET /updates", {"updates": [], "marker": None})
        own.fetch()
        assert own.cursor["marker"] == 8, "a null marker keeps the last one"

    def test_a_channel_is_remembered_from_an_update_and_forgotten_when_the_bot_leaves(self, wall: Script) -> None:
        own = reader(wall)
        own.cursor = {"marker": 7, "looked": int(NOW.timestamp())}
        added = update("bot_added", chat_id=CHANNEL, is_channel=True)
        wall.say("GET /updates", {"updates": [added, update("message_created", message())], "marker": 8})
        own.fetch()
        assert list(own.cursor["chats"]) == [str(CHANNEL)]  # type: ignore[arg-type]
        assert own.addresses() == [THREAD]
        wall.say("GET /updates", {"updates": [update("bot_removed", chat_id=CHANNEL)], "marker": 9})
        own.fetch()
        assert own.cursor["chats"] == {}

    def test_while_a_webhook_stands_polling_turns_into_a_look(self, wall: Script) -> None:
        wall.say("GET /updates", refusal(405, "webhook.is.set"))
        own = reader(wall, channels=[str(CHANNEL)])
        assert own.addresses() == [THREAD]
        assert own.again == timedelta(minutes=1)

    def test_a_channel_that_refuses_is_no_reason_to_leave_the_others(self, wall: Script) -> None:
        wall.say("GET /subscriptions", HOOKED)
        wall.say("GET /chats/-5", refusal(403, "chat.denied"))
        own = reader(wall, push=True, channels=[-5, CHANNEL])
        assert own.addresses() == [THREAD]
        assert own.again == timedelta(seconds=60)

    def test_the_list_of_chats_is_asked_for_once_a_day_where_it_is_refused(self, script: Script) -> None:
        script.say("GET /subscriptions", HOOKED)
        own = reader(script, push=True)
        for hours in (0, 1, 23, 25):
            own.now = NOW + timedelta(hours=hours)
            own.fetch()
        assert len(script.calls("GET /chats")) == 2

    @pytest.mark.parametrize(
        "chats", [None, [], {"x": 1}, {str(CHANNEL): {"left": 5, "posts": {POST: 7}, "known": []}}]
    )
    def test_a_cursor_of_any_shape_is_survived(self, wall: Script, chats: Any) -> None:
        wall.say("GET /subscriptions", HOOKED)
        wall.say(f"GET {COMMENTS}", {"messages": [comment()]})
        own = reader(wall, push=True, channels=CHANNEL)
        own.cursor = {"marker": "x", "looked": [], "chats": chats, "unlisted": "never", "begun": {}}
        assert UNDER in own.addresses()


@pytest.mark.enable_socket
class TestLinks:
    def test_what_is_not_there_is_permanent_and_what_is_there_is_opened_by_its_link(self, script: Script) -> None:
        for address in (UNDER, THREAD):
            with pytest.raises(Permanent):
                reader(script, "link", address).fetch()
        script.say(f"GET /messages/{POST}", {"message": None})
        with pytest.raises(Permanent):
            reader(script, "link", THREAD).fetch()
        with pytest.raises(NeedsPerson):
            reader(script, "link", "https://max.ru/rechnoy").fetch()
        script.say(f"GET {COMMENTS}/{COMMENT}", comment(post_id=None))
        assert reader(script, "link", UNDER).addresses() == [UNDER]
        script.say(f"GET /messages/{POST}", post())
        assert reader(script, "link", f"https://max.ru/c/{CHANNEL}/AZ1JazQ5AAE").addresses() == [THREAD]


def test_an_update_has_the_same_key_however_it_was_heard_and_is_kept_without_doubt() -> None:
    kept = Max().raw(push())
    assert update_raw(json.loads(push().body), Origin.POLL, {"bot": "5"}).key == kept.key
    assert (json.loads(kept.body), kept.context) == (json.loads(push().body), {})
    for body in (b"not json", b"[]", b"\xff"):  # what is no update is kept as it came
        assert Max().raw(Incoming("POST", {}, {}, body)).body == body
    assert not Max().answer_to(Incoming("POST", {}, {}, b" "), DIALECT.account).store, "an empty call is no event"


@pytest.mark.enable_socket
def test_the_token_is_sent_bare_in_its_turn_and_rests_as_long_as_the_network_says(script: Script) -> None:
    script.say("GET /me", {"user_id": 5})
    ask(script.access(), "/me")
    (call,) = script.asked
    assert (call.token, call.query, script.turns) == (TOKEN, {}, ["bot"])
    script.say("GET /me", Answer(b"{}", 429, {"Retry-After": "7"}), Answer(b"no json", 429))
    waits = [timedelta(seconds=7), timedelta(seconds=1)]
    for wait in waits:
        with pytest.raises(RetryAt) as refused:
            ask(script.access(), "/me")
        assert refused.value.after == wait
    assert script.rests == [("bot", wait) for wait in waits]
