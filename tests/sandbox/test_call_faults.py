"""Planned faults around a call, the same for every network: when the change is made, and when its answer comes."""

import time

import httpx
import pytest

from tests.sandbox import town as builder
from tests.sandbox.process import Sandbox
from tests.sandbox.town import Town, until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
SLOW = 0.4  # seconds


@pytest.fixture
def city(sandbox: Sandbox) -> Town:
    return builder.build(sandbox)


def there(city: Town) -> list[str]:
    return [item["text"] for item in city.thread()]


def test_a_slow_answer_comes_after_the_commit(city: Town) -> None:
    city.fault("slow", "wall.createComment", seconds=SLOW)
    began = time.monotonic()
    assert "response" in city.reply("Починим завтра.")
    assert time.monotonic() - began >= SLOW
    assert there(city) == ["Починим завтра."]


def test_a_slow_failure_closes_the_line_and_commits_nothing(city: Town) -> None:
    city.fault("slow_before", "wall.createComment", seconds=SLOW)
    began = time.monotonic()
    with pytest.raises(httpx.TransportError):
        city.reply("Починим завтра.")
    assert time.monotonic() - began >= SLOW
    assert there(city) == []


def test_a_late_call_is_carried_out_though_nobody_waits_for_it_any_more(city: Town) -> None:
    city.fault("late", "wall.createComment", seconds=SLOW)
    form = {"access_token": city.token, "v": "5.199", "owner_id": city.wall, "post_id": city.post, "message": "Да."}
    with pytest.raises(httpx.ReadTimeout):
        city.sandbox.http.post("/vk/method/wall.createComment", data=form, timeout=SLOW / 4)
    assert there(city) == []
    until(lambda: there(city) == ["Да."], "the late call is carried out")


def test_a_page_may_come_in_the_opposite_order(city: Town) -> None:
    for text in ("раз", "два", "три"):
        city.comment(text)

    def listed() -> list[str]:
        given = {"owner_id": city.wall, "post_id": city.post}
        answer = city.sandbox.vk("wall.getComments", city.service, **given)["response"]
        assert answer["count"] == 3
        return [item["text"] for item in answer["items"]]

    city.fault("reorder", "wall.getComments")
    assert listed() == ["три", "два", "раз"]
    assert listed() == ["раз", "два", "три"]


def test_a_read_may_lag_behind_what_an_office_has_just_answered(city: Town) -> None:
    city.fault("behind", "*", seconds=600)
    asked = city.comment("Когда?")
    city.reply("Починим завтра.", reply_to_comment=asked)
    given = {"owner_id": city.wall, "post_id": city.post, "thread_items_count": 10}

    def listed() -> list[str]:
        answer = city.sandbox.vk("wall.getComments", city.service, **given)["response"]
        return [said["text"] for item in answer["items"] for said in (item, *item["thread"]["items"])]

    assert there(city) == ["Когда?", "Починим завтра."], "it stands there all the same"
    city.sandbox.vk("wall.get", city.service, owner_id=city.wall)
    assert listed() == ["Когда?"], "an answer that hid nothing has not used the fault up"
    assert listed() == ["Когда?", "Починим завтра."]
    city.fault("behind", "wall.getComments", seconds=0)
    assert listed() == ["Когда?", "Починим завтра."], "it is older than that"


def test_a_fault_that_nobody_knows_is_refused(city: Town) -> None:
    given = {"network": "vk", "kind": "slow_after_all", "method": "*"}
    headers = {"X-Sandbox-Token": "control-for-tests"}
    assert city.sandbox.http.post("/control/faults", json=given, headers=headers).status_code == 400
