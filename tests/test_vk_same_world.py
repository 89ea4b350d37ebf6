"""One world for three clients: what vk_api and vkbottle write is what our connector hears, and the other way round."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests
import vk_api
from vkbottle import API

from otklik.inbox.models import Message
from otklik.networks.access import access_to
from otklik.networks.base import Speech
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from tests.region import Region, listen, only_card
from tests.sandbox.test_vk_drivers import ToSandbox
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def session(town: Town) -> Iterator[requests.Session]:
    with requests.Session() as ours:
        ours.trust_env = False
        ours.mount("https://api.vk.ru", ToSandbox(f"{town.sandbox.base}/vk"))
        yield ours


def test_what_vk_api_writes_becomes_a_card_word_for_word(town: Town, region: Region, session: requests.Session) -> None:
    citizen = vk_api.VkApi(token=town.citizen, session=session, api_version="5.199").get_api()
    told = citizen.wall.createComment(
        owner_id=town.wall, post_id=town.post, message="Темно во дворе 🌙 & <b>холодно</b>"
    )
    listen()
    message = Message.objects.get(incidents=only_card())
    assert message.text == "Темно во дворе 🌙 & <b>холодно</b>"
    assert message.external_id == f"wall{town.wall}_{town.post}?reply={told['comment_id']}"
    assert message.author.external_id == f"id{town.anna}"


def test_what_vkbottle_writes_is_heard_too(town: Town, region: Region) -> None:
    class Api(API):
        API_URL = town.sandbox.base + "/vk/method/"

    async def write() -> int:
        api = Api(town.citizen)
        try:
            told = await api.wall.create_comment(owner_id=town.wall, post_id=town.post, message="Яма во дворе")
            return int(told.comment_id)
        finally:
            await api.http_client.close()

    with ThreadPoolExecutor(1) as own:  # the browser's tests may hold a loop in this thread
        number = own.submit(asyncio.run, write()).result()
    listen()
    assert Message.objects.get(incidents=only_card()).external_id.endswith(f"?reply={number}")


def test_what_we_say_is_what_vk_api_reads(town: Town, region: Region, session: requests.Session) -> None:
    number = town.comment("Темно")
    address = f"wall{town.wall}_{town.post}"
    speech = Speech("Заменили 🔦 в 14:00.", f"{address}?reply={number}", address, attempted_at=datetime.now(UTC))
    own = Account.objects.prefetch_related("tokens").get(pk=region.own.pk)
    published = NETWORKS["vk"].publish(access_to(own), speech, "key-1")
    reader = vk_api.VkApi(token=town.service, session=session, api_version="5.199").get_api()
    (asked,) = reader.wall.getComments(owner_id=town.wall, post_id=town.post, thread_items_count=10)["items"]
    (answer,) = asked["thread"]["items"]
    assert (answer["text"], answer["from_id"], answer["reply_to_comment"]) == (speech.text, -town.group, number)
    assert published.external_id == f"{address}?reply={answer['id']}"
