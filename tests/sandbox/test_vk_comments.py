"""Reading and writing comments through the API, as strictly as the network does it."""

from typing import Any

import pytest

from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
ANYTHING_GOES = "Ямa 🕳️ \u200b<b>&amp;</b> " + "ы" * 15000


def code(answer: Any) -> int:
    return int(answer["error"]["error_code"])


def listed(town: Town, **more: Any) -> Any:
    given = {"owner_id": town.wall, "post_id": town.post} | more
    return town.sandbox.vk("wall.getComments", town.service, **given)["response"]


def test_a_long_strange_text_comes_back_letter_by_letter(town: Town) -> None:
    number = town.comment(ANYTHING_GOES)
    assert [(item["id"], item["text"]) for item in listed(town)["items"]] == [(number, ANYTHING_GOES)]


def test_an_answer_hangs_under_the_comment_it_answers(town: Town) -> None:
    asked = town.comment("Когда починят фонарь?")
    told = town.reply("Завтра.", reply_to_comment=asked)["response"]
    assert told["parents_stack"] == [asked]
    item = listed(town, thread_items_count=10)["items"][0]
    below = item["thread"]["items"][0]
    assert (item["thread"]["count"], below["id"], below["from_id"]) == (1, told["comment_id"], -town.group)
    assert (below["reply_to_comment"], below["reply_to_user"], below["owner_id"]) == (asked, town.anna, town.wall)


def test_a_reply_to_a_reply_stays_in_the_same_thread(town: Town) -> None:
    asked = town.comment("Вода?")
    answered = town.reply("Уточните адрес.", reply_to_comment=asked)["response"]["comment_id"]
    again = town.comment("Садовая, 5", reply_to=answered)
    thread = listed(town, comment_id=asked)
    assert [item["id"] for item in thread["items"]] == [answered, again]
    assert thread["items"][1]["parents_stack"] == [asked]
    assert thread["items"][1]["reply_to_user"] == -town.group
    assert (thread["count"], thread["current_level_count"]) == (3, 2)


def test_a_deleted_comment_keeps_its_place_only_for_its_thread(town: Town) -> None:
    lonely, asked = town.comment("Лишнее"), town.comment("Вопрос")
    town.reply("Ответ", reply_to_comment=asked)
    for number in (lonely, asked):
        town.sandbox.control(f"vk/comments/{town.wall}_{number}/delete")
    items = listed(town)["items"]
    assert [(item["id"], item.get("deleted")) for item in items] == [(asked, True)]
    assert "text" not in items[0]
    assert "from_id" not in items[0]
    assert town.reply("Ещё", reply_to_comment=asked)["error"]["error_code"] == 100


def test_pages_of_comments_meet_without_gaps(town: Town) -> None:
    numbers = [town.comment(f"Комментарий {n}") for n in range(7)]
    first = listed(town, count=3)["items"]
    second = listed(town, count=3, start_comment_id=first[-1]["id"], offset=1)["items"]
    back = listed(town, count=3, start_comment_id=numbers[5], offset=-2)["items"]
    newest = listed(town, count=2, sort="desc")["items"]
    assert [item["id"] for item in first + second] == numbers[:6]
    assert [item["id"] for item in back] == numbers[3:6]
    assert [item["id"] for item in newest] == [numbers[6], numbers[5]]


def test_an_extended_answer_names_everybody(town: Town) -> None:
    asked = town.comment("Вопрос")
    town.reply("Ответ", reply_to_comment=asked)
    answer = listed(town, extended=1, thread_items_count=1, fields="screen_name,photo_50")
    assert [person["id"] for person in answer["profiles"]] == [town.anna]
    assert answer["profiles"][0]["screen_name"] == f"id{town.anna}"
    assert [group["id"] for group in answer["groups"]] == [town.group]


@pytest.mark.parametrize(("guid", "same"), [("honoured", True), ("ignored", False)])
def test_a_repeated_guid_is_treated_as_the_switch_says(town: Town, guid: str, same: bool) -> None:
    town.switch(guid=guid)
    first, second = (town.reply("Ответ", guid="a-1")["response"]["comment_id"] for _ in range(2))
    assert (first == second) is same
    assert len(town.thread()) == (1 if same else 2)


