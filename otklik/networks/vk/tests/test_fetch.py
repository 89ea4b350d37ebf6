from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Json, Origin
from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.tests.reading import Reader, events_of, posts
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.payloads import comment, post
from otklik.networks.vk.tests.scripted import TOKENS, error, listing, ok
from tests.make.scripted import Script

pytestmark = pytest.mark.enable_socket
NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
Wall = Callable[..., Reader]


@pytest.fixture
def wall(script: Script) -> Wall:
    """A reader of somebody else's wall, or of another place, with options of the account."""

    def reader(place: str = "club30", kind: str = "foreign", **options: Json) -> Reader:
        return Reader(VK(), script.access(options=options), kind, place, NOW)

    return reader


def test_a_foreign_wall_is_read_in_its_turn_with_the_token_in_the_header_only(script: Script, wall: Wall) -> None:
    script.say("wall.get", listing([]))
    wall("30").fetch()
    (call,) = script.asked
    assert (script.turns, call.token, call.values["v"]) == (["service"], TOKENS["service"], "5.199")
    assert TOKENS["service"] not in f"{call.values} {call.path}"
    script.say("wall.get", listing([post(7, 1), post(6)]))
    script.say("wall.getComments", listing([comment(9)]))
    fetched = wall().fetch()
    assert [each.text for each in posts(events_of(VK(), fetched.raws))] == ["post 7", "post 6", "comment 9"]
    assert fetched.again_in == timedelta(seconds=15)
    assert {raw.origin for raw in fetched.raws} == {Origin.WATCH}
    assert (fetched.raws[1].context["owner_id"], fetched.raws[1].context["post_id"]) == ("-30", "7")
    assert len(script.calls("wall.getComments")) == 1


def test_a_quiet_wall_costs_one_call_and_an_unchanged_page_keeps_its_key(script: Script, wall: Wall) -> None:
    script.say("wall.get", listing([post(7, 1)]), listing([post(7, 1, views={"count": 99}, likes={"count": 5})]))
    script.say("wall.getComments", listing([comment(9)]))
    reader = wall()
    assert (len(reader.raw_keys()), reader.raw_keys()) == (2, [])
    assert len(script.calls("wall.getComments")) == 1
    script.say("wall.get", listing([post(7, 1)]), listing([post(7, 2)]))
    script.say("wall.getComments", listing([comment(9)]), listing([comment(9), comment(10)]))
    reader = wall()
    _, first = reader.raw_keys()
    fetched = reader.fetch()
    assert [each.text for each in posts(events_of(VK(), fetched.raws))] == ["comment 9", "comment 10"]
    assert fetched.raws[0].key != first
    assert reader.raw_keys() == []
    script.say("wall.getComments", listing([comment(9, likes={"count": 3})]))
    assert wall().raw_keys()[1] == first


def test_a_text_changed_back_is_news_each_time_and_a_comment_for_another_is_found(script: Script, wall: Wall) -> None:
    script.say("wall.get", *(listing([post(7, count)]) for count in (1, 2, 1, 2)))
    one, other = listing([comment(9)]), listing([comment(9, text="changed")])
    script.say("wall.getComments", one, other, one, other)
    reader = wall()
    keys = [reader.raw_keys()[1], *(key for _ in range(3) for key in reader.raw_keys())]
    assert len(keys) == len(set(keys)) == 4
    script.say("wall.get", listing([post(7, 1)]))
    script.say("wall.getComments", listing([comment(9)]), listing([comment(10)]))
    reader = wall()
    assert "comment 10" in [text for _ in range(61) for text in reader.texts()]


def test_a_long_thread_and_more_than_a_page_of_comments_are_read_to_their_ends(script: Script, wall: Wall) -> None:
    def top(total: int) -> dict[str, Any]:
        return comment(9, thread={"count": total, "items": [comment(20)]})

    reader = wall()
    script.say("wall.get", listing([post(7, 12)]), listing([post(7, 13)]), listing([post(7, 14)]))
    script.say("wall.getComments", listing([top(11)]), listing([comment(20), comment(21)]))
    assert reader.texts()[-1] == "comment 21"
    assert script.calls("wall.getComments")[1].values["comment_id"] == "9"
    script.say("wall.getComments", listing([top(11), comment(30)]))
    assert reader.texts() == ["comment 9", "comment 20", "comment 30"]
    script.say("wall.getComments", listing([top(12)]), listing([comment(22)]))
    assert reader.texts()[-1] == "comment 22"
    script.asked.clear()
    pages = ([comment(number) for number in range(100, 200)], [comment(200)])
    script.say("wall.get", listing([post(7, 101)]))
    script.say("wall.getComments", *(listing(page, current_level_count=101) for page in pages))
    assert wall().texts()[-1] == "comment 200"
    assert [call.values["offset"] for call in script.calls("wall.getComments")] == ["0", "100"]


