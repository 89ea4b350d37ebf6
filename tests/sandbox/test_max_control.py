"""What people do in MAX through the control API: posts, comments, messages, pictures, and what the control shows."""

import base64
from typing import Any

import pytest

from tests.max_account import MAX, PIXEL
from tests.sandbox.max_town import MaxTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PICTURE = base64.b64encode(PIXEL).decode()


def posts(town: MaxTown, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = town.sandbox.inspect("max/posts", place=town.channel, **more)["items"]
    return found


def test_a_channel_shows_its_posts_newest_first(max_town: MaxTown) -> None:
    second = max_town.write("Субботник", place=max_town.channel, person="", photos=[PICTURE], lat=55.5, long=37.25)
    newest, oldest = posts(max_town)
    assert (newest["address"], oldest["address"]) == (second, max_town.post)
    assert (newest["official"], newest["author_name"], newest["spot"]) == (True, "Город Речной", [55.5, 37.25])
    assert max_town.sandbox.http.get(newest["photos"][0]).status_code == 200
    assert posts(max_town, before=0) == []
    assert posts(max_town, most=1) == [newest]
    max_town.delete(second)
    assert [item["address"] for item in posts(max_town)] == [max_town.post]


def test_a_thread_is_shown_whole_with_what_was_taken_away(max_town: MaxTown) -> None:
    first = max_town.write("Когда?")
    second = max_town.write("И у нас", under=first, person=max_town.boris)
    max_town.edit(first, "Когда же?")
    max_town.delete(second)
    shown = max_town.thread(second)
    assert [(item["text"], item["deleted"], item["parent"]) for item in shown] == [
        ("Что нового?", False, ""),
        ("Когда же?", False, max_town.post),
        ("И у нас", True, first),
    ]
    assert shown[1]["edited"] >= shown[1]["at"]
    assert [item["author_name"] for item in shown] == ["Город Речной", "Анна Пробная", "Борис Пробный"]


def test_every_text_names_its_page_and_the_page_names_the_text(max_town: MaxTown) -> None:

    comment = max_town.write("Когда?")
    for item in max_town.thread():
        told = MAX.address_of(f"{max_town.sandbox.base}{item['link']}", max_town.base)
        assert told is not None
        assert told.message == item["address"]
    assert f"comment={comment.rpartition('=')[2]}" in max_town.thread()[1]["link"]


def test_a_dialogue_is_shown_and_pictures_in_it(max_town: MaxTown) -> None:
    assert max_town.dialogue() == []
    address = max_town.write("Яма", to=max_town.bot, photos=[PICTURE])
    max_town.call("POST", "/messages", json={"text": "Видим"}, user_id=max_town.anna)
    shown = max_town.dialogue()
    assert [(item["text"], item["official"], len(item["photos"])) for item in shown] == [
        ("Яма", False, 1),
        ("Видим", True, 0),
    ]
    assert max_town.thread(address) == shown


def test_the_figures_count_what_is_there(max_town: MaxTown) -> None:
    before = max_town.sandbox.inspect("counts")["max"]
    asked = max_town.write("Когда?")
    max_town.delete(max_town.write("Лишнее"))
    max_town.call("POST", f"/messages/{max_town.post_mid}/comments", json={"text": "Завтра"})
    max_town.write("Лично", to=max_town.bot)
    after = max_town.sandbox.inspect("counts")["max"]
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert grown == {"citizen_comments": 1, "deleted_comments": 1, "official_comments": 1, "messages_in": 1}
    assert asked in [item["address"] for item in max_town.thread()]


def test_the_front_page_lists_the_channels(max_town: MaxTown) -> None:
    page = max_town.sandbox.http.get("/").text
    assert "Учебный MAX" in page
    assert f"/max/c/{max_town.channel}" in page


def test_our_own_words_come_back_where_the_switch_says_so(max_town: MaxTown) -> None:
    max_town.switch(echo=True)
    max_town.call("POST", f"/messages/{max_town.post_mid}/comments", json={"text": "Завтра"})
    told = max_town.call("GET", "/updates", timeout=0, types="comment_created").json()["updates"]
    assert [(each["message"]["body"]["text"], each["message"]["sender"]["is_bot"]) for each in told] == [
        ("Завтра", True)
    ]


def test_a_state_outlives_a_restart(max_town: MaxTown) -> None:
    address = max_town.write("Когда?")
    max_town.sandbox.stop()
    max_town.sandbox.restart()
    assert address in [item["address"] for item in max_town.thread()]
    assert max_town.call("GET", "/me").json()["user_id"] == max_town.bot