def test_a_repeated_guid_may_be_refused(town: Town) -> None:
    town.switch(guid="refused")
    town.reply("Ответ", guid="a-1")
    assert code(town.reply("Ответ", guid="a-1")) == 100
    assert len(town.thread()) == 1


@pytest.mark.parametrize(
    ("guests", "by_community_token", "by_user_token"), [("any", 0, 0), ("user", 213, 0), ("none", 213, 213)]
)
def test_a_guest_community_speaks_only_where_guests_may(
    town: Town, guests: str, by_community_token: int, by_user_token: int
) -> None:
    town.sandbox.control(f"vk/communities/{town.group}/guests", guests=guests)
    given = {"owner_id": town.wall, "post_id": town.post, "from_group": town.guest, "message": "Мы поможем"}
    answers = [town.sandbox.vk("wall.createComment", token, **given) for token in (town.guest_token, town.admin)]
    assert [code(answer) if "error" in answer else 0 for answer in answers] == [by_community_token, by_user_token]
    assert listed(town)["groups_can_post"] is (guests != "none")


def test_a_community_cannot_speak_for_another(town: Town) -> None:
    assert code(town.reply("Чужим голосом", from_group=town.guest)) == 15


def test_a_closed_post_takes_no_comments(town: Town) -> None:
    closed = town.sandbox.control("vk/posts", owner_id=town.wall, text="Закрыто", close_comments=True)["post_id"]
    assert code(town.reply("Ответ", post_id=closed)) == 213
    assert code(town.reply("Ответ", post_id=99999)) == 212


def test_only_a_user_token_edits_deletes_and_restores(town: Town) -> None:
    number = town.reply("Отвт")["response"]["comment_id"]
    where = {"owner_id": town.wall, "comment_id": number}
    assert code(town.sandbox.vk("wall.editComment", town.token, **where, message="Ответ")) == 27
    assert code(town.sandbox.vk("wall.editComment", town.citizen, **where, message="Ответ")) == 15
    assert town.sandbox.vk("wall.editComment", town.admin, **where, message="Ответ") == {"response": 1}
    assert town.sandbox.vk("wall.deleteComment", town.admin, **where) == {"response": 1}
    assert town.thread()[0]["deleted"] is True
    assert town.sandbox.vk("wall.restoreComment", town.admin, **where) == {"response": 1}
    assert [(item["text"], item["deleted"]) for item in town.thread()] == [("Ответ", False)]


def test_posts_are_read_with_their_place_and_counts(town: Town) -> None:
    town.comment("Раз")
    wall = town.sandbox.vk("wall.get", town.service, owner_id=town.wall, extended=1)["response"]
    by_name = town.sandbox.vk("wall.get", town.service, domain="rechnoy")["response"]
    one = town.sandbox.vk("wall.getById", town.service, posts=f"{town.wall}_{town.post}")["response"]
    assert wall["items"][0]["geo"] == {"type": "point", "coordinates": "55.5 37.25"}
    assert wall["items"][0]["comments"]["count"] == 1
    assert [item["id"] for item in by_name["items"]] == [item["id"] for item in one["items"]] == [town.post]


def test_a_citizen_posts_and_reads_one_comment_with_a_user_token(town: Town) -> None:
    posted = town.sandbox.vk("wall.post", town.citizen, owner_id=town.wall, message="Яма", lat=55.1, long=37.2)
    number = posted["response"]["post_id"]
    written = town.sandbox.vk(
        "wall.createComment", town.citizen, owner_id=town.wall, post_id=number, message="Глубокая"
    )
    one = town.sandbox.vk(
        "wall.getComment", town.citizen, owner_id=town.wall, comment_id=written["response"]["comment_id"], extended=1
    )
    assert one["response"]["items"][0]["text"] == "Глубокая"
    others = town.sandbox.vk("wall.get", town.service, owner_id=town.wall, filter="others")["response"]
    assert [item["id"] for item in others["items"]] == [number]
