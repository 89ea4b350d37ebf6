from typing import Any

import pytest

from otklik.networks.base import Json, Origin
from otklik.networks.errors import AuthLost, Permanent, RetryAt
from otklik.networks.x.pages import MOST_CALLS, Listing, Walk, read
from otklik.networks.x.tests.shapes import text
from tests.make.scripted import DROP, Answer, Script

pytestmark = pytest.mark.enable_socket
PATH = "/tweets/search/recent"
LISTING = Listing("bearer", f"/2{PATH}", {"query": "фонарь"})
NEW, OLD = 2_080_765_813_578_191_303, 2_080_761_390_344_937_796
MINUTE = 60_000 << 22
TOO_OLD = Answer(
    {"title": "Invalid Request", "detail": "D", "type": "https://api.x.com/2/problems/invalid-request"}, 400
)


def page(*numbers: int, token: str = "", **changes: Any) -> dict[str, Any]:
    items = [text(id=str(each), edit_history_tweet_ids=[str(each)], **changes) for each in numbers]
    meta = {"result_count": len(items)} | ({"next_token": token} if token else {})
    return {"meta": meta} | ({"data": items} if items else {})


def go(script: Script, state: Any) -> tuple[Walk, dict[str, Json]]:
    walk = Walk(script.access(), Origin.POLL, {})
    return walk, read(walk, LISTING, state)


def test_the_first_look_takes_one_page_and_the_next_begins_a_minute_before_with_only_news(script: Script) -> None:
    script.say(PATH, page(NEW, OLD, token="more"))
    walk, state = go(script, {})
    assert (len(walk.raws), walk.calls, state["since"], state["token"]) == (1, 1, str(NEW), "")
    assert "since_id" not in script.asked[0].query
    assert script.asked[0].query["query"] == "фонарь"
    assert script.asked[0].token == "bearer-token-0001"
    assert script.turns == ["bearer"]
    script.say(PATH, page(NEW, OLD))
    walk, state = go(script, state)
    assert script.asked[1].query["since_id"] == str(NEW - MINUTE)
    assert walk.raws == []
    script.say(PATH, page(NEW + 5, NEW))
    walk, state = go(script, state)
    assert (len(walk.raws), state["since"]) == (1, str(NEW + 5))


def test_a_place_that_was_empty_at_first_is_read_whole_later_and_an_edit_there_is_news(script: Script) -> None:
    script.say(PATH, page())
    _, state = go(script, {})
    script.say(PATH, page(NEW, token="a"), page(OLD))
    walk, state = go(script, state)
    assert (len(walk.raws), state["since"]) == (2, str(NEW))
    script.say(PATH, page(NEW))
    _, state = go(script, {})
    script.say(PATH, page(NEW, text="Исправлено"))
    assert len(go(script, state)[0].raws) == 1


def test_a_long_sweep_and_one_refused_for_now_keep_what_was_read_and_go_on_there(script: Script) -> None:
    script.say(PATH, page(OLD))
    _, state = go(script, {})
    script.say(PATH, *(page(NEW - turn, token=f"t{turn}") for turn in range(MOST_CALLS + 4)), page(OLD))
    walk, state = go(script, state)
    assert (walk.calls, walk.pause is not None, state["since"]) == (MOST_CALLS, True, str(OLD))
    assert state["token"] == f"t{MOST_CALLS - 1}"
    walk, state = go(script, state)
    assert script.calls(PATH)[MOST_CALLS + 1].query["pagination_token"] == f"t{MOST_CALLS - 1}"
    assert (walk.pause, state["since"], state["token"]) == (None, str(NEW), "")
    script.say(PATH, page(OLD))
    _, state = go(script, {})
    script.say(PATH, page(NEW, token="t"), Answer({}, 429), page(OLD + 1))
    walk, state = go(script, state)
    assert (len(walk.raws), state["since"], state["token"]) == (1, str(OLD), "t")
    assert walk.pause is not None
    walk, state = go(script, state)
    assert (len(walk.raws), state["since"]) == (1, str(NEW))


@pytest.mark.parametrize(("answer", "kind"), [(Answer({}, 429), RetryAt), (DROP, RetryAt), (Answer({}, 401), AuthLost)])
def test_a_refusal_at_once_is_the_callers(script: Script, answer: Any, kind: type[Exception]) -> None:
    script.say(PATH, answer)
    with pytest.raises(kind):
        go(script, {"since": str(OLD), "begun": True})


def test_a_token_grown_old_begins_anew_and_a_bound_grown_old_is_left_out_until_there_is_news(script: Script) -> None:
    script.say(PATH, TOO_OLD, page(NEW, OLD))
    walk, state = go(script, {"since": str(OLD), "top": str(NEW), "token": "old", "begun": True})
    assert "pagination_token" not in script.asked[1].query
    assert (len(walk.raws), state["since"]) == (1, str(NEW))
    script.asked.clear()
    script.say(PATH, TOO_OLD, page())
    _, state = go(script, {"since": str(OLD), "top": str(OLD), "begun": True})
    assert "since_id" not in script.asked[1].query
    _, state = go(script, state)
    assert len(script.asked) == 3  # it does not try the old bound again
    script.say(PATH, page(NEW, token="t"), page(OLD, token="u"))
    walk, state = go(script, state)
    assert (len(walk.raws), state["since"], state["bare"]) == (2, str(NEW), False)
    go(script, state)
    assert script.asked[-1].query["since_id"] == str(NEW - MINUTE)
    script.say(PATH, TOO_OLD)
    with pytest.raises(Permanent):
        go(script, {"since": str(OLD), "top": str(OLD), "begun": True})
    with pytest.raises(Permanent):
        go(script, {})


@pytest.mark.parametrize("state", [{"since": 5, "top": [], "token": {}, "begun": "да"}, {"since": "x", "last": None}])
def test_a_damaged_state_is_a_first_look(script: Script, state: Any) -> None:
    script.say(PATH, page(NEW))
    _, kept = go(script, state)
    assert kept["since"] == str(NEW)


def test_old_numbers_that_tell_no_time_are_not_overlapped(script: Script) -> None:
    script.say(PATH, page())
    go(script, {"since": "20", "top": "20", "begun": True})
    assert script.asked[0].query["since_id"] == "20"
