"""What is VKontakte's own, with its connector against the emulator: the stream, limits, searches, a user's key; and one
world for vk_api and for us."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
import vk_api

from otklik.inbox.models import Message
from otklik.networks.base import Deletion, Edit, Photo
from otklik.networks.errors import RetryAt
from tests.connectors import PIXEL, address_of, rests, with_tokens
from tests.region import Region, listen, only_card
from tests.sandbox.test_vk_drivers import ToSandbox
from tests.sandbox.town import Town
from tests.vk_account import VKONTAKTE, account, reading, reply_to

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.mark.parametrize("fault", ["failed1", "failed2", "failed3"])
def test_nothing_is_lost_when_the_stream_breaks(town: Town, fault: str) -> None:
    own = reading(account(town))
    own.looks(2)
    town.sandbox.control("vk/messages", group_id=town.group, person_id=town.anna, text="Первое")
    own.looks(1)
    town.comment("Написано перед обрывом")
    town.sandbox.control("vk/messages", group_id=town.group, person_id=town.anna, text="И лично")
    town.fault(fault, "longpoll")
    texts = [text for _ in range(4) for text in own.texts()]
    assert {"Написано перед обрывом", "И лично"} <= set(texts)


@pytest.mark.parametrize(("code", "rested"), [(6, [("community", timedelta(seconds=1))]), (9, []), (29, [])])
def test_a_limit_of_the_key_lets_it_rest_and_a_limit_of_one_action_does_not(
    town: Town, code: int, rested: list[tuple[str, timedelta]]
) -> None:
    access, speech = account(town), reply_to(town, town.comment("Когда?"))
    town.fault("error", "wall.createComment", code=code)
    with pytest.raises(RetryAt):
        VKONTAKTE.publish(access, speech, "k")
    assert rests(access) == rested


def test_posts_are_found_by_their_words_wherever_they_stand(town: Town) -> None:
    search = reading(account(town), "search", "яма речной")
    assert search.texts() == []
    for owner, text in ((town.group, "Речной, огромная яма!"), (town.guest, "яма — Речной"), (town.guest, "Речной")):
        town.sandbox.control("vk/posts", owner_id=-owner, person_id=town.anna, text=text)
    assert sorted(search.texts()) == ["Речной, огромная яма!", "яма — Речной"]
    assert search.texts() == []
    town.sandbox.control("vk/posts", owner_id=town.wall, person_id=town.boris, text="И ещё яма, Речной")
    assert "И ещё яма, Речной" in search.texts()


def test_a_search_with_many_answers_is_read_in_pieces(town: Town) -> None:
    for number in range(1100):
        town.sandbox.control("vk/posts", owner_id=town.wall, person_id=town.anna, text=f"Потоп номер {number}")
    search = reading(account(town), "search", "потоп")
    assert len(set(search.texts())) == 1000
    assert len(set(search.texts())) == 100


def test_a_photo_is_seen_under_the_reply(town: Town) -> None:
    speech = replace(reply_to(town, town.comment("Где?")), photos=(Photo("a.png", PIXEL, "image/png"),))
    VKONTAKTE.publish(account(town, user=True), speech, "k")
    (ours,) = [post for post in reading(account(town, push=True)).posts() if post.text == speech.text]
    assert ours.attachments[0].url.startswith(town.sandbox.base)


def test_the_self_check_tells_whether_a_users_key_speaks_for_the_community(town: Town) -> None:
    rights = []
    for key in (town.admin, "no-such-token", town.citizen):
        every = VKONTAKTE.rights(with_tokens(account(town), user=key))
        rights += [right for right in every if right.name == "Ключ пользователя"]
    assert [right.ok for right in rights] == [True, False, False]
    assert "не администратор" in rights[2].advice


def test_what_was_removed_and_put_back_is_heard_so(town: Town) -> None:
    own = reading(account(town))
    number = town.comment("Темно")
    own.looks(2)
    for act in ("delete", "restore"):
        town.sandbox.control(f"vk/comments/{town.wall}_{number}/{act}")
    assert [(type(event), address_of(event)[-len(str(number)) :]) for event in own.events()] == [
        (Deletion, str(number)),
        (Edit, str(number)),
    ]


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


def test_what_we_say_is_what_vk_api_reads(town: Town, session: requests.Session) -> None:
    number = town.comment("Темно")
    speech = reply_to(town, number, "Заменили 🔦 в 14:00.")
    published = VKONTAKTE.publish(account(town), speech, "key-1")
    reader = vk_api.VkApi(token=town.service, session=session, api_version="5.199").get_api()
    (asked,) = reader.wall.getComments(owner_id=town.wall, post_id=town.post, thread_items_count=10)["items"]
    (answer,) = asked["thread"]["items"]
    assert (answer["text"], answer["from_id"], answer["reply_to_comment"]) == (speech.text, -town.group, number)
    assert published.external_id == f"{speech.thread}?reply={answer['id']}"
