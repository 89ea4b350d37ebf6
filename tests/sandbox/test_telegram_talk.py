"""What people do in Telegram, as the control API and the pages see it."""

import base64
import io

import pytest
from PIL import Image

from tests.sandbox.process import CONTROL_TOKEN
from tests.sandbox.telegram_town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def refused(telegram: Town, path: str, **given: object) -> str:
    response = telegram.sandbox.http.post(
        f"/control/telegram/{path}", json=given, headers={"X-Sandbox-Token": CONTROL_TOKEN}
    )
    assert response.status_code == 400, response.text
    return str(response.json()["error"])


def picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def test_a_thread_is_shown_from_any_text_in_it(telegram: Town) -> None:
    first = telegram.write("Темно")
    second = telegram.write("И у нас", under=first, person=telegram.boris)
    telegram.write("Другое", place=str(telegram.discussion))
    number = telegram.post.rpartition(":")[2]  # the channel and its discussion count from one number on
    for address in (telegram.post, first, second, f"tg:{telegram.channel}:{number}"):
        shown = telegram.thread(address)
        assert [item["text"] for item in shown] == ["Что нового?", "Темно", "И у нас"]
    assert [item["parent"] for item in shown] == ["", telegram.post, first]
    assert [item["official"] for item in shown] == [True, False, False]
    thread = telegram.post.rpartition(":")[2]
    assert shown[1]["link"].endswith(f"?thread={thread}")
    assert shown[1]["link"].startswith("/telegram/c/")


def test_posts_of_a_channel_are_their_copies_newest_first(telegram: Town) -> None:
    second = telegram.write("Ещё новость", person="", place=str(telegram.channel))
    for place in (telegram.channel, telegram.discussion):
        shown = telegram.sandbox.inspect("telegram/posts", place=place)["items"]
        assert [item["address"] for item in shown] == [second, telegram.post]
    silent = telegram.sandbox.control("telegram/places", name="Без обсуждения", discussion=False)["id"]
    alone = telegram.write("Тишина", person="", place=str(silent))
    assert alone.startswith(f"tg:{silent}:")
    assert telegram.sandbox.inspect("telegram/posts", place=silent)["items"][0]["address"] == alone


def test_a_post_and_its_copy_change_and_go_together(telegram: Town) -> None:
    telegram.sandbox.control("telegram/texts/edit", address=telegram.post, text="Что у вас?")
    kinds = [next(iter(set(update) - {"update_id"})) for update in telegram.call("getUpdates")]
    assert kinds[-2:] == ["edited_message", "edited_channel_post"]
    telegram.sandbox.control("telegram/texts/delete", address=telegram.post)
    shown = telegram.sandbox.inspect("telegram/posts", place=telegram.channel)["items"]
    assert shown == []
    assert telegram.thread()[0]["deleted"] is True


def test_senseless_acts_are_refused(telegram: Town) -> None:
    gone = telegram.write("Темно")
    telegram.sandbox.control("telegram/texts/delete", address=gone)
    anna = {"person": telegram.anna}
    assert "no message" in refused(telegram, "texts", text="x", under="tg:-5:1", **anna)
    assert "deleted" in refused(telegram, "texts", text="x", under=gone, **anna)
    assert "deleted" in refused(telegram, "texts/edit", address=gone, text="x")
    assert "comment in its discussion" in refused(telegram, "texts", text="x", place=str(telegram.channel), **anna)
    assert "empty" in refused(telegram, "texts", text=" ", under=telegram.post, **anna)
    assert "nobody" in refused(telegram, "texts", text="x", under=telegram.post, person="5")
    assert "no bot" in refused(telegram, "texts", text="x", to="5", **anna)
    telegram.sit(telegram.discussion, int(telegram.anna), "kicked")
    assert "banned" in refused(telegram, "texts", text="x", under=telegram.post, **anna)
    assert "bots only" in refused(telegram, "tokens", kind="user")
    assert "kind is one of" in refused(telegram, "places", name="x", kind="forum")
    assert "status is one of" in refused(telegram, "members", place=telegram.group, who=1, status="king")
    assert "plain group" in refused(telegram, "migrate", place=telegram.group)
    assert "only a webhook" in refused(telegram, "events", bot=telegram.bot.number, body="x")


def test_a_batch_is_all_or_nothing(telegram: Town) -> None:
    good = {"text": "раз", "person": telegram.anna, "under": telegram.post}
    refused(telegram, "texts/batch", texts=[good, {**good, "under": "tg:-5:1"}])
    assert [item["text"] for item in telegram.thread()] == ["Что нового?"]


def test_pictures_are_seen_by_people_and_by_bots(telegram: Town) -> None:
    address = telegram.write("Яма", photos=[picture(), picture()])
    first, second = telegram.thread()[1:]
    assert (first["address"], first["text"], second["text"]) == (address, "Яма", "")
    shown = telegram.sandbox.http.get(first["photos"][0])
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert telegram.sandbox.http.get("/telegram/photo/999.jpg").status_code == 404
    update = telegram.call("getUpdates")[-1]["message"]
    sizes = update["photo"]
    assert [size["width"] for size in sizes] == [90, 320, 400]
    path = telegram.call("getFile", file_id=sizes[0]["file_id"])["file_path"]
    data = telegram.sandbox.http.get(f"/telegram/file/bot{telegram.bot.token}/{path}").content
    assert Image.open(io.BytesIO(data)).width == 90
    foreign = {"token": telegram.other.token, "file_id": sizes[0]["file_id"]}
    assert telegram.refusal("getFile", **foreign)[0] == 400


def test_what_the_network_marks_by_itself_is_marked(telegram: Town) -> None:
    telegram.write("🌙 /start@otklik_bot и @boris_p про #яму на https://a.example/1?x=2, ok.ru")
    message = telegram.call("getUpdates")[-1]["message"]
    told = [(mark["type"], mark["offset"], mark["length"]) for mark in message["entities"]]
    assert told == [
        ("bot_command", 3, 17),
        ("mention", 23, 8),
        ("hashtag", 36, 4),
        ("url", 44, 24),
        ("url", 69, 5),
    ]


def test_a_dialogue_holds_both_voices(telegram: Town) -> None:
    telegram.write("Здравствуйте", to=str(telegram.bot.number))
    telegram.call("sendMessage", chat_id=int(telegram.anna), text="Добрый день")
    shown = telegram.sandbox.inspect("telegram/dialogue", place=telegram.bot.number, person=telegram.anna)["items"]
    assert [(item["text"], item["official"]) for item in shown] == [("Здравствуйте", False), ("Добрый день", True)]
    assert shown == telegram.thread(f"tg:im:{telegram.bot.number}:{telegram.anna}")
    assert shown == telegram.thread(shown[0]["address"])
    assert shown[0]["link"] == f"/telegram/im/{telegram.bot.number}/{telegram.anna}"


def test_the_figures_count_everything(telegram: Town) -> None:
    telegram.write("Темно")
    telegram.write("Разберёмся", person="", under=telegram.post)
    telegram.write("Здравствуйте", to=str(telegram.bot.number))
    told = telegram.sandbox.inspect("counts")["telegram"]
    expected = {"bots": 2, "chats": 3, "posts": 1, "citizen_comments": 1, "official_comments": 1, "messages_in": 1}
    assert {name: told[name] for name in expected} == expected
    assert told["updates_waiting"] > 0


def test_the_front_page_lists_channels_and_groups(telegram: Town) -> None:
    page = telegram.sandbox.http.get("/").text
    assert "Учебный Telegram" in page
    for title in ("Город Речной", "Соседи"):
        assert title in page
    assert "Город Речной: обсуждение" not in page
