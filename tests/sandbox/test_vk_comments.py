"""Reading and writing comments through the API of VK, as strictly as the network does it."""

from typing import Any

import pytest

from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
ANYTHING_GOES = "Ямa 🕳️ \u200b<b>&amp;</b> " + "ы" * 15000


def code(answer: Any) -> int:
    return int(answer["error"]["error_code"]) if "error" in answer else 0


def listed(town: Town, **more: Any) -> Any:
    return town.good("wall.getComments", town.service, **{"owner_id": town.wall, "post_id": town.post} | more)


def test_a_long_strange_text_comes_back_letter_by_letter(town: Town) -> None:
    number = town.comment(ANYTHING_GOES)
    assert [(item["id"], item["text"]) for item in listed(town)["items"]] == [(number, ANYTHING_GOES)]


def test_a_reply_to_a_reply_stays_in_the_thread_of_the_first_comment(town: Town) -> None:
    asked = town.comment("Вода?")
    told = town.reply("Уточните адрес.", reply_to_comment=asked)["response"]
    assert told["parents_stack"] == [asked]
    again = town.comment("Садовая, 5", reply_to=told["comment_id"])
    thread = listed(town, comment_id=asked)
    first, second = thread["items"]
    assert (thread["count"], thread["current_level_count"]) == (3, 2)
    assert (first["id"], first["from_id"], first["owner_id"]) == (told["comment_id"], -town.group, town.wall)
    assert (first["reply_to_comment"], first["reply_to_user"]) == (asked, town.anna)
    assert (second["id"], second["parents_stack"], second["reply_to_user"]) == (again, [asked], -town.group)
    (top,) = listed(town, thread_items_count=1)["items"]
    assert (top["thread"]["count"], top["thread"]["items"][0]["id"]) == (2, told["comment_id"])


def test_a_deleted_comment_keeps_its_place_only_for_its_thread(town: Town) -> None:
    lonely, asked = town.comment("Лишнее"), town.comment("Вопрос")
    town.reply("Ответ", reply_to_comment=asked)
    for number in (lonely, asked):
        town.control(f"comments/{town.wall}_{number}/delete")
    (item,) = listed(town)["items"]
    assert (item["id"], item["deleted"]) == (asked, True)
    assert not {"text", "from_id"} & set(item)
    assert code(town.reply("Ещё", reply_to_comment=asked)) == 100


def test_pages_of_comments_meet_without_gaps(town: Town) -> None:
    numbers = [town.comment(f"Комментарий {number}") for number in range(7)]

    def page(**more: Any) -> list[int]:
        return [item["id"] for item in listed(town, **more)["items"]]

    first = page(count=3)
    assert first + page(count=3, start_comment_id=first[-1], offset=1) == numbers[:6]
    assert page(count=3, start_comment_id=numbers[5], offset=-2) == numbers[3:6]
    assert page(count=2, sort="desc") == [numbers[6], numbers[5]]


def test_an_extended_answer_names_everybody(town: Town) -> None:
    town.reply("Ответ", reply_to_comment=town.comment("Вопрос"))
    answer = listed(town, extended=1, thread_items_count=1, fields="screen_name,photo_50")
    assert [(person["id"], person["screen_name"]) for person in answer["profiles"]] == [(town.anna, f"id{town.anna}")]
    assert [group["id"] for group in answer["groups"]] == [town.group]


@pytest.mark.parametrize(("guid", "second", "written"), [("honoured", 0, 1), ("ignored", 0, 2), ("refused", 100, 1)])
def test_a_repeated_guid_is_treated_as_the_switch_says(town: Town, guid: str, second: int, written: int) -> None:
    town.switch(guid=guid)
    answers = [town.reply("Ответ", guid="a-1") for _ in range(2)]
    assert [code(answer) for answer in answers] == [0, second]
    assert (answers[0] == answers[1]) is (guid == "honoured")
    assert len(town.thread()) == written


@pytest.mark.parametrize(("guests", "by_community", "by_user"), [("any", 0, 0), ("user", 213, 0), ("none", 213, 213)])
def test_a_guest_community_speaks_only_where_guests_may(
    town: Town, guests: str, by_community: int, by_user: int
) -> None:
    town.control(f"communities/{town.group}/guests", guests=guests)
    given = {"owner_id": town.wall, "post_id": town.post, "from_group": town.guest, "message": "Мы поможем"}
    codes = [town.code("wall.createComment", token, **given) for token in (town.guest_token, town.admin)]
    assert codes == [by_community, by_user]
    assert listed(town)["groups_can_post"] is (guests != "none")


def test_who_may_not_comment_is_refused(town: Town) -> None:
    assert code(town.reply("Чужим голосом", from_group=town.guest)) == 15
    closed = town.control("posts", owner_id=town.wall, text="Закрыто", close_comments=True)["post_id"]
    assert code(town.reply("Ответ", post_id=closed)) == 213
    assert code(town.reply("Ответ", post_id=99999)) == 212


def test_only_a_user_token_edits_deletes_and_restores(town: Town) -> None:
    where = {"owner_id": town.wall, "comment_id": town.reply("Отвт")["response"]["comment_id"]}
    assert town.code("wall.editComment", **where, message="Ответ") == 27
    assert town.code("wall.editComment", town.citizen, **where, message="Ответ") == 15
    assert town.good("wall.editComment", town.admin, **where, message="Ответ") == 1
    assert town.good("wall.deleteComment", town.admin, **where) == 1
    assert town.thread()[0]["deleted"] is True
    assert town.good("wall.restoreComment", town.admin, **where) == 1
    assert [(item["text"], item["deleted"]) for item in town.thread()] == [("Ответ", False)]


def test_posts_are_read_with_their_place_and_counts(town: Town) -> None:
    town.comment("Раз")
    (post,) = town.good("wall.get", town.service, owner_id=town.wall, extended=1)["items"]
    assert (post["geo"], post["comments"]["count"]) == ({"type": "point", "coordinates": "55.5 37.25"}, 1)
    by_name = town.good("wall.get", town.service, domain="rechnoy")["items"]
    one = town.good("wall.getById", town.service, posts=f"{town.wall}_{town.post}")["items"]
    assert [item["id"] for item in by_name] == [item["id"] for item in one] == [town.post]


def test_a_citizen_posts_and_reads_one_comment_with_a_user_token(town: Town) -> None:
    given = {"owner_id": town.wall, "message": "Яма", "lat": 55.1, "long": 37.2}
    number = town.good("wall.post", town.citizen, **given)["post_id"]
    where = {"owner_id": town.wall, "post_id": number}
    written = town.good("wall.createComment", town.citizen, **where, message="Глубокая")["comment_id"]
    one = town.good("wall.getComment", town.citizen, owner_id=town.wall, comment_id=written, extended=1)
    assert one["items"][0]["text"] == "Глубокая"
    others = town.good("wall.get", town.service, owner_id=town.wall, filter="others")["items"]
    assert [item["id"] for item in others] == [number]
