"""Three independent clients, unmodified, drive the emulator, and our connector hears and is heard beside them."""

from base64 import b64encode
from typing import Any

import pytest

from otklik.networks.base import Edit, Post, Speech
from tests.sandbox.driving import picture, run, story
from tests.sandbox.telegram_town import BORIS, Bot, Town, number
from tests.telegram_reading import TELEGRAM, account, only, own

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
WRONG = "AAwrong-wrong-wrong-wrong-wrong"


def test_aiogram_hears_a_comment_and_answers_it(telegram: Town) -> None:
    from aiogram import Bot as Client
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import BufferedInputFile, InputMediaPhoto, ReplyParameters

    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.base))
    asked, discussion = telegram.write("Когда уберут снег?"), telegram.discussion

    async def answer() -> None:
        async with Client(telegram.bot.token, session=session) as client:
            bot: Any = client
            me = await bot.get_me()
            assert (me.id, me.can_read_all_group_messages) == (telegram.bot.number, True)
            heard = (await bot.get_updates(allowed_updates=["message"], timeout=1))[-1].message
            assert (heard.text, heard.message_thread_id) == ("Когда уберут снег?", number(telegram.post))
            assert heard.reply_to_message.is_automatic_forward is True
            assert heard.reply_to_message.forward_origin.chat.id == telegram.channel
            sent_message = await heard.reply("Сегодня.")
            assert sent_message.reply_to_message.message_id == number(asked)
            files = [BufferedInputFile(picture(), "a.png") for _ in range(2)]
            media = [InputMediaPhoto(media=files[0], caption="Вот"), InputMediaPhoto(media=files[1])]
            reply = ReplyParameters(message_id=heard.message_id)
            album = await bot.send_media_group(discussion, media=media, reply_parameters=reply)
            assert len({message.media_group_id for message in album}) == 1
            file = await bot.get_file(album[0].photo[-1].file_id)
            assert (await bot.download_file(file.file_path)).read()[:3] == b"\xff\xd8\xff"
            await bot.edit_message_text("Завтра.", chat_id=discussion, message_id=sent_message.message_id)

    run(answer())
    shown = {item["text"]: item["parent"] for item in telegram.thread() if item["official"]}
    assert shown == {"Что нового?": "", "Завтра.": asked, "Вот": asked, "": asked}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_python_telegram_bot_talks_in_private_and_meets_refusals(telegram: Town) -> None:
    from telegram import Bot as Client
    from telegram import InputMediaPhoto, ReplyParameters
    from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter
    from telegram.request import HTTPXRequest

    def client(token: str) -> Any:
        calls, updates = (HTTPXRequest(httpx_kwargs={"trust_env": False}) for _ in range(2))
        base, files = f"{telegram.base}/bot", f"{telegram.base}/file/bot"
        return Client(token, base_url=base, base_file_url=files, request=calls, get_updates_request=updates)

    telegram.write("Здравствуйте", to=str(telegram.bot.number), person=telegram.boris)
    group, grown = telegram.grown_group()

    async def talk() -> None:
        async with client(telegram.bot.token) as bot:
            updates = await bot.get_updates(timeout=1, allowed_updates=["message"])
            private = next(each.message for each in updates if each.message and each.message.chat.type == "private")
            sender = private.from_user
            assert (private.text, sender.id, sender.username) == ("Здравствуйте", BORIS, "boris_p")
            reply = ReplyParameters(private.message_id)
            sent_message = await bot.send_message(private.chat.id, "И вам", reply_parameters=reply)
            assert sent_message.reply_to_message.message_id == private.message_id
            photo = (await bot.send_photo(private.chat.id, picture(), caption="Вот")).photo
            assert [size.width for size in photo] == [90, 320, 640]
            small = await (await bot.get_file(photo[0].file_id)).download_as_bytearray()
            assert small[:3] == b"\xff\xd8\xff"
            await bot.send_media_group(telegram.discussion, [InputMediaPhoto(picture()), InputMediaPhoto(picture())])
            assert (await bot.get_chat("@rechnoy")).linked_chat_id == telegram.discussion
            assert (await bot.get_chat_member(telegram.group, telegram.bot.number)).status == "administrator"
            with pytest.raises(ChatMigrated) as moved:
                await bot.send_message(group, "Да")
            assert moved.value.new_chat_id == grown
            with pytest.raises(BadRequest):
                await bot.get_chat(-1)
            with pytest.raises(Forbidden):
                await bot.send_message(int(telegram.anna), "Первым")
            telegram.fault("error", "sendMessage", code=429)
            with pytest.raises(RetryAfter):
                await bot.send_message(telegram.group, "Рано")
            await bot.set_webhook(f"{telegram.sandbox.base}/nowhere", secret_token="s3cret")
            with pytest.raises(Conflict):
                await bot.get_updates()
            assert (await bot.get_webhook_info()).url.endswith("/nowhere")
            await bot.delete_webhook()
            await bot.delete_message(private.chat.id, sent_message.message_id)
            await bot.leave_chat(telegram.group)
        with pytest.raises(InvalidToken):
            async with client(f"{telegram.bot.number}:{WRONG}"):
                pass

    run(talk())


