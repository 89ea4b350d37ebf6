"""Two independent clients, unmodified, drive the emulator, and our connector hears and is heard beside them."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from maxapi import Bot
from maxapi.client.default import DefaultConnectionProperties
from maxapi.enums.message_link_type import MessageLinkType
from maxapi.exceptions.max import InvalidToken, MaxApiError
from maxapi.types.message import NewMessageLink

from otklik.networks.base import Post
from tests.max_account import MAX, PIXEL, account, own, reply_to
from tests.sandbox.driving import run, story
from tests.sandbox.max_town import MaxTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
HOOK = "https://example.ru/hook"


def drive(town: MaxTown, scenario: Callable[[Any], Awaitable[Any]], token: str = "") -> Any:
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


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # a call that the client advises against
def test_maxapi_hears_answers_and_is_refused_as_by_the_network(max_town: MaxTown) -> None:
    asked = max_town.write("Когда уберут снег?")
    mid, post = asked.rpartition("=")[2], max_town.post_mid
    publication = MAX.publish(account(max_town), reply_to(max_town, asked, "Сегодня."), "k")
    link = NewMessageLink(type=MessageLinkType.REPLY, mid=mid)

    async def comments(bot: Any) -> str:
        listed = (await bot.get_comments(post)).messages
        assert [item.body.text for item in listed] == ["Когда уберут снег?", "Сегодня."]
        assert (listed[1].link.message.mid, listed[0].recipient.post_id) == (mid, post)
        one = await bot.get_comment(post, mid)
        assert (one.body.text, one.sender.first_name, one.sender.is_bot) == ("Когда уберут снег?", "Анна", False)
        ours = (await bot.send_comment(post, text="И завтра тоже.", link=link)).message.body.mid
        assert (await bot.edit_comment(post, ours, text="И послезавтра.")).success
        assert (await bot.delete_comment(post, publication.external_id.rpartition("=")[2])).success
        assert (await bot.get_chat_by_link("rechnoy")).chat_id == max_town.channel
        url = (await bot.get_message(post)).url
        assert MAX.address_of(url, max_town.base).message == max_town.post  # type: ignore[union-attr]
        return str(ours)

    async def stranger(bot: Any) -> str:
        try:
            await bot.send_comment(post, text="Я")
        except MaxApiError as refused:
            return f"{refused.code} {refused.raw['code']}"  # type: ignore[index]
        except InvalidToken:
            return "401"
        return "said"

    ours = drive(max_town, comments)
    heard = {event.external_id: event for event in own(max_town).events() if isinstance(event, Post)}
    theirs = heard[f"{max_town.post}?comment={ours}"]
    assert (theirs.text, theirs.own, theirs.parent) == ("И послезавтра.", True, asked)
    assert drive(max_town, stranger, max_town.other_token) == "403 chat.denied"
    assert drive(max_town, stranger, "stolen") == "401"
    assert max_town.texts() == ["Что нового?", "Когда уберут снег?", "И послезавтра."]
    max_town.fault("http_after", "createComment", code=502)
    drive(max_town, lambda bot: bot.send_comment(post, text="Завтра.", link=link))
    assert max_town.texts().count("Завтра.") == 2, "whoever repeats a post by himself says it twice"


def client(town: MaxTown, name: str, **params: Any) -> dict[str, Any]:
    """What the story told, with the town's bot."""
    return story("@maxhub/max-bot-api", "max.mjs", name, base=town.base, token=town.token, **params)


def test_the_own_client_for_node_hears_answers_and_is_refused_as_by_the_network(max_town: MaxTown) -> None:
    max_town.write("Яма", to=max_town.bot, lat=55.5, long=37.25)
    asked = max_town.write("Когда?")
    output = client(max_town, "answers", picture=b64encode(PIXEL).decode())
    assert (output["me"]["user_id"], output["location"]) == (max_town.bot, {"latitude": 55.5, "longitude": 37.25})
    assert output["heard"]["message"]["body"]["text"] == "Когда?"
    assert output["reply"]["body"]["attachments"][0]["type"] == "image"
    assert [(item["text"], len(item["photos"])) for item in max_town.dialogue()] == [("Яма", 0), ("Видим", 1)]
    answer = max_town.thread()[-1]
    assert (answer["text"], answer["parent"], answer["official"]) == ("Сегодня.", asked, True)
    publication = MAX.find(account(max_town), reply_to(max_town, asked, "Сегодня."))
    assert getattr(publication, "external_id", "") == answer["address"]

    mid, post = asked.rpartition("=")[2], max_town.post_mid
    output = client(max_town, "comments", post=post, asked=mid, ours=answer["address"].rpartition("=")[2])
    assert [item["body"]["text"] for item in output["listed"]] == ["Когда?", "Сегодня."]
    assert output["listed"][1]["link"]["message"]["mid"] == mid
    one = output["one"]
    assert (one["body"]["text"], one["sender"]["first_name"], one["sender"]["is_bot"]) == ("Когда?", "Анна", False)
    assert output["by its own call"] == [404, "not.found"]
    assert (output["edited"], output["deleted"]) == ({"success": True}, {"success": True})
    assert max_town.texts() == ["Что нового?", "Когда?", "И послезавтра."]
    sent = f"{max_town.post}?comment={output['sent']['body']['mid']}"

    max_town.switch(chats_listed=True)
    output = client(max_town, "reads", channel=max_town.channel)
    assert [chat["title"] for chat in output["chats"] if chat["title"]] == ["Город Речной"]
    assert [(item.get("sender"), item["body"]["text"]) for item in output["messages"]] == [(None, "Что нового?")]
    assert set(output["membership"]["permissions"]) == {"read_all_messages", "write", "edit", "delete"}
    assert output["edited"] == {"success": True}
    heard = {event.external_id: event for event in own(max_town).events() if isinstance(event, Post)}
    assert (heard[sent].text, heard[sent].own, heard[sent].parent) == ("И послезавтра.", True, asked)
    (news,) = [event for address, event in heard.items() if address.endswith(output["post"]["body"]["mid"])]
    assert (news.text, news.url) == ("Завтра отключат воду с 9", output["post"]["url"])

    output = client(max_town, "hooks", url=HOOK)
    assert (output["made"], output["gone"]) == ({"success": True}, {"success": True})
    assert [(item["url"], item["updateTypes"]) for item in output["listed"]] == [(HOOK, ["message_created"])]
    max_town.fault("error", "createComment", code=429)
    assert client(max_town, "refusals", post=post, other=max_town.other_token, stolen="stolen") == {
        "too fast": [429, "too.many.requests"],
        "stranger": [403, "chat.denied"],
        "stolen": [401, "verify.token"],
        "nowhere": [404, "not.found"],
    }
    assert max_town.texts() == ["Что нового?", "Когда?", "И послезавтра."]
