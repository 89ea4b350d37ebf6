from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import pytest
from django.conf import LazySettings, settings

from otklik.demo.control import Control
from otklik.demo.elsewhere import introduce
from otklik.demo.life import LEAST, MOST, Town, pause
from otklik.demo.networks import _is_of_another
from otklik.demo.planting import plant
from otklik.demo.walls import ALL, BOARDS, EDITOR, Board
from otklik.inbox.models import Message, Thread
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.publishing.models import Sent
from tests.sandbox.process import CONTROL_TOKEN, running

pytestmark = [pytest.mark.processes]
LONG_AGO = 1_700_000_000  # before the history


@pytest.fixture(scope="module")
def lives() -> int:
    """Few, but some of each network."""
    return 60


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a sandbox whose process serves all tests of this module."""
    with running(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox.base


@pytest.fixture
def control(address: str, settings: LazySettings) -> Iterator[Control]:
    """The sandbox, made anew with all places of the demonstration."""
    settings.SANDBOX_ADDRESS = address
    with Control(address, CONTROL_TOKEN) as ready:
        _settle(ready)
        yield ready


def _settle(control: Control) -> None:
    control.post("/control/reset")
    control.post("/control/clock", fixed=LONG_AGO)
    for wall in ALL:
        control.post("/control/vk/communities", id=wall.number, name=wall.title, screen_name=wall.screen_name)
    control.post("/control/ok/people", id=EDITOR, name="Край отвечает")
    introduce(control, {})


@pytest.mark.django_db
@pytest.mark.usefixtures("history")
def test_the_history_is_planted_once_with_its_times_and_every_link_leads_to_its_page(control: Control) -> None:
    assert plant(control, again=False) == Thread.objects.count() > 0
    assert plant(control, again=False) == 0
    for network in NETWORKS:
        thread = Thread.objects.filter(network=network).order_by("-pk")[0]
        shown = control.get(f"/control/{NETWORKS[network].prefix}/thread", address=thread.external_id)["items"]
        ours = Message.objects.filter(thread=thread)
        written = {one.external_id: one.posted_at.timestamp() for one in ours}
        assert {one["address"] for one in shown} == written.keys()
        assert all(abs(one["at"] - written[one["address"]]) < 5 for one in shown), network
        assert {one["address"] for one in shown} > {one.parent_external_id for one in ours} - {""}
        page = httpx.get(ours.exclude(place=Message.Place.POST)[0].url)
        assert (page.status_code, thread.url.startswith(settings.SANDBOX_ADDRESS)) == (200, True), network
    own = set(Message.objects.filter(own=True, place=Message.Place.COMMENT).values_list("external_id", "url"))
    assert set(Sent.objects.values_list("external_id", "url")) == own


@pytest.mark.django_db
@pytest.mark.usefixtures("history")
def test_what_is_written_in_a_sandbox_made_anew_has_an_address_that_nobody_knows(control: Control) -> None:
    first = plant(control, again=False)
    newest = {network: Message.objects.filter(network=network).order_by("-posted_at")[0] for network in NETWORKS}
    for one in newest.values():  # it is not planted again, so that its number is free for somebody else
        Message.objects.filter(pk=one.pk).update(deleted_at=one.posted_at)
    _settle(control)
    assert plant(control, again=True) == first
    control.post("/control/clock")
    for network in NETWORKS:
        posts = Message.objects.filter(network=network, place=Message.Place.POST, source=newest[network].source)
        post = posts.order_by("-posted_at")[0]
        path = f"/control/{NETWORKS[network].prefix}/texts"
        fresh = control.post(path, under=post.external_id, author="Новый Человек", text="Яма")["address"]
        assert not Message.objects.filter(network=network, external_id=fresh).exists(), network


@pytest.mark.django_db
@pytest.mark.usefixtures("history")
def test_a_sandbox_of_another_database_is_known_by_what_it_remembers(control: Control) -> None:
    accounts = list(Account.objects.filter(sandbox=True))
    assert _is_of_another(control, accounts)  # the clock stands in the past: a start was broken off
    control.post("/control/clock")
    assert _is_of_another(control, accounts)  # it has places, and nobody here was ever subscribed
    accounts[0].options["hook"] = "http://127.0.0.1/hook"
    assert not _is_of_another(control, accounts)
    control.post("/control/reset")
    accounts[0].options.pop("hook")
    assert not _is_of_another(control, accounts)


def _citizens(control: Control, board: Board) -> bool:
    """Whether people have written under a post there."""
    path = f"/control/{NETWORKS[board.network].prefix}"
    posts = control.get(f"{path}/posts", place=board.name, before=2**33, most=20)["items"]
    threads = [control.get(f"{path}/thread", address=post["address"])["items"] for post in posts]
    return any(not item["official"] for thread in threads for item in thread)


def _comments(control: Control) -> list[dict[str, Any]]:
    """What citizens have written under posts of VK, oldest first."""
    return [one for one in control.texts("vk") if one["parent"] and not one["official"] and not one["dialogue"]]


def test_the_town_writes_edits_deletes_and_answers_back(control: Control) -> None:
    town = Town(control, Random(4))
    done = [town.happen() for _ in range(200)]
    assert {"complaint", "noise", "me_too", "edit", "delete", "elsewhere", "private"} <= set(done)
    written = _comments(control)
    assert len(written) == sum(act in ("complaint", "noise", "me_too", "reply") for act in done)
    wrote = {board.network for board in BOARDS if _citizens(control, board)}
    assert wrote == set(NETWORKS)
    assert any(one["deleted"] for one in written)
    assert any(one["edited"] for one in written)


def test_a_reply_stands_under_an_official_answer_and_only_once(control: Control) -> None:
    town = Town(control, Random(4))
    while town.happen() != "complaint":
        pass
    asked = _comments(control)[0]
    owner, post = (int(part) for part in asked["address"].removeprefix("wall").partition("?")[0].split("_"))
    control.post("/control/vk/texts", under=asked["address"], text="Исправили")
    while town.happen() != "reply":
        pass
    comments = control.get(f"/control/vk/threads/{owner}_{post}")["comments"]
    answer = next(one for one in comments if one["from_group"])
    assert [one["author"] for one in comments if one["parent"] == answer["id"]] == [int(asked["author"])]
    assert "reply" not in [town.happen() for _ in range(20)]


def test_pauses_are_between_twenty_and_ninety_seconds() -> None:
    rng = Random(1)
    pauses = [pause(rng) for _ in range(500)]
    assert LEAST <= min(pauses) < max(pauses) <= MOST
