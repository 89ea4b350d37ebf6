"""VK behind the control API that all networks share, and what its pages cost."""

import base64
import io
import time
from typing import Any

import httpx
import pytest
from PIL import Image

from otklik.networks.vk.address import comment_id, direct_id, post_id
from otklik.sandbox.acts import Words
from otklik.sandbox.state import State
from otklik.sandbox.vk import NETWORK
from otklik.sandbox.vk.citizens import Citizens
from otklik.sandbox.vk.people_acts import PeopleActs
from tests.sandbox.process import CONTROL_TOKEN
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def write(town: Town, text: str, **more: Any) -> str:
    return str(town.sandbox.control("vk/texts", text=text, **more)["address"])


def thread(town: Town, address: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = town.sandbox.inspect("vk/thread", address=address)["items"]
    return items


def test_places_and_tokens_are_made_by_the_common_words(town: Town) -> None:
    place = town.sandbox.control("vk/places", name="Парк", about="О парке", guests="none")["id"]
    assert place == "1003"
    assert town.sandbox.control("vk/places", id="club1003", name="Большой парк")["id"] == place
    token = town.sandbox.control("vk/tokens", kind="group", place=place)["token"]
    assert town.sandbox.vk("groups.getById", token)["response"]["groups"][0]["name"] == "Большой парк"
    citizen = town.sandbox.control("vk/tokens", kind="user", person=str(town.anna))["token"]
    assert town.sandbox.vk("users.get", citizen)["response"][0]["id"] == town.anna


def test_addresses_are_those_of_the_connector(town: Town) -> None:
    post = write(town, "Пост", place=str(town.group))
    assert post == post_id(town.wall, town.post + 1)
    comment = write(town, "Вопрос", under=post, author="Вера Новая")
    assert comment == comment_id(town.wall, town.post + 1, town.post + 2)
    said = write(town, "Лично", to=str(town.group), person=str(town.anna))
    assert said == direct_id(town.group, town.anna, int(said.rpartition(":")[2]))
    assert [item["address"] for item in town.sandbox.inspect("vk/posts", place=town.group)["items"]] == [
        post,
        post_id(town.wall, town.post),
    ]
    (message,) = town.sandbox.inspect("vk/dialogue", place=town.group, person=town.anna)["items"]
    assert (message["address"], message["text"], message["official"]) == (said, "Лично", False)


def test_a_thread_shows_who_answered_whom_and_what_was_deleted(town: Town) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "brown").save(out, "PNG")
    post = post_id(town.wall, town.post)
    asked = write(town, "Вопрос", under=post, author="Анна Пробная", photos=[base64.b64encode(out.getvalue()).decode()])
    said = write(town, "Ответ", under=asked)
    town.sandbox.control("vk/texts/edit", address=asked, text="Вопрос?")
    town.sandbox.control("vk/texts/delete", address=said)
    items = thread(town, said)
    assert [(item["text"], item["parent"], item["official"], item["deleted"]) for item in items] == [
        ("Что нового?", "", True, False),
        ("Вопрос?", post, False, False),
        ("Ответ", asked, True, True),
    ]
    assert [bool(item["edited"]) for item in items] == [False, True, False]
    assert items[0]["spot"] == [55.5, 37.25]
    assert items[1]["link"] == f"/vk/{asked}"
    answer = town.sandbox.http.get(items[1]["photos"][0])
    assert Image.open(io.BytesIO(answer.content)).size == (300, 200)


def test_many_texts_come_in_one_request_or_not_at_all(town: Town) -> None:
    post = post_id(town.wall, town.post)
    given = [{"under": post, "text": f"Текст {number}", "author": "Вера Новая"} for number in range(3)]
    assert len(set(town.sandbox.control("vk/texts/batch", texts=given)["addresses"])) == 3
    broken = [*given, {"under": "wall-1_1", "text": "Некуда", "author": "Вера Новая"}]
    answer = post_control(town, "texts/batch", {"texts": broken})
    assert answer.status_code == 400
    assert len(thread(town, post)) == 4


