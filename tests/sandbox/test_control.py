import base64
import dataclasses
import time
from typing import Any

import pytest

from tests.max_account import PIXEL
from tests.sandbox.base_town import BaseTown
from tests.sandbox.process import CONTROL_TOKEN, Sandbox

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PICTURE = base64.b64encode(PIXEL).decode()
PLACES = {
    "vk": {"name": "Город", "id": "1001"},
    "ok": {"name": "Город", "id": "53000000000001"},
    "max": {"name": "Город", "id": "-70000000000001", "link": "gorod"},
    "telegram": {"name": "Город", "id": "-1002000000001", "kind": "supergroup", "username": "gorod"},
    "meta": {"name": "Город", "id": "100000000000001"},
    "x": {"name": "Город", "id": "1500000000000000001", "handle": "gorod"},
}
BOTS = {"telegram": "5000000001", "max": "229000001"}  # in private one speaks with them
LONG_AGO, LATER = 1_790_000_000, 1_790_003_600


@dataclasses.dataclass
class City(BaseTown):
    """One place in a network and, where the network has bots, its bot; `private` is whom people write in private."""

    place: str
    private: str
    anna: str = "600001"

    def officially(self, text: str, under: str) -> str:
        """The place itself answers."""
        return self.put(text, under=under, **({"place": self.place} if self.kind == "x" else {}))

    def post(self) -> str:
        return self.put("Что нового?", place=self.place)

    def comment(self, text: str, under: str) -> str:
        return self.put(text, under=under, person=self.anna)

    def private_message(self, text: str = "Лично") -> str:
        return self.put(text, to=self.private, person=self.anna)


CITIES: dict[str, type[City]] = {kind: type("City", (City,), {"kind": kind}) for kind in PLACES}


def settle(sandbox: Sandbox, kind: str) -> City:
    """The clock stands long ago, so that texts can be given any later time."""
    place = PLACES[kind]
    sandbox.control("reset")
    sandbox.control("clock", fixed=LONG_AGO - 100)
    sandbox.control(f"{kind}/places", **place)
    if kind in BOTS:
        sandbox.control(f"{kind}/tokens", kind="bot", id=int(BOTS[kind]), place=int(place["id"]))
    sandbox.control(f"{kind}/people/batch", people=[{"id": "600001", "name": "Анна Пробная"}])
    return CITIES[kind](sandbox, place["id"], BOTS.get(kind, place["id"]))


@pytest.fixture(params=PLACES)
def city(request: pytest.FixtureRequest, sandbox: Sandbox) -> City:
    return settle(sandbox, request.param)


def test_a_thread_is_shown_whole_with_who_answered_whom_and_what_was_taken_away(city: City) -> None:
    post = city.put("Что нового?", place=city.place, photos=[PICTURE])
    asked = city.comment("Вопрос", post)
    answer = city.officially("Ответ", asked)
    more = city.comment("И у нас", answer)
    if city.kind != "x":  # there an edit is a new text
        city.edit(asked, "Вопрос?")
    city.delete(more)
    words = "Вопрос" if city.kind == "x" else "Вопрос?"
    for address in (post, answer):
        shown = city.items("thread", address=address)
        assert [(item["address"], item["text"].split(" https")[0], item["parent"]) for item in shown] == [
            (post, "Что нового?", ""),
            (asked, words, post),
            (answer, "Ответ", asked),
            (more, "И у нас", asked if city.kind == "meta" else answer),  # two levels are all there are
        ]
    assert [item["author_name"] for item in shown] == ["Город", "Анна Пробная", "Город", "Анна Пробная"]
    assert [item["official"] for item in shown] == [True, False, True, False]
    assert [item["deleted"] for item in shown] == [False, False, False, True]
    assert [bool(item["edited"]) for item in shown] == [False, city.kind != "x", False, False]
    (photo,) = shown[0]["photos"]
    assert city.sandbox.http.get(photo).headers["Content-Type"].startswith("image/")


def test_posts_are_listed_newest_first_without_deleted_ones(city: City) -> None:
    first, second, gone = (city.put("Что?", place=city.place, at=at) for at in (LONG_AGO, LATER, LATER + 60))
    city.comment("Не пост", second)
    city.delete(gone)

    def listed(**query: int) -> list[str]:
        return [item["address"] for item in city.items("posts", place=city.place, **query)]

    assert listed() == [second, first]
    assert listed(most=1) == [second]
    assert listed(before=LATER) == [first]
    assert listed(before=0) == []


def test_a_dialogue_holds_both_voices_and_the_figures_count_what_is_there(city: City) -> None:
    post = city.post()
    asked = city.comment("Когда?", post)
    city.delete(city.comment("Лишнее", post))
    city.officially("Завтра", asked)
    asked = city.private_message("Здравствуйте")
    expected = {"citizen_comments": 1, "official_comments": 1, "deleted_comments": 1, "messages_in": 1}
    if city.kind == "x":  # where everything is a post
        expected = {"citizen_posts": 1, "official_posts": 2, "deleted_posts": 1, "messages_in": 1}
    if city.kind == "telegram":  # a post of a group is one of its messages
        expected |= {"official_comments": 2}
    counts = city.sandbox.inspect("counts")[city.kind]
    assert {name: counts.get(name) for name in expected} == expected
    if both := city.kind not in ("vk", "meta"):  # there an office writes through the API only
        city.officially("Слушаем", asked)
    city.put("Темно", under=asked, person=city.anna)
    shown = city.items("dialogue", place=city.private, person=city.anna)
    assert [(item["official"], item["text"]) for item in shown] == [
        (False, "Здравствуйте"),
        *([(True, "Слушаем")] if both else []),
        (False, "Темно"),
    ]
    assert city.items("thread", address=shown[-1]["address"]) == shown
    boris = city.control("people", name="Борис Пробный")["id"]
    assert city.items("dialogue", place=city.private, person=boris) == []


