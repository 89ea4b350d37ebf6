"""Two independent clients, unmodified, drive the emulator: it is not shaped after our own client."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import vk_api
import vk_api.bot_longpoll

from tests.sandbox.driving import ToSandbox, picture, run
from tests.sandbox.town import Town

__all__ = ["ToSandbox"]

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def session(town: Town) -> Iterator[requests.Session]:
    with requests.Session() as ours:
        ours.trust_env = False
        ours.mount("https://api.vk.ru", ToSandbox(f"{town.sandbox.base}/vk"))
        yield ours


def turn_on_long_poll(town: Town) -> None:
    flags: dict[str, Any] = {"wall_reply_new": 1, "message_new": 1, "message_reply": 1}
    town.good("groups.setLongPollSettings", group_id=town.group, enabled=1, **flags)


def test_vk_api_reads_a_comment_and_answers_it(town: Town, session: requests.Session) -> None:
    asked = town.comment("Когда уберут снег?")
    reader = vk_api.VkApi(token=town.service, session=session, api_version="5.199").get_api()
    items = reader.wall.getComments(owner_id=town.wall, post_id=town.post, extended=1, thread_items_count=3)["items"]
    assert [item["text"] for item in items] == ["Когда уберут снег?"]
    writer = vk_api.VkApi(token=town.token, session=session, api_version="5.199").get_api()
    given = {"owner_id": town.wall, "post_id": town.post, "from_group": town.group, "guid": "a-1"}
    told = writer.wall.createComment(**given, message="Сегодня.", reply_to_comment=asked)
    assert told["parents_stack"] == [asked]
    with pytest.raises(vk_api.ApiError) as refused:
        writer.wall.getComments(owner_id=town.wall, post_id=town.post)
    assert refused.value.code == 27


def test_vk_api_hears_by_long_poll_and_sends_a_photo(town: Town, session: requests.Session) -> None:
    turn_on_long_poll(town)
    client = vk_api.VkApi(token=town.token, session=session, api_version="5.199")
    poll = vk_api.bot_longpoll.VkBotLongPoll(client, town.group, wait=10)
    poll.session.trust_env = False
    town.control("messages", group_id=town.group, person_id=town.anna, text="Яма")
    event = poll.check()[0]
    assert (event.type.value, event.message.text, event.message.peer_id) == ("message_new", "Яма", town.anna)
    upload = vk_api.VkUpload(client)
    upload.http.trust_env = False
    photo = upload.photo_messages(io.BytesIO(picture()), peer_id=town.anna)[0]
    name = f"photo{photo['owner_id']}_{photo['id']}_{photo['access_key']}"
    client.get_api().messages.send(peer_id=town.anna, random_id=1, message="Видим", attachment=name)
    assert [reply.object.text for reply in poll.check()] == ["Видим"]
    town.fault("failed1", "longpoll")
    assert poll.check() == []
    town.comment("После сбоя")
    assert [event.object.text for event in poll.check()] == ["После сбоя"]
    poll.session.close()
    upload.http.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_vkbottle_reads_answers_and_polls(town: Town) -> None:
    from vkbottle import API, VKAPIError
    from vkbottle.polling import BotPolling

    turn_on_long_poll(town)
    asked = town.comment("Где автобус?")

    class Api(API):
        API_URL = town.sandbox.base + "/vk/method/"

    async def scenario() -> tuple[Any, Any, list[Any], int]:
        service, community = Api(town.service), Api(town.token)
        try:
            read = await service.wall.get_comments(owner_id=town.wall, post_id=town.post, thread_items_count=5)
            polling = BotPolling(community, wait=10)
            server = await polling.get_server()
            told = await community.wall.create_comment(
                owner_id=town.wall, post_id=town.post, from_group=town.group, message="Едет.", reply_to_comment=asked
            )
            updates = (await polling.get_event(server))["updates"]
            town.control("messages", group_id=town.group, person_id=town.anna, text="Лично")
            await community.messages.send(peer_id=town.anna, random_id=8, message="И вам")
            try:
                await service.wall.create_comment(owner_id=town.wall, post_id=town.post, message="Нельзя")
            except VKAPIError as refused:
                return read, told, updates, int(refused.code)
            return read, told, updates, 0
        finally:
            await service.http_client.close()
            await community.http_client.close()

    read, told, updates, code = run(scenario())
    assert [item.text for item in read.items] == ["Где автобус?"]
    assert told.parents_stack == [asked]
    assert [(event["type"], event["object"]["id"]) for event in updates] == [("wall_reply_new", told.comment_id)]
    assert code == 28
    assert [item["text"] for item in town.thread()] == ["Где автобус?", "Едет."]
