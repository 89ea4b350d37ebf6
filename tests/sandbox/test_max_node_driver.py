"""The own client of MAX for Node, unmodified, drives the emulator, and our connector hears and is heard beside it."""

from base64 import b64encode
from typing import Any

import pytest

from otklik.networks.base import Post
from tests.max_account import MAX, PIXEL, account, own, reply_to
from tests.sandbox.max_town import MaxTown
from tests.sandbox.node_driver import story

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def client(town: MaxTown, name: str, **given: Any) -> dict[str, Any]:
    """What the story told, with the town's bot."""
    return story("@maxhub/max-bot-api", "max.mjs", name, base=town.base, token=town.token, **given)


def test_it_writes_and_reads_comments_that_our_connector_sees(max_town: MaxTown) -> None:
    asked = max_town.write("Когда уберут снег?")
    mid, post = asked.rpartition("=")[2], max_town.post_mid
    said = MAX.publish(account(max_town), reply_to(max_town, asked, "Сегодня."), "k")
    told = client(max_town, "comments", post=post, asked=mid, ours=said.external_id.rpartition("=")[2])
    listed, one = told["listed"], told["one"]
    assert [item["body"]["text"] for item in listed] == ["Когда уберут снег?", "Сегодня."]
    assert listed[1]["link"]["message"]["mid"] == mid
    assert (one["body"]["text"], one["sender"]["first_name"], one["sender"]["is_bot"]) == (
        "Когда уберут снег?",
        "Анна",
        False,
    )
    assert told["by its own call"] == [404, "not.found"]
    assert (told["edited"], told["deleted"]) == ({"success": True}, {"success": True})
    assert max_town.texts() == ["Что нового?", "Когда уберут снег?", "И послезавтра."]
    heard = {event.external_id: event for event in own(max_town).events() if isinstance(event, Post)}
    theirs = heard[f"{max_town.post}?comment={told['sent']['body']['mid']}"]
    assert (theirs.text, theirs.own, theirs.parent) == ("И послезавтра.", True, asked)


def test_it_hears_by_long_poll_answers_and_stops(max_town: MaxTown) -> None:
    max_town.write("Яма", to=max_town.bot, lat=55.5, long=37.25)
    asked = max_town.write("Когда?")
    told = client(max_town, "answers", picture=b64encode(PIXEL).decode())
    assert (told["me"]["user_id"], told["location"]) == (max_town.bot, {"latitude": 55.5, "longitude": 37.25})
    assert told["heard"]["message"]["body"]["text"] == "Когда?"
    assert told["reply"]["body"]["attachments"][0]["type"] == "image"
    assert [(item["text"], len(item["photos"])) for item in max_town.dialogue()] == [("Яма", 0), ("Видим", 1)]
    answer = max_town.thread()[-1]
    assert (answer["text"], answer["parent"], answer["official"]) == ("Сегодня.", asked, True)
    found = MAX.find(account(max_town), reply_to(max_town, asked, "Сегодня."))
    assert found is not None
    assert getattr(found, "external_id", "") == answer["address"]


def test_it_reads_posts_and_rights_and_posts_what_our_connector_hears(max_town: MaxTown) -> None:
    max_town.switch(chats_listed=True)
    told = client(max_town, "reads", channel=max_town.channel)
    assert [chat["title"] for chat in told["chats"]] == ["Город Речной"]
    assert [(item.get("sender"), item["body"]["text"]) for item in told["messages"]] == [(None, "Что нового?")]
    assert set(told["membership"]["permissions"]) == {"read_all_messages", "write", "edit", "delete"}
    assert told["edited"] == {"success": True}
    heard = [event for event in own(max_town).events() if isinstance(event, Post)]
    (news,) = [event for event in heard if event.external_id.endswith(told["post"]["body"]["mid"])]
    assert (news.text, news.url) == ("Завтра отключат воду с 9", told["post"]["url"])


def test_it_sets_and_takes_away_a_webhook(max_town: MaxTown) -> None:
    url = "https://example.ru/hook"
    told = client(max_town, "hooks", url=url)
    assert (told["made"], told["gone"]) == ({"success": True}, {"success": True})
    assert [(item["url"], item["updateTypes"]) for item in told["listed"]] == [(url, ["message_created"])]


def test_it_is_refused_as_by_the_network(max_town: MaxTown) -> None:
    max_town.fault("error", "createComment", code=429)
    told = client(max_town, "refusals", post=max_town.post_mid, other=max_town.other_token, stolen="stolen")
    assert told == {
        "too fast": [429, "too.many.requests"],
        "stranger": [403, "chat.denied"],
        "stolen": [401, "verify.token"],
        "nowhere": [404, "not.found"],
    }
    assert max_town.texts() == ["Что нового?"]
