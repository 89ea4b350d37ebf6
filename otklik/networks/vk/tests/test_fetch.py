import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Access, Fetched, Json, Origin, Post, Raw, ReadPlace
from otklik.networks.errors import AuthLost, NeedsPerson, NotSupported, Permanent, RetryAt
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.scripted import DROP, TOKENS, Bytes, Script, error, listing, ok

pytestmark = pytest.mark.enable_socket
NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
TOLD = 1_790_000_000


def fetch(access: Access, kind: str, external_id: str, cursor: Mapping[str, Json] | None = None) -> Fetched:
    kept: Mapping[str, Json] = json.loads(json.dumps(cursor or {}))  # as it comes back from the database
    return VK().fetch(access, ReadPlace(kind, external_id, kept), NOW)


def texts(raws: tuple[Raw, ...]) -> list[str]:
    return [event.text for raw in raws for event in VK().parse(raw) if isinstance(event, Post)]


def post(number: int, comments: int, **changes: Any) -> dict[str, Any]:
    found = {"id": number, "owner_id": -30, "from_id": -30, "date": TOLD, "text": f"post {number}"}
    return found | {"comments": {"count": comments}} | changes


def comment(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "from_id": 5,
        "date": TOLD,
        "text": f"comment {number}",
        "post_id": 7,
        "owner_id": -30,
    } | changes


def test_a_foreign_wall_gives_posts_and_comments_with_their_context(script: Script) -> None:
    script.say("wall.get", listing([post(7, 1), post(6, 0)]))
    script.say("wall.getComments", listing([comment(9)]))
    found = fetch(script.access(), "foreign", "club30")
    assert texts(found.raws) == ["post 7", "post 6", "comment 9"]
    assert found.again_in == timedelta(seconds=15)
    assert {raw.origin for raw in found.raws} == {Origin.WATCH}
    assert found.raws[1].context["owner_id"] == "-30"
    assert found.raws[1].context["post_id"] == "7"
    assert len(script.calls("wall.getComments")) == 1


def test_every_call_waits_its_turn_and_carries_the_token_in_the_header_only(script: Script) -> None:
    script.say("wall.get", listing([]))
    fetch(script.access(), "foreign", "30")
    (asked,) = script.asked
    assert script.turns == ["service"]
    assert asked.token == TOKENS["service"]
    assert asked.form["v"] == "5.199"
    assert TOKENS["service"] not in json.dumps(asked.form) + asked.path


def test_a_quiet_wall_costs_one_call_and_stores_nothing(script: Script) -> None:
    script.say("wall.get", listing([post(7, 1)]), listing([post(7, 1, views={"count": 99}, likes={"count": 5})]))
    script.say("wall.getComments", listing([comment(9)]))
    first = fetch(script.access(), "foreign", "club30")
    second = fetch(script.access(), "foreign", "club30", first.cursor)
    assert second.raws == ()
    assert len(script.calls("wall.getComments")) == 1


def test_a_new_comment_is_read_and_an_unchanged_page_keeps_its_key(script: Script) -> None:
    script.say("wall.get", listing([post(7, 1)]), listing([post(7, 2)]))
    script.say("wall.getComments", listing([comment(9)]), listing([comment(9), comment(10)]))
    first = fetch(script.access(), "foreign", "club30")
    second = fetch(script.access(), "foreign", "club30", first.cursor)
    assert texts(second.raws) == ["comment 9", "comment 10"]
    third = fetch(script.access(), "foreign", "club30", second.cursor)
    assert third.raws == ()
    assert second.raws[0].key != first.raws[1].key
    script.say("wall.getComments", listing([comment(9, likes={"count": 3})]))
    again = fetch(script.access(), "foreign", "club30")
    assert again.raws[1].key == first.raws[1].key


def test_a_text_changed_and_changed_back_is_news_each_time(script: Script) -> None:
    script.say("wall.get", listing([post(7, 1)]), listing([post(7, 2)]), listing([post(7, 1)]), listing([post(7, 2)]))
    one, other = listing([comment(9)]), listing([comment(9, text="changed")])
    script.say("wall.getComments", one, other, one, other)
    found = fetch(script.access(), "foreign", "club30")
    keys = [found.raws[1].key]
    for _ in range(3):
        found = fetch(script.access(), "foreign", "club30", found.cursor)
        keys += [raw.key for raw in found.raws]
    assert len(keys) == len(set(keys)) == 4


