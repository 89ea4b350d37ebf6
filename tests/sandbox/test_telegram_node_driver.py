"""A client for Node, unmodified, drives the emulator, and our connector hears and is heard beside it."""

from base64 import b64encode
from typing import Any

import pytest

from otklik.networks.base import Edit, Post, Speech
from tests.sandbox.driving import picture
from tests.sandbox.node_driver import story
from tests.sandbox.telegram_town import Bot, Town
from tests.sandbox.test_telegram_drivers import number
from tests.telegram_reading import TELEGRAM, account, only, own

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def grammy(town: Town, name: str, bot: Bot | None = None, **given: Any) -> dict[str, Any]:
    """What the story told, with a bot of the town: its own, or another."""
    photo = b64encode(picture()).decode()
    bot = bot or town.bot
    return story("grammy", "telegram.mjs", name, base=town.base, token=bot.token, picture=photo, **given)


def test_grammy_hears_a_comment_and_answers_it(telegram: Town) -> None:
    asked = telegram.write("Когда уберут снег?")
    told = grammy(telegram, "answers")
    heard, said = told["heard"], told["said"]
    assert (told["me"]["id"], told["me"]["can_read_all_group_messages"]) == (telegram.bot.number, True)
    assert (heard["text"], heard["message_thread_id"]) == ("Когда уберут снег?", number(telegram.post))
    assert heard["reply_to_message"]["is_automatic_forward"] is True
    assert said["reply_to_message"]["message_id"] == number(asked)
    assert len({message["media_group_id"] for message in told["album"]}) == 1
    assert (told["photo"], told["deleted"]) == ("ffd8ff", True)
    shown = [(item["text"], item["parent"]) for item in telegram.thread() if item["official"] and not item["deleted"]]
    assert shown == [("Что нового?", ""), ("Завтра.", asked), ("Вот", asked), ("", asked), ("", asked)]
    assert "Лишнее" in [item["text"] for item in telegram.thread() if item["deleted"]]


def test_after_grammy_our_connector_hears_only_what_came_later(telegram: Town) -> None:
    telegram.write("Когда уберут снег?")
    grammy(telegram, "answers")
    (answer,) = [item for item in telegram.thread() if item["text"] == "Завтра."]
    thanks = telegram.write("Спасибо", under=answer["address"])
    ours, heard = own(telegram).posts()  # what somebody replies to comes with his reply
    assert (ours.external_id, ours.own, ours.text) == (answer["address"], True, "Завтра.")
    assert (heard.external_id, heard.parent, heard.thread) == (thanks, answer["address"], telegram.post)


def test_grammy_posts_in_a_channel_and_our_connector_hears_it_and_is_heard(telegram: Town) -> None:
    for place in (telegram.channel, telegram.discussion):
        telegram.sit(place, telegram.other.number, "administrator")
    reading = own(telegram)
    reading.events()
    told = grammy(telegram, "posts", telegram.other, chat="@rechnoy")
    events = reading.events()
    post, photo = only(events, Post)
    assert (post.text, post.url) == ("Завтра отключат воду", f"{telegram.base}/rechnoy/{told['post']['message_id']}")
    assert (photo.text, [each.width for each in photo.attachments]) == ("Карта отключений", [640])
    assert [(each.post.external_id, each.post.text) for each in only(events, Edit)][:1] == [
        (post.external_id, "Завтра отключат воду с 9")
    ]
    comment = telegram.write("Надолго?", under=post.external_id)
    asked = reading.posts()[-1]
    assert (asked.external_id, asked.thread) == (comment, post.external_id)
    said = TELEGRAM.publish(account(telegram), Speech("До вечера 🌙", asked.external_id, asked.thread), "k")
    ours = grammy(telegram, "updates", telegram.other)["updates"][-1]["message"]
    assert ours["text"] == "До вечера 🌙"
    assert (ours["from"]["id"], ours["from"]["is_bot"]) == (telegram.bot.number, True)
    assert ours["message_id"] == number(said.external_id)
    assert ours["reply_to_message"]["message_id"] == number(comment)


def test_grammy_is_refused_as_by_the_network(telegram: Town) -> None:
    group = telegram.sandbox.control("telegram/places", name="Подъезд", kind="group")["id"]
    telegram.sit(group, telegram.bot.number, "member")
    grown = telegram.sandbox.control("telegram/migrate", place=group)["id"]
    telegram.fault("error", "sendMessage", code=429)
    wrong = f"{telegram.bot.number}:AAwrong-wrong-wrong-wrong-wrong"
    people = {"chat": telegram.discussion, "stranger": int(telegram.anna), "grown": group}
    told = grammy(telegram, "refusals", wrong=wrong, **people)
    assert told.pop("webhook")["url"].endswith("/nowhere")
    assert told == {
        "too fast": [429, {"retry_after": 3}],
        "no such message": [400, {}],
        "never wrote": [403, {}],
        "grown": [400, {"migrate_to_chat_id": grown}],
        "pushed": [409, {}],
        "wrong token": [401, {}],
    }
