from typing import Any

import pytest

from tests.sandbox.town import Town, refusal

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
ANYTHING_GOES = "Ямa 🕳️ \u200b<b>&amp;</b> " + "ы" * 15000


def listed(town: Town, **more: Any) -> Any:
    return town.good("wall.getComments", town.service, **{"owner_id": town.wall, "post_id": town.post} | more)


def test_a_reply_to_a_reply_stays_in_the_thread_of_the_first_comment_and_everybody_there_is_named(town: Town) -> None:
    asked = town.comment("Вода?")
    reply = town.reply("Уточните адрес.", reply_to_comment=asked)["response"]
    assert reply["parents_stack"] == [asked]
    again = town.comment("Садовая, 5", reply_to=reply["comment_id"])
    thread = listed(town, comment_id=asked)
    first, second = thread["items"]
    assert (thread["count"], thread["current_level_count"]) == (3, 2)
    assert (first["id"], first["from_id"], first["owner_id"]) == (reply["comment_id"], -town.group, town.wall)
    assert (first["reply_to_comment"], first["reply_to_user"]) == (asked, town.anna)
    assert (second["id"], second["parents_stack"], second["reply_to_user"]) == (again, [asked], -town.group)
    (top,) = listed(town, thread_items_count=1)["items"]
    assert (top["thread"]["count"], top["thread"]["items"][0]["id"]) == (2, reply["comment_id"])
    extended = listed(town, extended=1, thread_items_count=1, fields="screen_name,photo_50")
    people = [(person["id"], person["screen_name"]) for person in extended["profiles"]]
    assert people == [(town.anna, f"id{town.anna}")]
    assert [group["id"] for group in extended["groups"]] == [town.group]


def test_a_deleted_comment_keeps_its_place_only_for_its_thread(town: Town) -> None:
    lonely, asked = town.comment("Лишнее"), town.comment("Вопрос")
    town.reply("Ответ", reply_to_comment=asked)
    for number in (lonely, asked):
        town.control(f"comments/{town.wall}_{number}/delete")
    (item,) = listed(town)["items"]
    assert (item["id"], item["deleted"]) == (asked, True)
    assert not {"text", "from_id"} & set(item)
    assert refusal(town.reply("Ещё", reply_to_comment=asked)) == 100


def test_pages_of_comments_meet_without_gaps_and_a_strange_text_comes_back_letter_by_letter(town: Town) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(7)]

    def page(**more: Any) -> list[int]:
        return [item["id"] for item in listed(town, **more)["items"]]

    first = page(count=3)
    assert first + page(count=3, start_comment_id=first[-1], offset=1) == numbers[:6]
    assert page(count=3, start_comment_id=numbers[5], offset=-2) == numbers[3:6]
    assert page(count=2, sort="desc") == [numbers[6], numbers[5]]
    strange, last = town.comment(ANYTHING_GOES), listed(town)["items"][-1]
    assert (last["id"], last["text"]) == (strange, ANYTHING_GOES)


def test_a_repeated_guid_is_treated_as_the_switch_says(town: Town) -> None:
    for guid, second, written in (("honoured", 0, 1), ("ignored", 0, 3), ("refused", 100, 4)):
        town.switch(guid=guid)
        answers = [town.reply("Ответ", guid=guid) for _ in range(2)]
        assert [refusal(answer) for answer in answers] == [0, second], guid
        assert (answers[0] == answers[1]) is (guid == "honoured")
        assert len(town.thread()) == written, guid


def test_a_guest_community_speaks_only_where_guests_may(town: Town) -> None:
    params = {"owner_id": town.wall, "post_id": town.post, "from_group": town.guest, "message": "Мы поможем"}
    for guests, by_community, by_user in (("any", 0, 0), ("user", 213, 0), ("none", 213, 213)):
        town.control(f"communities/{town.group}/guests", guests=guests)
        codes = [town.code("wall.createComment", token, **params) for token in (town.guest_token, town.admin)]
        assert codes == [by_community, by_user], guests
        assert listed(town)["groups_can_post"] is (guests != "none")


def test_who_may_not_comment_is_refused_and_only_a_user_token_edits_deletes_and_restores(town: Town) -> None:
    where = {"owner_id": town.wall, "comment_id": town.reply("Отвт")["response"]["comment_id"]}
    assert town.code("wall.editComment", **where, message="Ответ") == 27
    assert town.code("wall.editComment", town.citizen, **where, message="Ответ") == 15
    assert town.good("wall.editComment", town.admin, **where, message="Ответ") == 1
    assert town.good("wall.deleteComment", town.admin, **where) == 1
    assert town.thread()[0]["deleted"] is True
    assert town.good("wall.restoreComment", town.admin, **where) == 1
    assert [(item["text"], item["deleted"]) for item in town.thread()] == [("Ответ", False)]
    assert refusal(town.reply("Чужим голосом", from_group=town.guest)) == 15
    closed = town.control("posts", owner_id=town.wall, text="Закрыто", close_comments=True)["post_id"]
    assert refusal(town.reply("Ответ", post_id=closed)) == 213
    assert refusal(town.reply("Ответ", post_id=99999)) == 212