def test_a_comment_that_came_as_another_went_is_found_by_the_sweep(script: Script) -> None:
    script.say("wall.get", listing([post(7, 1)]))
    script.say("wall.getComments", listing([comment(9)]), listing([comment(10)]))
    found = fetch(script.access(), "foreign", "club30")
    heard: list[str] = []
    for _ in range(20):
        found = fetch(script.access(), "foreign", "club30", found.cursor)
        heard += texts(found.raws)
    assert "comment 10" in heard


def test_a_long_thread_is_read_to_its_end_and_only_when_it_grew(script: Script) -> None:
    def top(total: int) -> dict[str, Any]:
        return comment(9, thread={"count": total, "items": [comment(20)]})

    script.say("wall.get", listing([post(7, 12)]), listing([post(7, 13)]), listing([post(7, 14)]))
    script.say("wall.getComments", listing([top(11)]), listing([comment(20), comment(21)]))
    first = fetch(script.access(), "foreign", "club30")
    assert texts(first.raws)[-1] == "comment 21"
    assert script.calls("wall.getComments")[1].form["comment_id"] == "9"
    script.say("wall.getComments", listing([top(11), comment(30)]))
    second = fetch(script.access(), "foreign", "club30", first.cursor)
    assert texts(second.raws) == ["comment 9", "comment 20", "comment 30"]
    script.say("wall.getComments", listing([top(12)]), listing([comment(22)]))
    third = fetch(script.access(), "foreign", "club30", second.cursor)
    assert texts(third.raws)[-1] == "comment 22"


def test_more_than_a_page_of_comments_is_read_page_by_page(script: Script) -> None:
    page = [comment(number) for number in range(100, 200)]
    script.say("wall.get", listing([post(7, 101)]))
    script.say(
        "wall.getComments",
        listing(page, current_level_count=101),
        listing([comment(200)], current_level_count=101),
    )
    assert texts(fetch(script.access(), "foreign", "club30").raws)[-1] == "comment 200"
    assert [asked.form["offset"] for asked in script.calls("wall.getComments")] == ["0", "100"]


def test_closed_comments_of_one_post_do_not_hide_the_rest(script: Script) -> None:
    script.say("wall.get", listing([post(8, 3), post(7, 1)]))
    script.say("wall.getComments", error(212), listing([comment(9)]))
    assert "comment 9" in texts(fetch(script.access(), "foreign", "club30").raws)


def test_a_refusal_in_the_middle_keeps_what_was_read_and_reads_on_later(script: Script) -> None:
    script.say("wall.get", listing([post(8, 1), post(7, 1)]))
    script.say("wall.getComments", listing([comment(9, post_id=8)]), error(6))
    first = fetch(script.access(), "foreign", "club30")
    assert texts(first.raws) == ["post 8", "post 7", "comment 9"]
    script.say("wall.getComments", listing([comment(10)]))
    second = fetch(script.access(), "foreign", "club30", first.cursor)
    assert texts(second.raws) == ["comment 10"]


def test_a_refusal_in_the_middle_does_not_forget_the_posts_behind_it(script: Script) -> None:
    script.say("wall.get", listing([post(8, 1), post(7, 1)]), listing([post(8, 2), post(7, 1)]))
    script.say("wall.getComments", listing([comment(9)]))
    first = fetch(script.access(), "foreign", "club30")
    script.say("wall.getComments", error(6), listing([comment(10, post_id=8)]))
    second = fetch(script.access(), "foreign", "club30", first.cursor)
    script.asked.clear()
    fetch(script.access(), "foreign", "club30", second.cursor)
    assert [asked.form["post_id"] for asked in script.calls("wall.getComments")] == ["8"]


