"""A place with a past: texts of earlier times in one go, links to all of them, and numbers that never come back."""

import time

import pytest

from tests.sandbox.process import Sandbox

PLACES = {
    "vk": {"name": "Город", "id": "1001"},
    "ok": {"name": "Город", "id": "53000000000001"},
    "max": {"name": "Город", "id": "-70000000000001", "link": "gorod"},
    "telegram": {"name": "Город", "id": "-1002000000001", "kind": "supergroup", "username": "gorod"},
    "meta": {"name": "Город", "id": "100000000000001"},
    "x": {"name": "Город", "id": "1500000000000000001", "handle": "gorod"},
}
PRIVATE = {"telegram": "5000000001", "max": "229000001"}  # bots
LONG_AGO, LATER = 1_790_000_000, 1_790_003_600


def settle(sandbox: Sandbox, kind: str) -> str:
    """The place of a network, with its bot where it has one; the place as the control API takes it."""
    place = PLACES[kind]
    sandbox.control(f"{kind}/places", **place)
    if kind in PRIVATE:
        sandbox.control(f"{kind}/tokens", kind="bot", id=int(PRIVATE[kind]), place=int(place["id"]))
    return str(place["id"])


def said(sandbox: Sandbox, kind: str) -> set[str]:
    """A post, a comment and a message in private by somebody new; their addresses and who it was."""
    place = settle(sandbox, kind)
    person = str(sandbox.control(f"{kind}/people", name="Анна Пробная")["id"])
    post = sandbox.control(f"{kind}/texts", place=place, text="Что нового?")["address"]
    comment = sandbox.control(f"{kind}/texts", under=post, person=person, text="Яма")["address"]
    to = PRIVATE.get(kind, place)
    direct = sandbox.control(f"{kind}/texts", to=to, person=person, text="Лично")["address"]
    shown = sandbox.inspect(f"{kind}/thread", address=direct)["items"]
    return {post, comment, direct, person, shown[0]["link"]}


@pytest.mark.parametrize("kind", PLACES)
def test_a_sandbox_made_anew_gives_no_number_that_was_given_before(sandbox: Sandbox, kind: str) -> None:
    sandbox.control("reset")
    before = said(sandbox, kind)
    assert len(before) == 5
    time.sleep(1.1)  # numbers grow with the time
    sandbox.control("reset")
    assert not before & said(sandbox, kind)


@pytest.mark.parametrize("kind", PLACES)
def test_many_texts_of_the_past_come_in_one_go_and_each_has_a_page(sandbox: Sandbox, kind: str) -> None:
    sandbox.control("reset")
    sandbox.control("clock", fixed=LONG_AGO - 100)
    place = settle(sandbox, kind)
    sandbox.control(f"{kind}/people/batch", people=[{"id": "600001", "name": "Анна Пробная"}])
    texts = [
        {"place": place, "text": "Что нового?", "at": LONG_AGO},
        {"under": 0, "person": "600001", "text": "Яма", "at": LATER},
        {"under": 1, "person": "600001", "text": "И темно", "at": LATER + 60},
    ]
    addresses = sandbox.control(f"{kind}/texts/batch", texts=texts)["addresses"]
    sandbox.control("clock")
    shown = sandbox.inspect(f"{kind}/thread", address=addresses[0])["items"]
    assert [item["address"] for item in shown] == addresses
    assert [item["at"] for item in shown] == [LONG_AGO, LATER, LATER + 60]
    assert [item["author_name"] for item in shown] == ["Город", "Анна Пробная", "Анна Пробная"]
    assert shown[2]["parent"] == addresses[1]
    links = sandbox.control(f"{kind}/links", threads=[addresses[0]])["links"]
    assert links == {item["address"]: item["link"] for item in shown}
    for link in links.values():
        assert "Яма" in sandbox.http.get(link).text


def test_pages_are_found_by_the_links_that_the_networks_give_out(sandbox: Sandbox) -> None:
    sandbox.control("reset")
    for kind in ("telegram", "x", "vk"):
        said(sandbox, kind)
    for kind, name in (("telegram", "gorod/{}"), ("x", "gorod/status/{}")):
        post = sandbox.inspect(f"{kind}/posts", place=PLACES[kind]["id"])["items"][0]
        assert "Что нового?" in sandbox.http.get(f"/{kind}/{name.format(post['link'].rpartition('/')[2])}").text
    assert "Яма" in sandbox.http.get("/telegram/gorod").text
    assert sandbox.http.get("/telegram/nobody_at_all").status_code == 404
    (person,) = {row["id"] for row in [sandbox.control("vk/people", name="Анна Пробная")]}
    assert "Лично" in sandbox.http.get(f"/vk/gim1001?sel={person}").text
    assert sandbox.http.get("/vk/gim1001?sel=12").status_code == 404


@pytest.mark.parametrize("kind", ["photo", "topic", "video"])
def test_what_is_said_beside_a_wall_has_its_page_and_its_number(sandbox: Sandbox, kind: str) -> None:
    addresses = set()
    for _ in range(2):
        sandbox.control("reset")
        settle(sandbox, "vk")
        person = str(sandbox.control("vk/people", name="Анна Пробная")["id"])
        thing = sandbox.control("vk/things", kind=kind, owner_id=-1001, title="Двор на Красной")["address"]
        comment = sandbox.control("vk/texts", under=thing, person=person, text="Темно во дворе")["address"]
        for path in (f"/vk/{thing}", f"/vk/{comment}"):
            page = sandbox.http.get(path)
            assert page.status_code == 200
            assert "Двор на Красной" in page.text
            assert "Темно во дворе" in page.text
        assert sandbox.http.get(f"/vk/{thing}0").status_code == 404
        addresses |= {thing, comment}
        time.sleep(0.2)
    assert len(addresses) == 4, "a sandbox made anew gives other numbers"


def test_a_community_speaks_as_a_guest_on_the_wall_of_another(sandbox: Sandbox) -> None:
    sandbox.control("reset")
    place = settle(sandbox, "vk")
    sandbox.control("vk/places", name="Водоканал", id="1002")
    post = sandbox.control("vk/texts", place=place, text="Что нового?")["address"]
    sandbox.control("vk/texts", under=post, person="-1002", text="Исправили")
    assert sandbox.inspect("vk/thread", address=post)["items"][1]["author_name"] == "Водоканал"