def test_closed_comments_hide_no_other_post_and_a_refusal_for_now_loses_none(script: Script, wall: Wall) -> None:
    script.say("wall.get", listing([post(8, 3), post(7, 1)]))
    script.say("wall.getComments", error(212), listing([comment(9)]))
    assert "comment 9" in wall().texts()
    reader = wall()
    script.say("wall.get", listing([post(8, 1), post(7, 1)]))
    script.say("wall.getComments", listing([comment(9, post_id=8)]), error(6))
    assert reader.texts() == ["post 8", "post 7", "comment 9"]
    script.say("wall.getComments", listing([comment(10)]))
    assert reader.texts() == ["comment 10"]
    reader = wall()
    script.say("wall.get", listing([post(8, 1), post(7, 1)]), listing([post(8, 2), post(7, 1)]))
    script.say("wall.getComments", listing([comment(9)]))
    reader.fetch()
    script.say("wall.getComments", error(6), listing([comment(10, post_id=8)]))
    reader.fetch()
    script.asked.clear()
    reader.fetch()
    assert [call.values["post_id"] for call in script.calls("wall.getComments")] == ["8"]


def test_a_wall_with_very_many_talks_is_read_in_pieces_and_nothing_is_left_out(script: Script, wall: Wall) -> None:
    script.say("wall.get", listing([post(number, 1) for number in range(100, 0, -1)]))
    script.say("wall.getComments", listing([comment(9)]))
    reader = wall(posts=100)
    reader.fetch()
    assert reader.again <= timedelta(seconds=1)
    reader.fetch()
    assert reader.again == timedelta(seconds=15)
    assert {call.values["post_id"] for call in script.calls("wall.getComments")} == {str(n) for n in range(1, 101)}
    assert len(str(reader.cursor)) < 20_000


def test_a_short_name_is_asked_for_once_and_our_own_wall_with_pushes_looked_over(script: Script, wall: Wall) -> None:
    script.say("groups.getById", ok({"groups": [{"id": 30, "name": "Город"}], "profiles": []}))
    script.say("wall.get", listing([]))
    reader = wall("https://vk.com/our_city")
    reader.fetch()
    reader.fetch()
    assert len(script.calls("groups.getById")) == 1
    assert [call.values["owner_id"] for call in script.calls("wall.get")] == ["-30", "-30"]
    script.asked.clear()
    script.say("wall.get", listing([post(7, owner=-12)]))
    fetched = wall("12", "own", push=True).fetch()
    assert (fetched.again_in, fetched.raws[0].origin) == (timedelta(seconds=60), Origin.BACKFILL)
    assert script.calls("wall.get")[0].values["owner_id"] == "-12"


def test_a_search_with_many_answers_is_read_in_pieces(script: Script, wall: Wall) -> None:
    script.say("newsfeed.search", *(listing([post(n)], next_from=str(n)) for n in range(1, 7)), listing([post(8)]))
    search = wall("потоп", "search")
    assert (search.texts(), search.again) == ([f"post {n}" for n in range(1, 6)], timedelta(seconds=1))
    assert (search.texts(), search.again) == (["post 6", "post 8"], timedelta(seconds=60))
    assert [call.values.get("start_from") for call in script.asked] == [None, *"123456"]


def test_without_a_key_that_may_read_a_person_is_asked(script: Script) -> None:
    with pytest.raises(NeedsPerson, match="сервисный ключ"):
        Reader(VK(), script.access("community"), "foreign", "club30", NOW).fetch()
    assert script.asked == []


def test_a_link_gives_a_post_or_a_comment_without_neighbours_or_says_there_is_none(script: Script, wall: Wall) -> None:
    script.say("wall.getById", listing([post(7, 3)]))
    assert wall("https://vk.com/club30?w=wall-30_7", "link").texts() == ["post 7"]
    assert script.calls("wall.getById")[0].values["posts"] == "-30_7"
    script.say("wall.getById", listing([]))
    with pytest.raises(Permanent):
        wall("wall-30_7", "link").fetch()
    with pytest.raises(NeedsPerson):
        wall("https://vk.com/feed", "link").fetch()
    top = comment(9, thread={"count": 2, "items": [comment(20), comment(21, parents_stack=[9])]})
    script.say("wall.getById", listing([post(7, 3)]))
    script.say("wall.getComments", listing([comment(30), top]))
    fetched = wall("https://vk.com/wall-30_7?reply=21&thread=9", "link").fetch()
    assert [each.text for each in posts(events_of(VK(), fetched.raws))] == ["post 7", "comment 21"]
    assert {raw.origin for raw in fetched.raws} == {Origin.LINK}