def grammy(town: Town, name: str, bot: Bot | None = None, **params: Any) -> dict[str, Any]:
    """What the story told, with a bot of the town: its own, or another."""
    photo, token = b64encode(picture()).decode(), (bot or town.bot).token
    return story("grammy", "telegram.mjs", name, base=town.base, token=token, picture=photo, **params)


def test_grammy_hears_a_comment_answers_it_and_is_refused_as_by_the_network(telegram: Town) -> None:
    asked = telegram.write("Когда уберут снег?")
    output = grammy(telegram, "answers")
    heard, sent_message = output["heard"], output["said"]
    assert (output["me"]["id"], output["me"]["can_read_all_group_messages"]) == (telegram.bot.number, True)
    assert (heard["text"], heard["message_thread_id"]) == ("Когда уберут снег?", number(telegram.post))
    assert heard["reply_to_message"]["is_automatic_forward"] is True
    assert sent_message["reply_to_message"]["message_id"] == number(asked)
    assert len({message["media_group_id"] for message in output["album"]}) == 1
    assert (output["photo"], output["deleted"]) == ("ffd8ff", True)
    there = [item for item in telegram.thread() if item["official"]]
    shown = [(item["text"], item["parent"]) for item in there if not item["deleted"]]
    assert shown == [("Что нового?", ""), ("Завтра.", asked), ("Вот", asked), ("", asked), ("", asked)]
    assert [item["text"] for item in there if item["deleted"]] == ["Лишнее"]
    thanks = telegram.write("Спасибо", under=there[1]["address"])
    ours, later = own(telegram).posts()  # what somebody replies to comes with his reply, and nothing heard before
    assert (ours.external_id, ours.own, ours.text) == (there[1]["address"], True, "Завтра.")
    assert (later.external_id, later.parent, later.thread) == (thanks, ours.external_id, telegram.post)

    group, grown = telegram.grown_group()
    telegram.fault("error", "sendMessage", code=429)
    people: dict[str, Any] = {"chat": telegram.discussion, "stranger": int(telegram.anna), "grown": group}
    output = grammy(telegram, "refusals", wrong=f"{telegram.bot.number}:{WRONG}", **people)
    assert output.pop("webhook")["url"].endswith("/nowhere")
    assert output == {
        "too fast": [429, {"retry_after": 3}],
        "no such message": [400, {}],
        "never wrote": [403, {}],
        "grown": [400, {"migrate_to_chat_id": grown}],
        "pushed": [409, {}],
        "wrong token": [401, {}],
    }


def test_grammy_posts_in_a_channel_and_our_connector_hears_it_and_is_heard(telegram: Town) -> None:
    for place in (telegram.channel, telegram.discussion):
        telegram.sit(place, telegram.other.number, "administrator")
    reading = own(telegram)
    reading.events()
    output = grammy(telegram, "posts", telegram.other, chat="@rechnoy")
    events = reading.events()
    post, photo = only(events, Post)
    assert (post.text, post.url) == ("Завтра отключат воду", f"{telegram.base}/rechnoy/{output['post']['message_id']}")
    assert (photo.text, [each.width for each in photo.attachments]) == ("Карта отключений", [640])
    edit = only(events, Edit)[0].post
    assert (edit.external_id, edit.text) == (post.external_id, "Завтра отключат воду с 9")
    comment = telegram.write("Надолго?", under=post.external_id)
    asked = reading.posts()[-1]
    assert (asked.external_id, asked.thread) == (comment, post.external_id)
    publication = TELEGRAM.publish(account(telegram), Speech("До вечера 🌙", asked.external_id, asked.thread), "k")
    ours = grammy(telegram, "updates", telegram.other)["updates"][-1]["message"]
    assert (ours["text"], ours["message_id"]) == ("До вечера 🌙", number(publication.external_id))
    assert (ours["from"]["id"], ours["from"]["is_bot"]) == (telegram.bot.number, True)
    assert ours["reply_to_message"]["message_id"] == number(comment)