def test_posts_and_single_comments_are_read_with_their_place_and_counts(town: Town) -> None:
    town.comment("Раз")
    (post,) = town.good("wall.get", town.service, owner_id=town.wall, extended=1)["items"]
    assert (post["geo"], post["comments"]["count"]) == ({"type": "point", "coordinates": "55.5 37.25"}, 1)
    by_name = town.good("wall.get", town.service, domain="rechnoy")["items"]
    one = town.good("wall.getById", town.service, posts=f"{town.wall}_{town.post}")["items"]
    assert [item["id"] for item in by_name] == [item["id"] for item in one] == [town.post]
    params = {"owner_id": town.wall, "message": "Яма", "lat": 55.1, "long": 37.2}
    number = town.good("wall.post", town.citizen, **params)["post_id"]
    where = {"owner_id": town.wall, "post_id": number}
    written = town.good("wall.createComment", town.citizen, **where, message="Глубокая")["comment_id"]
    one = town.good("wall.getComment", town.citizen, owner_id=town.wall, comment_id=written, extended=1)
    assert one["items"][0]["text"] == "Глубокая"
    others = town.good("wall.get", town.service, owner_id=town.wall, filter="others")["items"]
    assert [item["id"] for item in others] == [number]


PARTS = {"photo": "photos", "topic": "board", "video": "video"}


def thing(town: Town, kind: str, **more: Any) -> dict[str, Any]:
    """The parameters that name a new thing of the town's."""
    number = town.control("things", kind=kind, owner_id=town.wall, title="Двор", **more)["id"]
    owner = {"group_id": town.group} if kind == "topic" else {"owner_id": town.wall}
    return owner | {f"{kind}_id": number}


@pytest.mark.parametrize("kind", PARTS)
def test_who_may_write_and_read_beside_the_wall_and_what_makes_no_sense(town: Town, kind: str) -> None:
    create, read = f"{PARTS[kind]}.createComment", f"{PARTS[kind]}.getComments"
    where = thing(town, kind)
    assert town.code(create, town.token, **where, message="Да", from_group=1) == 27
    assert town.code(create, town.service, **where, message="Да") == 28
    assert town.code(read, town.token, **where) == 27
    assert town.code(read, town.service, **where) == (0 if kind == "topic" else 28)
    assert town.code(create, town.citizen, **where, message="Да", from_group=1) == 15
    town.good(create, town.citizen, **where, message="Темно")
    town.good(create, town.admin, **where, message="Починят", from_group=1)
    items = town.good(read, town.admin, **where, sort="desc", extended=1)["items"]
    assert [(item["from_id"], item["text"]) for item in items] == [(town.wall, "Починят"), (town.anna, "Темно")]
    gone = where | {f"{kind}_id": 99}
    assert town.code(create, town.citizen, **where) == 100
    assert town.code(create, town.citizen, **where, message="Да", from_groups=1) == 100
    assert town.code(create, town.citizen, **gone, message="Да") == 100
    assert town.code(read, town.admin, **gone) == 100
    if kind != "topic":
        assert town.code(create, town.citizen, **where, message="Да", reply_to_comment=99) == 100
    params = {**where, "message": "Да", "guid": "g"}
    first, second = (town.good(create, town.citizen, **params) for _ in range(2))
    assert first == second
    town.switch(guid="refused")
    assert town.code(create, town.citizen, **params) == 100


def test_comments_of_all_photos_come_newest_first_and_the_board_shows_first_what_moved_last(town: Town) -> None:
    for number in range(3):
        where = thing(town, "photo")
        town.good("photos.createComment", town.citizen, **where, message=f"н {number}")
    comments = town.good("photos.getAllComments", town.admin, owner_id=town.wall, count=2, offset=1)
    assert [item["text"] for item in comments["items"]] == ["н 1", "н 0"]
    assert comments["items"][0]["pid"] == where["photo_id"] - 1
    first, second = thing(town, "topic"), thing(town, "topic")
    town.sandbox.control("clock", offset=60)
    town.good("board.createComment", town.citizen, **first, message="Темно")
    items = town.good("board.getTopics", town.service, group_id=town.group, order=1)["items"]
    assert [(item["id"], item["comments"]) for item in items] == [(first["topic_id"], 1), (second["topic_id"], 0)]
