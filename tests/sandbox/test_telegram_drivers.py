"""Two independent clients, unmodified, drive the emulator, and our connector hears and is heard beside them."""

from typing import Any

import pytest

from otklik.networks.base import Speech
from tests.sandbox.driving import picture, run
from tests.sandbox.telegram_town import Town
from tests.telegram_reading import TELEGRAM, account, own, reply_to

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def number(address: str) -> int:
    return int(address.rpartition(":")[2])


def aiogram_bot(town: Town, token: str) -> Any:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(town.base)))


def ptb_bot(town: Town, token: str) -> Any:
    """A bot of python-telegram-bot."""
    from telegram import Bot
    from telegram.request import HTTPXRequest

    calls, updates = (HTTPXRequest(httpx_kwargs={"trust_env": False}) for _ in range(2))
    base, files = f"{town.base}/bot", f"{town.base}/file/bot"
    return Bot(token, base_url=base, base_file_url=files, request=calls, get_updates_request=updates)


def test_aiogram_hears_a_comment_and_answers_it(telegram: Town) -> None:
    from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
    from aiogram.types import BufferedInputFile, InputMediaPhoto, MediaUnion, ReplyParameters

    asked = telegram.write("Когда уберут снег?")

    async def scenario() -> list[Any]:
        bot = aiogram_bot(telegram, telegram.bot.token)
        try:
            me = await bot.get_me()
            updates = await bot.get_updates(allowed_updates=["message"], timeout=1)
            heard = updates[-1].message
            assert heard is not None
            told = await heard.reply("Сегодня.")
            pictures: list[MediaUnion] = [
                InputMediaPhoto(media=BufferedInputFile(picture(), "a.png"), caption="Вот" if place == 0 else None)
                for place in range(2)
            ]
            reply = ReplyParameters(message_id=heard.message_id)
            album = await bot.send_media_group(telegram.discussion, media=pictures, reply_parameters=reply)
            assert album[0].photo is not None
            file = await bot.get_file(album[0].photo[-1].file_id)
            downloaded = await bot.download_file(str(file.file_path))
            await bot.edit_message_text("Завтра.", chat_id=telegram.discussion, message_id=told.message_id)
            gone = ReplyParameters(message_id=9999, allow_sending_without_reply=False)
            with pytest.raises(TelegramBadRequest):
                await bot.send_message(telegram.discussion, "Нет", reply_parameters=gone)
            telegram.fault("error", "sendMessage", code=429)
            with pytest.raises(TelegramRetryAfter) as paused:
                await bot.send_message(telegram.discussion, "Рано")
            assert downloaded is not None
            return [me, heard, told, album, downloaded.read()[:3], paused.value.retry_after]
        finally:
            await bot.session.close()

    me, heard, told, album, start, wait = run(scenario())
    assert (me.id, me.can_read_all_group_messages, wait) == (telegram.bot.number, True, 3)
    assert (heard.text, heard.message_thread_id) == ("Когда уберут снег?", number(telegram.post))
    assert heard.reply_to_message.is_automatic_forward is True
    assert heard.reply_to_message.forward_origin.chat.id == telegram.channel
    assert told.reply_to_message.message_id == number(asked)
    assert len({message.media_group_id for message in album}) == 1
    assert start == b"\xff\xd8\xff"
    shown = {item["text"]: item["parent"] for item in telegram.thread() if item["official"]}
    assert shown == {"Что нового?": "", "Завтра.": asked, "Вот": asked, "": asked}


