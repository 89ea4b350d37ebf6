"""What people do in Telegram, as the control API and the pages see it."""

import base64
import io

import pytest
from PIL import Image

from tests.sandbox.driving import picture
from tests.sandbox.telegram_town import Town

PICTURE = base64.b64encode(picture("PNG", 400, 300)).decode()
pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


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
        shown = telegram.items("posts", place=place)
        assert [item["address"] for item in shown] == [second, telegram.post]
    silent = telegram.control("places", name="Без обсуждения", discussion=False)["id"]
    alone = telegram.write("Тишина", person="", place=str(silent))
    assert alone.startswith(f"tg:{silent}:")
    assert telegram.items("posts", place=silent)[0]["address"] == alone


def test_a_post_and_its_copy_change_and_go_together(telegram: Town) -> None:
    telegram.edit(telegram.post, "Что у вас?")
    kinds = [next(iter(set(update) - {"update_id"})) for update in telegram.call("getUpdates")]
    assert kinds[-2:] == ["edited_message", "edited_channel_post"]
    telegram.delete(telegram.post)
    assert telegram.items("posts", place=telegram.channel) == []
    assert telegram.thread()[0]["deleted"] is True


def test_senseless_acts_are_refused_in_words(telegram: Town) -> None:
    gone = telegram.write("Темно")
    telegram.delete(gone)
    telegram.sit(telegram.discussion, int(telegram.boris), "kicked")
    anna, boris = {"text": "x", "person": telegram.anna}, {"text": "x", "person": telegram.boris}
    refusals: list[tuple[str, str, dict[str, object]]] = [
        ("no message", "texts", {**anna, "under": "tg:-5:1"}),
        ("deleted", "texts", {**anna, "under": gone}),
        ("deleted", "texts/edit", {"address": gone, "text": "x"}),
        ("comment in its discussion", "texts", {**anna, "place": str(telegram.channel)}),
        ("empty", "texts", {**anna, "text": " ", "under": telegram.post}),
        ("nobody", "texts", {**anna, "person": "5", "under": telegram.post}),
        ("no bot", "texts", {**anna, "to": "5"}),
        ("banned", "texts", {**boris, "under": telegram.post}),
        ("bots only", "tokens", {"kind": "user"}),
        ("kind is one of", "places", {"name": "x", "kind": "forum"}),
        ("status is one of", "members", {"place": telegram.group, "who": 1, "status": "king"}),
        ("plain group", "migrate", {"place": telegram.group}),
        ("only a webhook", "events", {"bot": telegram.bot.number, "body": "x"}),
    ]
    for words, path, given in refusals:
        assert words in telegram.refused(path, **given)


def test_pictures_are_seen_by_people_and_by_bots(telegram: Town) -> None:
    address = telegram.write("Яма", photos=[PICTURE, PICTURE])
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


def test_a_dialogue_has_its_page_and_holds_what_the_bot_says(telegram: Town) -> None:
    telegram.write("Здравствуйте", to=str(telegram.bot.number))
    telegram.call("sendMessage", chat_id=int(telegram.anna), text="Добрый день")
    shown = telegram.items("dialogue", place=telegram.bot.number, person=telegram.anna)
    assert [(item["text"], item["official"]) for item in shown] == [("Здравствуйте", False), ("Добрый день", True)]
    assert shown == telegram.thread(f"tg:im:{telegram.bot.number}:{telegram.anna}")
    assert shown[0]["link"] == f"/telegram/im/{telegram.bot.number}/{telegram.anna}"


def test_an_album_is_one_text_where_all_texts_are_listed(telegram: Town) -> None:
    address = telegram.write("Два вида", photos=[PICTURE, PICTURE])
    texts = telegram.inspect("texts")["items"]
    assert len([item for item in telegram.thread() if not item["official"]]) == 2
    assert [item["address"] for item in texts if not item["official"]] == [address]


def test_the_discussion_of_a_channel_is_no_place_of_its_own_on_the_front_page(telegram: Town) -> None:
    page = telegram.sandbox.http.get("/").text
    assert "Соседи" in page
    assert "Город Речной: обсуждение" not in page


def test_pages_are_found_by_the_links_that_the_network_gives_out(telegram: Town) -> None:
    telegram.write("Яма", place=str(telegram.group), person=telegram.boris)
    link = telegram.items("posts", place=telegram.channel)[0]["link"]
    assert "Что нового?" in telegram.sandbox.http.get(link).text
    assert "Что нового?" in telegram.sandbox.http.get("/telegram/rechnoy").text
    assert telegram.sandbox.http.get("/telegram/nobody_at_all").status_code == 404
