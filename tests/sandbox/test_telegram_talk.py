import base64
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from tests.sandbox.driving import picture
from tests.sandbox.pushing import TELEGRAM_SECRET, subscribe_telegram
from tests.sandbox.receiver import Receiver, Reply
from tests.sandbox.telegram_town import Town, number
from tests.sandbox.town import until

PICTURE = base64.b64encode(picture("PNG", 400, 300)).decode()
pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_a_thread_is_shown_from_any_text_in_it(telegram: Town) -> None:
    first = telegram.write("Темно")
    second = telegram.write("И у нас", under=first, person=telegram.boris)
    telegram.write("Другое", place=str(telegram.discussion))
    copied = number(telegram.post)  # the channel and its discussion count from one number on
    for address in (telegram.post, first, second, f"tg:{telegram.channel}:{copied}"):
        shown = telegram.thread(address)
        assert [item["text"] for item in shown] == ["Что нового?", "Темно", "И у нас"]
    assert [item["parent"] for item in shown] == ["", telegram.post, first]
    assert [item["official"] for item in shown] == [True, False, False]
    assert shown[1]["link"].endswith(f"?thread={copied}")
    assert shown[1]["link"].startswith("/telegram/c/")


def test_posts_of_a_channel_are_their_copies_newest_first_and_change_and_go_together(telegram: Town) -> None:
    second = telegram.write("Ещё новость", person="", place=str(telegram.channel))
    for place in (telegram.channel, telegram.discussion):
        shown = telegram.items("posts", place=place)
        assert [item["address"] for item in shown] == [second, telegram.post]
    silent = telegram.control("places", name="Без обсуждения", discussion=False)["id"]
    alone = telegram.write("Тишина", person="", place=str(silent))
    assert alone.startswith(f"tg:{silent}:")
    assert telegram.items("posts", place=silent)[0]["address"] == alone
    telegram.edit(telegram.post, "Что у вас?")
    kinds = [next(iter(set(update) - {"update_id"})) for update in telegram.call("getUpdates")]
    assert kinds[-2:] == ["edited_message", "edited_channel_post"]
    telegram.delete(telegram.post)
    assert [item["address"] for item in telegram.items("posts", place=telegram.channel)] == [second]
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
    for words, path, fields in refusals:
        assert words in telegram.refused(path, **fields)


def test_pictures_are_seen_by_people_and_by_bots_and_an_album_is_one_text_of_a_list(telegram: Town) -> None:
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
    texts = telegram.inspect("texts")["items"]
    assert len([item for item in telegram.thread() if not item["official"]]) == 2
    assert [item["address"] for item in texts if not item["official"]] == [address]


def test_what_the_network_marks_by_itself_is_marked(telegram: Town) -> None:
    telegram.write("🌙 /start@otklik_bot и @boris_p про #яму на https://a.example/1?x=2, ok.ru")
    message = telegram.call("getUpdates")[-1]["message"]
    entities = [(mark["type"], mark["offset"], mark["length"]) for mark in message["entities"]]
    assert entities == [("bot_command", 3, 17), ("mention", 23, 8), ("hashtag", 36, 4), ("url", 44, 24), ("url", 69, 5)]


def test_a_dialogue_and_a_place_have_pages_by_the_networks_links_and_a_discussion_has_none(telegram: Town) -> None:
    telegram.write("Здравствуйте", to=str(telegram.bot.number))
    telegram.call("sendMessage", chat_id=int(telegram.anna), text="Добрый день")
    shown = telegram.items("dialogue", place=telegram.bot.number, person=telegram.anna)
    assert [(item["text"], item["official"]) for item in shown] == [("Здравствуйте", False), ("Добрый день", True)]
    assert shown == telegram.thread(f"tg:im:{telegram.bot.number}:{telegram.anna}")
    assert shown[0]["link"] == f"/telegram/im/{telegram.bot.number}/{telegram.anna}"
    telegram.write("Яма", place=str(telegram.group), person=telegram.boris)
    link = telegram.items("posts", place=telegram.channel)[0]["link"]
    assert "Что нового?" in telegram.sandbox.http.get(link).text
    assert "Что нового?" in telegram.sandbox.http.get("/telegram/rechnoy").text
    assert telegram.sandbox.http.get("/telegram/nobody_at_all").status_code == 404
    page = telegram.sandbox.http.get("/").text
    assert "Соседи" in page
    assert "Город Речной: обсуждение" not in page


