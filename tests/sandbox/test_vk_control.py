import time
from typing import Any

import pytest

from otklik.networks.vk.address import comment_id, direct_id, post_id
from sandbox.acts import Words
from sandbox.state import State
from sandbox.vk import NETWORK
from sandbox.vk.citizens import Citizens
from sandbox.vk.people_acts import PeopleActs
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_places_and_tokens_are_made_by_the_common_words(town: Town) -> None:
    place = town.control("places", name="Парк", about="О парке", guests="none")["id"]
    assert place == "1003"
    assert town.control("places", id="club1003", name="Большой парк")["id"] == place
    token = town.control("tokens", kind="group", place=place)["token"]
    assert town.good("groups.getById", token)["groups"][0]["name"] == "Большой парк"
    citizen = town.control("tokens", kind="user", person=str(town.anna))["token"]
    assert town.good("users.get", citizen)[0]["id"] == town.anna


def test_addresses_are_those_of_the_connector_a_guest_has_its_name_and_a_dialogue_its_page(town: Town) -> None:
    post = town.put("Пост", place=str(town.group))
    assert post == post_id(town.wall, town.post + 1)
    comment = town.put("Вопрос", under=post, author="Вера Новая")
    assert comment == comment_id(town.wall, town.post + 1, town.post + 2)
    address = town.put("Лично", to=str(town.group), person=str(town.anna))
    assert address == direct_id(town.group, town.anna, int(address.rpartition(":")[2]))
    shown = town.items("thread", address=post_id(town.wall, town.post))[0]
    assert (shown["spot"], shown["link"]) == ([55.5, 37.25], f"/vk/{post_id(town.wall, town.post)}")
    town.put("Исправили", under=shown["address"], person=str(-town.guest))
    assert town.items("thread", address=shown["address"])[1]["author_name"] == "Дорожная служба"
    assert "Лично" in town.sandbox.http.get(f"/vk/gim{town.group}?sel={town.anna}").text
    assert town.sandbox.http.get(f"/vk/gim{town.group}?sel=12").status_code == 404


def test_a_closed_post_takes_no_comment_and_what_is_nowhere_is_refused(town: Town) -> None:
    for fields in ({"under": "wall-1001_99"}, {"under": "wall-1001_1?reply=99"}, {"place": "99"}, {"to": "1001"}):
        town.refused("texts", text="Текст", **fields)
    assert town.thread() == []
    number = town.control("posts", owner_id=town.wall, text="Тихо", close_comments=True)["post_id"]
    closed = post_id(town.wall, number)
    refused = {"text": "А я скажу", "under": closed, "author": "Анна Пробная"}
    assert town.refused("texts", **refused) == "BadRequest: Комментарии закрыты."
    assert "Комментарии закрыты." in town.sandbox.http.get(f"/vk/{closed}").text


@pytest.mark.parametrize("kind", ["photo", "topic", "video"])
def test_what_is_said_beside_a_wall_has_its_page_and_its_number(town: Town, kind: str) -> None:
    addresses = set()
    for turn in range(2):
        if turn:
            time.sleep(0.2)  # numbers grow with the time at which a sandbox is made
            town.sandbox.control("reset")
            town.control("places", name="Город", id=str(town.group))
        thing = town.control("things", kind=kind, owner_id=town.wall, title="Двор на Красной")["address"]
        comment = town.put("Темно во дворе", under=thing, author="Анна Пробная")
        for path in (f"/vk/{thing}", f"/vk/{comment}"):
            page = town.sandbox.http.get(path)
            assert page.status_code == 200
            assert "Двор на Красной" in page.text
            assert "Темно во дворе" in page.text
        assert town.sandbox.http.get(f"/vk/{thing}0").status_code == 404
        addresses |= {thing, comment}
    assert len(addresses) == 4, "a sandbox made anew gives other numbers"


def test_a_page_of_a_wall_with_a_hundred_comments_under_each_post_asks_few_questions() -> None:
    state, acts = State(":memory:", "http://sandbox", time.time, [NETWORK.tables]), PeopleActs()
    asked: list[str] = []
    with state.write() as world:
        place = str(acts.place(world, {"name": "Город"})["id"])
        people = [Citizens().named(world, f"Человек {number}") for number in range(50)]
        for number in range(100):
            above = acts.write(world, Words(f"Пост {number}", place=place))
            for at in range(100):
                address = acts.write(world, Words(f"Комментарий {at}", author=people[at % 50], under=above))
                above = address if at % 5 == 0 else above
        world.db.set_trace_callback(asked.append)
        posts = acts.posts(world, place, 2**53, 21)
        threads = acts.threads(world, [post.address for post in posts])
    world.db.close()
    assert [len(items) for items in threads] == [101] * 21
    assert len([query for query in asked if query.lstrip().startswith(("SELECT", "WITH"))]) <= 6


def test_a_crowded_wall_is_cut_short(town: Town) -> None:
    fields: dict[str, Any] = {"author": "Анна Пробная", "text": "Комментарий"}
    for _ in range(20):
        post = town.put("Пост", place=str(town.group))
        town.control("texts/batch", texts=[{"under": post, **fields}] * 100)
    assert town.sandbox.http.get(town.page).text.count("<article") == 400