def test_a_wall_with_very_many_talks_is_read_in_pieces_and_nothing_is_left_out(script: Script) -> None:
    script.say("wall.get", listing([post(number, 1) for number in range(100, 0, -1)]))
    script.say("wall.getComments", listing([comment(9)]))
    access = script.access(options={"posts": 100})
    first = fetch(access, "foreign", "club30")
    assert first.again_in <= timedelta(seconds=1)
    second = fetch(access, "foreign", "club30", first.cursor)
    assert second.again_in == timedelta(seconds=15)
    assert {asked.form["post_id"] for asked in script.calls("wall.getComments")} == {str(n) for n in range(1, 101)}
    assert len(json.dumps(second.cursor)) < 20_000


def test_a_short_name_is_asked_for_once(script: Script) -> None:
    script.say("groups.getById", ok({"groups": [{"id": 30, "name": "Город"}], "profiles": []}))
    script.say("wall.get", listing([]))
    first = fetch(script.access(), "foreign", "https://vk.com/our_city")
    fetch(script.access(), "foreign", "https://vk.com/our_city", first.cursor)
    assert len(script.calls("groups.getById")) == 1
    assert [asked.form["owner_id"] for asked in script.calls("wall.get")] == ["-30", "-30"]


def test_without_a_key_that_may_read_a_person_is_asked(script: Script) -> None:
    with pytest.raises(NeedsPerson, match="сервисный ключ"):
        fetch(script.access("community"), "foreign", "club30")
    assert script.asked == []


def test_a_wall_that_is_closed_and_a_dead_key_are_told_apart(script: Script) -> None:
    script.say("wall.get", error(15), error(5))
    with pytest.raises(Permanent):
        fetch(script.access(), "foreign", "club30")
    with pytest.raises(AuthLost):
        fetch(script.access(), "foreign", "club30")


@pytest.mark.parametrize("answer", [DROP, Bytes(b"<html>", 200), Bytes(b"{}", 502), Bytes(b"[" * 100_000), error(10)])
def test_a_read_without_a_clear_answer_is_tried_again(script: Script, answer: Any) -> None:
    script.say("wall.get", answer)
    with pytest.raises(RetryAt) as caught:
        fetch(script.access(), "foreign", "club30")
    assert TOKENS["service"] not in str(caught.value)
    assert "тайна" not in str(caught.value)


def test_a_server_that_is_not_there_is_tried_again(script: Script) -> None:
    with pytest.raises(RetryAt):
        fetch(script.access(base="http://127.0.0.1:1"), "foreign", "club30")


def test_our_own_wall_with_pushes_is_only_looked_over(script: Script) -> None:
    script.say("wall.get", listing([post(7, 0, owner_id=-12)]))
    found = fetch(script.access(options={"push": True}), "own", "12")
    assert found.again_in == timedelta(seconds=60)
    assert found.raws[0].origin is Origin.BACKFILL
    assert script.calls("wall.get")[0].form["owner_id"] == "-12"


def test_a_kind_of_place_that_there_is_not_is_not_supported(script: Script) -> None:
    with pytest.raises(NotSupported):
        fetch(script.access(), "dialogue", "яма")


def test_a_link_to_a_post_gives_that_post(script: Script) -> None:
    script.say("wall.getById", listing([post(7, 3)]))
    found = fetch(script.access(), "link", "https://vk.com/club30?w=wall-30_7")
    assert texts(found.raws) == ["post 7"]
    assert script.calls("wall.getById")[0].form["posts"] == "-30_7"


def test_a_link_to_a_comment_in_a_thread_gives_it_and_none_of_its_neighbours(script: Script) -> None:
    top = comment(9, thread={"count": 2, "items": [comment(20), comment(21, parents_stack=[9])]})
    script.say("wall.getById", listing([post(7, 3)]))
    script.say("wall.getComments", listing([comment(30), top]))
    found = fetch(script.access(), "link", "https://vk.com/wall-30_7?reply=21&thread=9")
    assert texts(found.raws) == ["post 7", "comment 21"]
    assert {raw.origin for raw in found.raws} == {Origin.LINK}


def test_a_link_to_nothing_says_so(script: Script) -> None:
    script.say("wall.getById", listing([]))
    with pytest.raises(Permanent):
        fetch(script.access(), "link", "wall-30_7")
    with pytest.raises(NeedsPerson):
        fetch(script.access(), "link", "https://vk.com/feed")
