import json
import pathlib
import signal
from collections.abc import Iterator

import pytest

from tests.sandbox.conftest import judged
from tests.sandbox.process import Sandbox, running
from tests.sandbox.pushing import PUSHING, Pushing
from tests.sandbox.receiver import Reply, listening
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture(params=PUSHING)
def pushing(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Pushing]:
    """A network whose webhook is set and heard; pauses between repeats are short."""
    for built in judged(sandbox, request.param, PUSHING[request.param]):
        built.town.switch(push_delays=[0.05, 0.05, 0.05, 0.05, 0.05])
        with listening(built.receiver):
            built.subscribe()
            yield built


def test_events_come_once_in_their_order_or_twice_or_late_when_planned_and_any_at_all(pushing: Pushing) -> None:
    for text in ("раз", "два", "три"):
        pushing.say(text)
    until(lambda: len(pushing.texts()) == 3, "three events come")
    assert pushing.texts() == ["раз", "два", "три"]
    pushing.town.fault("duplicate", pushing.event)
    pushing.say("раз")
    until(lambda: pushing.texts()[3:] == ["раз", "раз"], "it comes twice")
    *_, (first, _), (second, _) = pushing.receiver.heard
    assert first == second
    pushing.town.fault("reorder", pushing.event)
    pushing.say("два")
    pushing.say("три")
    until(lambda: pushing.texts()[5:] == ["три", "два"], "the later one comes first")
    before = len(pushing.receiver.heard)
    pushing.town.control("events", **pushing.any_event)
    until(lambda: len(pushing.receiver.heard) == before + 1, "it comes")
    body = json.loads(pushing.receiver.heard[-1][0])
    event_bodies = {name: value for name, value in pushing.any_event.items() if isinstance(value, dict)}
    assert any(value in (body, body.get("object"), body.get("data")) for value in event_bodies.values())


def test_what_was_not_taken_is_brought_again_as_it_was_and_nothing_overtakes_it(pushing: Pushing) -> None:
    first = len(pushing.receiver.heard)
    pushing.receiver.replies = [Reply(status, headers={"Location": "/"}) for status in pushing.unheard]
    pushing.say("раз")
    if pushing.town.kind == "vk":  # there the next one does not wait
        until(lambda: len(pushing.texts()) == len(pushing.unheard) + 1, "it is taken at last")
    pushing.say("два")
    expected = ["раз"] * (len(pushing.unheard) + 1) + ["два"]
    until(lambda: len(pushing.texts()) == len(expected), f"they come as {expected}")
    assert pushing.texts() == expected
    assert len({body for body, _ in pushing.receiver.heard[first:-1]}) == 1


def test_after_the_last_repeat_an_event_is_given_up_and_the_next_one_comes(pushing: Pushing) -> None:
    pushing.town.switch(push_delays=[0.01])
    pushing.receiver.replies = [Reply(500)] * 2
    pushing.say("пропадёт")
    until(lambda: pushing.texts() == ["пропадёт"] * 2, "it is tried twice")
    if pushing.town.kind != "vk":  # there pushes are listed in a way of its own
        until(lambda: pushing.town.pushes()[0]["state"] == "lost", "it is given up")
        assert pushing.town.pushes()[0]["tries"] == 2
    if pushing.town.kind == "ok":  # whoever only fails is unsubscribed
        pushing.subscribe()
    pushing.say("дойдёт")
    until(lambda: pushing.texts() == ["пропадёт", "пропадёт", "дойдёт"], "the next one comes")


@pytest.mark.parametrize("kind", ["vk", "ok"])  # VK has a pusher of its own, the others have one in common
def test_a_push_survives_a_kill_of_the_sandbox(tmp_path: pathlib.Path, kind: str) -> None:
    with running(tmp_path) as sandbox:
        pushing = PUSHING[kind](sandbox)
        pushing.town.switch(push_delays=[0.3] * 100)
        with listening(pushing.receiver) as receiver:
            pushing.subscribe()
            receiver.replies = [Reply(500)] * 1000
            pushing.say("Переживёт")
            until(lambda: bool(pushing.texts()), "the first try is made")
            sandbox.stop(signal.SIGKILL)
            receiver.replies = []
            receiver.heard.clear()
            sandbox.restart()
            until(lambda: pushing.texts() == ["Переживёт"], "the push comes after the restart")
