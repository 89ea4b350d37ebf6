"""An independent client, unmodified, drives the emulator: it is not shaped after our own client."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from maxapi import Bot
from maxapi.client.default import DefaultConnectionProperties
from maxapi.enums.message_link_type import MessageLinkType
from maxapi.enums.update import UpdateType
from maxapi.enums.upload_type import UploadType
from maxapi.exceptions.max import InvalidToken, MaxApiError
from maxapi.types.input_media import InputMediaBuffer
from maxapi.types.message import NewMessageLink

from otklik.networks.base import Post
from tests.max_account import MAX, account, own, reply_to
from tests.sandbox.driving import picture, run
from tests.sandbox.max_town import MaxTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def drive(town: MaxTown, scenario: Callable[[Bot], Awaitable[Any]], token: str = "") -> Any:
    """The scenario with a client of the town's bot, in a loop of its own thread."""

    async def driven() -> Any:
        quick = DefaultConnectionProperties(retry_backoff_factor=0.01)
        bot = Bot(token or town.token, default_connection=quick, after_input_media_delay=0.0)
        bot.set_api_url(town.base)
        try:
            return await scenario(bot)
        finally:
            await bot.close_session()

    return run(driven())


def test_maxapi_writes_and_reads_comments_that_our_connector_sees(max_town: MaxTown) -> None:
    asked = max_town.write("Когда уберут снег?")
    mid, post = asked.rpartition("=")[2], max_town.post_mid
    said = MAX.publish(account(max_town), reply_to(max_town, asked, "Сегодня."), "k")

    async def scenario(bot: Bot) -> tuple[Any, ...]:
        listed = await bot.get_comments(post)
        one = await bot.get_comment(post, mid)
        link = NewMessageLink(type=MessageLinkType.REPLY, mid=mid)
        sent = await bot.send_comment(post, text="И завтра тоже.", link=link)
        ours = sent.message.body.mid
        edited = await bot.edit_comment(post, ours, text="И послезавтра.")
        removed = await bot.delete_comment(post, said.external_id.rpartition("=")[2])
        return listed, one, ours, edited, removed

    listed, one, ours, edited, removed = drive(max_town, scenario)
    assert [item.body.text for item in listed.messages] == ["Когда уберут снег?", "Сегодня."]
    assert listed.messages[1].link.message.mid == mid
    assert listed.messages[0].recipient.post_id == post
    assert (one.body.text, one.sender.first_name, one.sender.is_bot) == ("Когда уберут снег?", "Анна", False)
    assert edited.success
    assert removed.success
    assert max_town.texts() == ["Что нового?", "Когда уберут снег?", "И послезавтра."]
    heard = {event.external_id: event for event in own(max_town).events() if isinstance(event, Post)}
    theirs = heard[f"{max_town.post}?comment={ours}"]
    assert (theirs.text, theirs.own, theirs.parent) == ("И послезавтра.", True, asked)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # two calls that the client advises against
def test_maxapi_reads_posts_chats_and_rights(max_town: MaxTown) -> None:
    max_town.switch(chats_listed=True)

    async def scenario(bot: Bot) -> tuple[Any, ...]:
        me, chats = await bot.get_me(), await bot.get_chats()
        posts = await bot.get_messages(chat_id=max_town.channel)
        by_link = await bot.get_chat_by_link("rechnoy")
        member = await bot.get_me_from_chat(max_town.channel)
        one = await bot.get_message(max_town.post_mid)
        return me, chats, posts, by_link, member, one

    me, chats, posts, by_link, member, one = drive(max_town, scenario)
    assert (me.user_id, me.is_bot) == (max_town.bot, True)
    assert [chat.title for chat in chats.chats] == ["Город Речной"]
    assert [(item.sender, item.body.text) for item in posts.messages] == [(None, "Что нового?")]
    assert by_link.chat_id == max_town.channel
    assert {right.value for right in member.permissions} == {"read_all_messages", "write", "edit", "delete"}
    assert one.url == posts.messages[0].url
    assert MAX.address_of(one.url, max_town.base).message == max_town.post  # type: ignore[union-attr]


def test_maxapi_hears_by_long_poll_and_sends_a_photo(max_town: MaxTown) -> None:
    max_town.write("Яма", to=max_town.bot, lat=55.5, long=37.25)

    async def scenario(bot: Bot) -> tuple[Any, Any]:
        told = await bot.get_updates(timeout=0)
        media: list[Any] = [InputMediaBuffer(picture(), filename="a", type=UploadType.IMAGE)]
        chat = told["updates"][-1]["message"]["recipient"]["chat_id"]
        return told, await bot.send_message(chat_id=chat, text="Видим", attachments=media)

    told, sent = drive(max_town, scenario)
    assert [update["update_type"] for update in told["updates"]] == [
        "bot_added",
        "message_created",
        "bot_started",
        "message_created",
    ]
    assert sent.message.body.attachments[0].type == "image"
    shown = max_town.dialogue()
    assert [(item["text"], len(item["photos"])) for item in shown] == [("Яма", 0), ("Видим", 1)]
    heard = [event for event in own(max_town).events() if isinstance(event, Post) and event.text == "Яма"]
    assert (heard[0].latitude, heard[0].longitude) == (55.5, 37.25)


def test_maxapi_sets_and_takes_away_a_webhook(max_town: MaxTown) -> None:
    url = "https://example.ru/hook"

    async def scenario(bot: Bot) -> tuple[Any, ...]:
        made = await bot.subscribe_webhook(url, update_types=[UpdateType.MESSAGE_CREATED], secret="long-enough")
        listed = await bot.get_subscriptions()
        return made, listed, await bot.unsubscribe_webhook(url)

    made, listed, gone = drive(max_town, scenario)
    assert (made.success, gone.success) == (True, True)
    assert [item.url for item in listed.subscriptions] == [url]


def test_maxapi_is_refused_as_by_the_network(max_town: MaxTown) -> None:
    async def stranger(bot: Bot) -> str:
        try:
            await bot.send_comment(max_town.post_mid, text="Я")
        except MaxApiError as refused:
            return f"{refused.code} {refused.raw['code']}"  # type: ignore[index]
        except InvalidToken:
            return "401"
        return "said"

    assert drive(max_town, stranger, max_town.other_token) == "403 chat.denied"
    assert drive(max_town, stranger, "stolen") == "401"


def test_a_client_that_repeats_a_post_by_itself_says_it_twice_and_ours_does_not(max_town: MaxTown) -> None:
    asked = max_town.write("Когда?")

    async def careless(bot: Bot) -> Any:
        link = NewMessageLink(type=MessageLinkType.REPLY, mid=asked.rpartition("=")[2])
        return await bot.send_comment(max_town.post_mid, text="Завтра.", link=link)

    max_town.fault("http_after", "createComment", code=502)
    drive(max_town, careless)
    assert max_town.texts().count("Завтра.") == 2
    speech = reply_to(max_town, asked, "В среду.")
    max_town.fault("http_after", "createComment", code=502)
    with pytest.raises(Exception, match="неизвестно"):
        MAX.publish(account(max_town), speech, "k")
    assert MAX.find(account(max_town), speech) is not None
    assert max_town.texts().count("В среду.") == 1