WEBHOOK_IS_ON = "can't use getUpdates method while webhook is active"


def texts(hook: Receiver) -> list[str]:
    return [update["message"].get("text", "") for update in hook.events() if "message" in update]


def test_updates_come_with_the_secret_and_numbered_even_a_body_that_is_none(telegram: Town, hook: Receiver) -> None:
    subscribe_telegram(telegram, hook)
    for text in ("раз", "два", "три"):
        telegram.write(text)
    until(lambda: len(hook.heard) == 3, "three updates come")
    assert set(hook.headers("X-Telegram-Bot-Api-Secret-Token")) == {TELEGRAM_SECRET}
    numbers = [update["update_id"] for update in hook.events()]
    assert numbers == sorted(set(numbers))
    hook.heard.clear()
    telegram.control("events", bot=telegram.bot.number, body='{"test": 1}')
    until(lambda: bool(hook.heard), "it comes")
    assert hook.events() == [{"test": 1}]
    assert hook.headers("X-Telegram-Bot-Api-Secret-Token") == [TELEGRAM_SECRET]


def test_a_pause_that_was_asked_for_is_kept_and_the_trouble_is_told(telegram: Town, hook: Receiver) -> None:
    hook.replies = [Reply(503, headers={"Retry-After": "3000"})]
    telegram.switch(push_delays=[0.01])
    subscribe_telegram(telegram, hook)
    telegram.write("раз")
    until(lambda: "last_error_message" in telegram.call("getWebhookInfo"), "the trouble is written down")
    info = telegram.call("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], len(hook.heard)) == (hook.url, 1, 1)
    assert "503" in info["last_error_message"]


def test_what_waits_is_kept_or_dropped_and_a_webhook_excludes_asking(telegram: Town, hook: Receiver) -> None:
    telegram.write("старое")
    subscribe_telegram(telegram, hook)
    telegram.write("новое")
    until(lambda: texts(hook) == ["новое"], "only the new one comes")
    assert telegram.call("deleteWebhook", drop_pending_updates=True) is True
    assert telegram.call("getUpdates") == []
    hook.heard.clear()
    telegram.write("до вебхука")
    subscribe_telegram(telegram, hook, drop_pending_updates=False)
    until(lambda: texts(hook) == ["до вебхука"], "what waited is pushed")
    assert WEBHOOK_IS_ON in telegram.refusal("getUpdates")[1]
    hook.replies = [Reply(503, headers={"Retry-After": "60"})]
    telegram.write("после")
    until(lambda: len(hook.heard) == 2, "it is tried")
    assert telegram.call("deleteWebhook") is True
    assert telegram.call("getWebhookInfo")["url"] == ""
    assert [update["message"]["text"] for update in telegram.call("getUpdates")] == ["после"]
    telegram.catch_up()
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(telegram.refusal, "getUpdates", timeout=50)
        subscribe_telegram(telegram, hook)
        assert held.result()[0] == 409


SENSELESS_HOOKS: list[tuple[str, str, dict[str, Any]]] = [
    ("invalid webhook URL", "ftp://example.org/", {}),
    ("invalid webhook URL", "https://", {}),
    ("An HTTPS URL must be provided", "http://example.org/", {}),
    ("only on ports 80, 88, 443 or 8443", "https://example.org:99/", {}),
    ("unallowed characters", "https://example.org/", {"secret_token": "кто там"}),
]


def test_a_senseless_webhook_is_refused(telegram: Town) -> None:
    telegram.switch(hook_address="https")
    for words, url, more in SENSELESS_HOOKS:
        assert words in telegram.refusal("setWebhook", url=url, **more)[1], url
        assert telegram.call("getWebhookInfo")["url"] == ""


def test_a_bot_hears_that_it_was_let_in_thrown_out_and_stopped(telegram: Town, hook: Receiver) -> None:
    subscribe_telegram(telegram, hook)
    telegram.sit(telegram.group, telegram.bot.number, "kicked")
    telegram.write("/start", to=str(telegram.bot.number))
    telegram.control("blocked", bot=telegram.bot.number, person=telegram.anna, blocked=True)
    until(lambda: len(hook.heard) == 3, "three updates come")
    changes = [update["my_chat_member"] for update in hook.events() if "my_chat_member" in update]
    assert [(change["chat"]["id"], change["new_chat_member"]["status"]) for change in changes] == [
        (telegram.group, "kicked"),
        (int(telegram.anna), "kicked"),
    ]