def test_many_texts_come_in_one_request_or_not_at_all_and_what_makes_no_sense_leaves_nothing(city: City) -> None:
    post = city.post()
    gone = city.comment("Лишнее", post)
    city.delete(gone)
    senseless: list[dict[str, str]] = [
        *({}, {"under": "nothing"}, {"place": "x"}, {"to": "99", "person": "600001"}),
        *({"under": post, "person": "99"}, {"under": post, "author": " "}, {"under": gone, "person": "600001"}),
    ]
    for fields in senseless:
        city.refused("texts", text="Текст", **fields)
    assert [item["text"] for item in city.items("thread", address=post) if not item["deleted"]] == ["Что нового?"]
    good = {"under": post, "text": "раз", "person": city.anna}
    assert len(set(city.control("texts/batch", texts=[good] * 3)["addresses"])) == 3
    assert city.refused("texts/batch", texts=[good, {**good, "under": "nothing"}])
    assert [item["deleted"] for item in city.items("thread", address=post)].count(False) == 4


def test_the_front_page_lists_the_place_and_everything_outlives_a_restart(city: City) -> None:
    assert ">Город<" in city.sandbox.http.get("/").text
    post = city.post()
    city.sandbox.stop()
    city.sandbox.restart()
    assert [item["address"] for item in city.items("thread", address=post)] == [post]
    assert city.comment("Ещё", post) not in ("", post)


def all_numbers(city: City) -> set[str]:
    """Those of a post, a comment, a message in private, its page, and of somebody new."""
    city.sandbox.control("clock")
    person = str(city.control("people", name="Борис Пробный")["id"])
    post = city.post()
    comment = city.put("Яма", under=post, person=person)
    direct = city.put("Лично", to=city.private, person=person)
    return {post, comment, direct, person, city.items("thread", address=direct)[0]["link"]}


def test_a_sandbox_made_anew_gives_no_number_that_was_given_before(city: City) -> None:
    before = all_numbers(city)
    assert len(before) == 5
    time.sleep(1.1)  # numbers grow with the time at which a sandbox is made
    assert not before & all_numbers(settle(city.sandbox, city.kind))


def test_many_texts_of_the_past_come_in_one_go_and_each_has_a_page(city: City) -> None:
    texts = [
        {"place": city.place, "text": "Что нового?", "at": LONG_AGO},
        {"under": 0, "person": city.anna, "text": "Яма", "at": LATER},
        {"under": 1, "person": city.anna, "text": "И темно", "at": LATER + 60},
    ]
    addresses = city.control("texts/batch", texts=texts)["addresses"]
    city.sandbox.control("clock")
    shown = city.items("thread", address=addresses[0])
    assert [item["address"] for item in shown] == addresses
    assert [item["at"] for item in shown] == [LONG_AGO, LATER, LATER + 60]
    links = city.control("links", threads=[addresses[0]])["links"]
    assert links == {item["address"]: item["link"] for item in shown}
    for link in links.values():
        assert "Яма" in city.sandbox.http.get(link).text


def listed(city: City, most: int = 2000, mark: str = "") -> tuple[list[dict[str, Any]], str]:
    """All texts behind this mark, in pages of that size, and the mark behind the last."""
    texts: list[dict[str, Any]] = []
    while (page := city.inspect("texts", after=mark, most=most))["items"]:
        assert len(page["items"]) <= most
        texts += page["items"]
        mark = page["next"]
    return texts, mark


def test_every_text_is_listed_once_what_comes_later_behind_a_mark_and_nothing_behind_none(city: City) -> None:
    post = city.post()
    asked = city.comment("Темно", post)
    private = city.private_message("Тайно")
    texts, mark = listed(city)
    by_address = {item["address"]: item for item in texts}
    assert set(by_address) == {post, asked, private}
    assert len(texts) == 3
    for shown in city.items("thread", address=post):
        assert shown.items() <= by_address[shown["address"]].items()
        assert by_address[shown["address"]]["dialogue"] == ""
        assert city.place in by_address[shown["address"]]["places"]
    talk = by_address[private]
    assert (talk["text"], talk["places"]) == ("Тайно", [city.private])
    assert talk["address"].startswith(talk["dialogue"])
    assert talk["dialogue"] not in ("", talk["address"])
    assert listed(city, 1) == (texts, mark)
    city.delete(asked)
    late = city.private_message("Ещё")
    assert [item["address"] for item in listed(city, mark=mark)[0]] == [late]
    assert next(item for item in listed(city)[0] if item["address"] == asked)["deleted"] is True

    headers = {"X-Sandbox-Token": CONTROL_TOKEN}
    for wrong in ("x", "0.x", "5"):
        answer = city.sandbox.http.get(f"/control/{city.kind}/texts", params={"after": wrong}, headers=headers)
        assert answer.status_code == 400, wrong
