"""The demonstration and a real sandbox process: threads are planted once, and the town goes on living."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from django.conf import LazySettings

from otklik.demo.control import Control, NoSandbox
from otklik.demo.elsewhere import introduce
from otklik.demo.life import LEAST, MOST, Town, pause
from otklik.demo.planting import CLOSED, FIRST_NUMBER, plant
from otklik.demo.walls import ALL
from otklik.inbox.models import Message, Thread
from otklik.incidents.models import Incident
from otklik.networks.vk.address import wall_address
from otklik.publishing.models import Sent

pytestmark = [pytest.mark.processes]
TOKEN = "for-this-test-only"
PATIENCE = 30.0


@pytest.fixture
def control(tmp_path: Path, settings: LazySettings) -> Iterator[Control]:
    """A sandbox on a free port with all walls of the demonstration, ended by its own process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "SANDBOX_CONTROL_TOKEN": TOKEN}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "otklik.sandbox", "--port", str(port), "--state", str(tmp_path / "state.sqlite3")]
    process = subprocess.Popen(command, env=environment)
    settings.SANDBOX_ADDRESS = f"http://127.0.0.1:{port}"
    try:
        with Control(settings.SANDBOX_ADDRESS, TOKEN) as ready:
            _await(ready)
            for wall in ALL:
                ready.post("/control/vk/communities", id=wall.number, name=wall.title, screen_name=wall.screen_name)
            introduce(ready, {})
            yield ready
    finally:
        process.terminate()
        process.wait(20)


def _await(control: Control) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            control.get("/control/counts")
        except NoSandbox:
            assert time.monotonic() < end, "the sandbox did not start"
            time.sleep(0.1)
        else:
            return


def _open_threads() -> list[Thread]:
    cards = Incident.objects.exclude(state__in=CLOSED)
    return list(Thread.objects.filter(network="vk", messages__links__incident__in=cards).distinct())


@pytest.mark.django_db
@pytest.mark.usefixtures("told")
def test_open_cards_are_planted_once_with_all_that_stands_beside_them(control: Control) -> None:
    assert plant(control, again=False) == len(_open_threads()) > 0
    for thread in _open_threads():
        stands = wall_address(thread.external_id)
        assert stands is not None
        assert stands.post < FIRST_NUMBER
        shown = control.get(f"/control/vk/threads/{stands.owner}_{stands.post}")
        ours = Message.objects.filter(thread=thread, place=Message.Place.COMMENT)
        assert {one["address"]: one["text"] for one in shown["comments"]} == dict(
            ours.values_list("external_id", "text")
        )
        replies = {one["address"] for one in shown["comments"] if one["parent"]}
        assert replies == set(ours.exclude(parent_external_id="").values_list("external_id", flat=True))
    own = Message.objects.filter(thread__in=_open_threads(), place=Message.Place.COMMENT, own=True)
    assert set(own.values_list("external_id", flat=True)) <= set(Sent.objects.values_list("external_id", flat=True))
    assert plant(control, again=False) == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("told")
def test_a_sandbox_that_lost_its_memory_is_planted_again(control: Control) -> None:
    first = plant(control, again=False)
    control.post("/control/reset")
    for wall in ALL:
        control.post("/control/vk/communities", id=wall.number, name=wall.title, screen_name=wall.screen_name)
    assert plant(control, again=True) == first


def test_the_town_writes_edits_deletes_and_answers_back(control: Control) -> None:
    town = Town(control, Random(4))
    done = [town.happen() for _ in range(150)]
    assert {"complaint", "noise", "me_too", "edit", "delete", "elsewhere", "private"} <= set(done)
    written = list(control.comments("citizens"))
    assert len(written) == sum(act in ("complaint", "noise", "me_too", "reply") for act in done)
    assert any(one["deleted"] for one in written)
    assert any(one["edited"] for one in written)


def test_a_reply_stands_under_an_official_answer_and_only_once(control: Control) -> None:
    town = Town(control, Random(4))
    while town.happen() != "complaint":
        pass
    asked = next(iter(control.comments("citizens")))
    owner, post = (int(part) for part in asked["address"].removeprefix("wall").partition("?")[0].split("_"))
    control.post(
        "/control/vk/comments", owner_id=owner, post_id=post, author=owner, text="Исправили", reply_to=asked["id"]
    )
    while town.happen() != "reply":
        pass
    said = control.get(f"/control/vk/threads/{owner}_{post}")["comments"]
    answer = next(one for one in said if one["from_group"])
    assert [one["author"] for one in said if one["parent"] == answer["id"]] == [asked["author"]]
    assert "reply" not in [town.happen() for _ in range(20)]


def test_pauses_are_between_twenty_and_ninety_seconds() -> None:
    rng = Random(1)
    pauses = [pause(rng) for _ in range(500)]
    assert LEAST <= min(pauses) < max(pauses) <= MOST