def post_control(town: Town, path: str, given: dict[str, Any]) -> httpx.Response:
    return town.sandbox.http.post(f"/control/vk/{path}", json=given, headers={"X-Sandbox-Token": CONTROL_TOKEN})


def test_a_closed_post_takes_no_citizens_comment(town: Town) -> None:
    number = town.sandbox.control("vk/posts", owner_id=town.wall, text="Тихо", close_comments=True)["post_id"]
    post = post_id(town.wall, number)
    answer = post_control(town, "texts", {"text": "А я скажу", "under": post, "author": "Анна Пробная"})
    assert (answer.status_code, answer.json()["error"]) == (400, "BadRequest: Комментарии закрыты.")
    assert "Комментарии закрыты." in town.sandbox.http.get(f"/vk/{post}").text


@pytest.mark.parametrize(
    "given",
    [
        {"under": "wall-1001_99"},
        {"under": "nothing"},
        {"under": "wall-1001_1?reply=99"},
        {"place": "99"},
        {"place": "x"},
        {"to": "99", "author": "Анна Пробная"},
        {"to": "1001"},
        {"under": "wall-1001_1", "person": "99"},
        {"under": "wall-1001_1", "author": " "},
        {},
    ],
)
def test_what_makes_no_sense_is_refused(town: Town, given: dict[str, str]) -> None:
    assert post_control(town, "texts", {"text": "Текст", **given}).status_code == 400
    assert len(thread(town, post_id(town.wall, town.post))) == 1


def test_any_event_goes_to_whoever_listens(town: Town) -> None:
    server = town.sandbox.vk("groups.setLongPollSettings", town.token, group_id=town.group, enabled=1)
    assert server["response"] == 1
    asked = town.sandbox.vk("groups.getLongPollServer", town.token, group_id=town.group)["response"]
    gone = {"owner_id": town.wall, "id": 99, "deleter_id": town.anna, "post_id": town.post}
    town.sandbox.control("vk/events", place=str(town.group), type="wall_reply_delete", object=gone)
    told = town.sandbox.http.get(
        asked["server"], params={"act": "a_check", "key": asked["key"], "ts": asked["ts"], "wait": 1}
    ).json()
    assert [(update["type"], update["object"]) for update in told["updates"]] == [("wall_reply_delete", gone)]


@pytest.fixture
def crowd() -> tuple[State, str]:
    """A wall with 100 posts of 100 comments each."""
    state = State(":memory:", "http://sandbox", time.time, [NETWORK.tables])
    acts = PeopleActs()
    with state.write() as world:
        place = str(acts.place(world, {"name": "Город"})["id"])
        people = [Citizens().named(world, f"Человек {number}") for number in range(50)]
        for number in range(100):
            above = acts.write(world, Words(f"Пост {number}", place=place))
            for at in range(100):
                said = acts.write(world, Words(f"Комментарий {at}", author=people[at % 50], under=above))
                above = said if at % 5 == 0 else above
    return state, place


def test_a_page_of_a_crowded_wall_asks_few_questions(crowd: tuple[State, str]) -> None:
    state, place = crowd
    asked: list[str] = []
    acts = PeopleActs()
    with state.write() as world:
        world.db.set_trace_callback(asked.append)
        posts = acts.posts(world, place, 2**53, 21)
        threads = acts.threads(world, [post.address for post in posts])
    assert [len(items) for items in threads] == [101] * 21
    assert len([query for query in asked if query.lstrip().startswith(("SELECT", "WITH"))]) <= 6


def test_a_crowded_wall_is_shown_at_once(town: Town) -> None:
    """A page of 20 posts and 400 comments takes some 90 ms; the bound leaves room for a busy machine."""
    for _ in range(20):
        post = write(town, "Пост", place=str(town.group))
        texts = [{"under": post, "text": f"Комментарий {at}", "person": str(town.anna)} for at in range(100)]
        town.sandbox.control("vk/texts/batch", texts=texts)
    began = time.monotonic()
    answer = town.sandbox.http.get(f"/vk/wall{town.wall}")
    assert answer.text.count("<article") == 400
    assert time.monotonic() - began < 1.0