def test_aiogram_sees_what_our_connector_says(telegram: Town) -> None:
    telegram.sit(telegram.discussion, telegram.other.number, "administrator")
    asked = telegram.write("Где автобус?")
    said = TELEGRAM.publish(account(telegram), reply_to(telegram, asked, "Едет 🚌."), "k")
    telegram.write("Спасибо", under=said.external_id)

    async def scenario() -> Any:
        bot = aiogram_bot(telegram, telegram.other.token)
        try:
            return await bot.get_updates(timeout=1)
        finally:
            await bot.session.close()

    ours, thanks = run(scenario())[-2:]
    assert ours.message.text == "Едет 🚌."
    assert (ours.message.from_user.id, ours.message.from_user.is_bot) == (telegram.bot.number, True)
    assert ours.message.reply_to_message.message_id == number(asked)
    assert thanks.message.reply_to_message.message_id == number(said.external_id)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_python_telegram_bot_hears_private_words_answers_and_meets_refusals(telegram: Town) -> None:
    from telegram import InputMediaPhoto, ReplyParameters
    from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

    telegram.write("Здравствуйте", to=str(telegram.bot.number), person=telegram.boris)
    group = telegram.sandbox.control("telegram/places", name="Подъезд", kind="group")["id"]
    telegram.sit(group, telegram.bot.number, "member")
    grown = telegram.sandbox.control("telegram/migrate", place=group)["id"]

    async def scenario() -> list[Any]:
        async with ptb_bot(telegram, telegram.bot.token) as bot:
            updates = await bot.get_updates(timeout=1, allowed_updates=["message"])
            private = next(each.message for each in updates if each.message and each.message.chat.type == "private")
            said = await bot.send_message(
                private.chat.id, "И вам", reply_parameters=ReplyParameters(private.message_id)
            )
            photo = await bot.send_photo(private.chat.id, picture(), caption="Вот")
            file = await bot.get_file(photo.photo[0].file_id)
            small = await file.download_as_bytearray()
            media = [InputMediaPhoto(picture()), InputMediaPhoto(picture())]
            await bot.send_media_group(telegram.discussion, media)
            chat = await bot.get_chat("@rechnoy")
            member = await bot.get_chat_member(telegram.group, telegram.bot.number)
            with pytest.raises(ChatMigrated) as moved:
                await bot.send_message(group, "Да")
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
            info = await bot.get_webhook_info()
            await bot.delete_webhook()
            await bot.delete_message(private.chat.id, said.message_id)
            await bot.leave_chat(telegram.group)
        with pytest.raises(InvalidToken):
            async with ptb_bot(telegram, f"{telegram.bot.number}:AAwrong-wrong-wrong-wrong-wrong"):
                pass
        return [private, said, photo, bytes(small[:3]), chat, member, moved.value.new_chat_id, info]

    private, said, photo, start, chat, member, moved, info = run(scenario())
    assert (private.text, private.from_user.id, private.from_user.username) == (
        "Здравствуйте",
        7_345_678_901,
        "boris_p",
    )
    assert said.reply_to_message.message_id == private.message_id
    assert [size.width for size in photo.photo] == [90, 320, 640]
    assert start == b"\xff\xd8\xff"
    assert (chat.linked_chat_id, member.status, moved) == (telegram.discussion, "administrator", grown)
    assert info.url.endswith("/nowhere")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_python_telegram_bot_writes_in_a_channel_and_our_connector_hears_it(telegram: Town) -> None:
    telegram.sit(telegram.channel, telegram.other.number, "administrator")
    reading = own(telegram)
    reading.events()

    async def scenario() -> Any:
        async with ptb_bot(telegram, telegram.other.token) as bot:
            post = await bot.send_message("@rechnoy", "Завтра отключат воду")
            return await bot.edit_message_text("Завтра отключат воду с 9", post.chat.id, post.message_id), post

    _, post = run(scenario())
    heard, comment = reading.posts()[0], telegram.write("Надолго?", under=f"tg:{telegram.channel}:{post.message_id}")
    assert heard.text == "Завтра отключат воду"
    assert heard.url == f"{telegram.base}/rechnoy/{post.message_id}"
    asked = reading.posts()[-1]
    assert (asked.external_id, asked.thread) == (comment, heard.external_id)
    said = TELEGRAM.publish(account(telegram), Speech("До вечера", asked.external_id, asked.thread), "k")
    assert said.external_id in [item["address"] for item in telegram.thread(heard.external_id)]
