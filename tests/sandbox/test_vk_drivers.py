"""Two independent clients, unmodified, drive the emulator: it is not shaped after our own client."""

import io
from typing import Any

import pytest
import requests
import vk_api
import vk_api.bot_longpoll

from tests.sandbox.driving import ToSandbox, picture, run
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
EVENTS = ("wall_reply_new", "message_new", "message_reply")


def test_vk_api_answers_a_comment_hears_by_long_poll_and_sends_a_photo(town: Town) -> None:
    asked = town.comment("Когда уберут снег?")
    town.long_poll(*EVENTS)
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://api.vk.ru", ToSandbox(f"{town.sandbox.base}/vk"))
        reader, client = (
            vk_api.VkApi(token=token, session=session, api_version="5.199") for token in (town.service, town.token)
        )
        post = {"owner_id": town.wall, "post_id": town.post}
        items = reader.get_api().wall.getComments(**post, extended=1, thread_items_count=3)["items"]
        assert [item["text"] for item in items] == ["Когда уберут снег?"]
        poll = vk_api.bot_longpoll.VkBotLongPoll(client, town.group, wait=10)
        poll.session.trust_env = False
        params = {**post, "from_group": town.group, "guid": "a-1", "message": "Сегодня.", "reply_to_comment": asked}
        assert client.get_api().wall.createComment(**params)["parents_stack"] == [asked]
        assert [event.object.text for event in poll.check()] == ["Сегодня."]
        with pytest.raises(vk_api.ApiError) as refused:
            client.get_api().wall.getComments(**post)
        assert refused.value.code == 27
        town.control("messages", group_id=town.group, person_id=town.anna, text="Яма")
        (event,) = poll.check()
        assert (event.type.value, event.message.text, event.message.peer_id) == ("message_new", "Яма", town.anna)
        upload = vk_api.VkUpload(client)
        upload.http.trust_env = False
        (photo,) = upload.photo_messages(io.BytesIO(picture()), peer_id=town.anna)
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

    town.long_poll(*EVENTS)
    asked = town.comment("Где автобус?")
    post = {"owner_id": town.wall, "post_id": town.post}

    class Api(API):
        API_URL = town.sandbox.base + "/vk/method/"

    async def scenario(service: Any, community: Any) -> None:
        read = await service.wall.get_comments(**post, thread_items_count=5)
        assert [item.text for item in read.items] == ["Где автобус?"]
        polling = BotPolling(community, wait=10)
        server = await polling.get_server()
        params = {**post, "from_group": town.group, "message": "Едет.", "reply_to_comment": asked}
        response = await community.wall.create_comment(**params)
        assert response.parents_stack == [asked]
        (event,) = (await polling.get_event(server))["updates"]
        assert (event["type"], event["object"]["id"]) == ("wall_reply_new", response.comment_id)
        town.control("messages", group_id=town.group, person_id=town.anna, text="Лично")
        await community.messages.send(peer_id=town.anna, random_id=8, message="И вам")
        with pytest.raises(VKAPIError) as refused:
            await service.wall.create_comment(**post, message="Нельзя")
        assert int(refused.value.code) == 28

    async def scenario_with_clients() -> None:
        clients = Api(town.service), Api(town.token)
        try:
            await scenario(*clients)
        finally:
            for client in clients:
                await client.http_client.close()

    run(scenario_with_clients())
    assert [item["text"] for item in town.thread()] == ["Где автобус?", "Едет."]
