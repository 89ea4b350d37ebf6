import json
from datetime import timedelta

import pytest

from otklik.networks.base import Incoming, Origin
from otklik.networks.errors import RetryAt
from otklik.networks.max.client import ask
from otklik.networks.max.network import Max
from otklik.networks.max.tests.contract import push
from otklik.networks.max.tests.scripted import DIALECT, TOKEN
from otklik.networks.max.updates import update_raw
from tests.make.scripted import Answer, Script


def test_an_update_has_the_same_key_however_it_was_heard_and_is_kept_without_doubt() -> None:
    kept = Max().raw(push())
    assert update_raw(json.loads(push().body), Origin.POLL, {"bot": "5"}).key == kept.key
    assert (json.loads(kept.body), kept.context) == (json.loads(push().body), {})
    for body in (b"not json", b"[]", b"\xff"):  # what is no update is kept as it came
        assert Max().raw(Incoming("POST", {}, {}, body)).body == body
    assert not Max().answer_to(Incoming("POST", {}, {}, b" "), DIALECT.account).store, "an empty call is no event"


@pytest.mark.enable_socket
def test_the_token_is_sent_bare_in_its_turn_and_rests_as_long_as_the_network_says(script: Script) -> None:
    script.say("GET /me", {"user_id": 5})
    ask(script.access(), "/me")
    (call,) = script.asked
    assert (call.token, call.query, script.turns) == (TOKEN, {}, ["bot"])
    script.say("GET /me", Answer(b"{}", 429, {"Retry-After": "7"}), Answer(b"no json", 429))
    waits = [timedelta(seconds=7), timedelta(seconds=1)]
    for wait in waits:
        with pytest.raises(RetryAt) as refused:
            ask(script.access(), "/me")
        assert refused.value.after == wait
    assert script.rests == [("bot", wait) for wait in waits]
