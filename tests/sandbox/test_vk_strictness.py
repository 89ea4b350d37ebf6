from itertools import product
from typing import Any

import httpx
import pytest

from sandbox.vk.limits import Limiter
from tests.sandbox.town import Town, refusal

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
POST = {"owner_id": -1, "post_id": 1}
TIME = "/vk/method/utils.getServerTime"
SENSELESS = (b"{", b"[]", b'{"name": 5, "guests": "all"}', b'{"owner_id": "x"}')


WRONG_CALLS: list[tuple[str, dict[str, Any], int]] = [
    ("wall.getCommentz", {}, 3),
    ("wall.getComments", {**POST, "colour": "red"}, 100),
    ("wall.getComments", {**POST, "owner_id": "minus one"}, 100),
    ("wall.getComments", {**POST, "thread_items_count": 11}, 100),
    ("wall.getComments", {**POST, "sort": "best"}, 100),
    ("wall.getComments", {**POST, "extended": "yes"}, 100),
    ("wall.getComments", POST, 212),
    ("wall.getById", {}, 100),
    ("messages.getHistory", {"peer_id": 1}, 28),
    ("wall.createComment", {**POST, "message": "?"}, 28),
    ("users.get", {"user_ids": "1", "v": "5.90"}, 8),
    ("users.get", {"user_ids": "1", "v": "new"}, 8),
]


def test_a_wrong_call_gets_the_networks_own_error(town: Town) -> None:
    for method, params, expected in WRONG_CALLS:
        assert town.code(method, town.service, **params) == expected, (method, params)


def test_a_token_is_taken_from_header_query_and_body_and_a_refusal_does_not_echo_it(town: Town) -> None:
    http, both = town.sandbox.http, {"v": "5.199", "access_token": town.token}
    assert refusal(http.get(TIME, params={"access_token": town.token}).json()) == 8
    assert refusal(http.get(TIME, params={"v": "5.199"}).json()) == 5
    assert town.code("utils.getServerTime", "stolen") == 5
    answer = http.post(TIME, params=both, json={"a": 1})
    assert (answer.status_code, refusal(answer.json())) == (200, 100)
    by_header = http.post(TIME, data={"v": "5.199"}, headers={"Authorization": f"Bearer {town.token}"})
    by_query = http.get(TIME, params=both)
    by_form = http.post(TIME, files={"v": (None, "5.199"), "access_token": (None, town.token)})
    assert all(isinstance(answer.json()["response"], int) for answer in (by_header, by_query, by_form))
    form = {"v": "5.199", "access_token": town.service, "offset": "x"}
    text = http.post("/vk/method/wall.get", data=form).text
    assert '"offset"' in text
    assert town.service not in text


def test_a_user_token_has_no_community_rights_and_people_are_found_by_id_and_name(town: Town) -> None:
    assert town.code("groups.getTokenPermissions", town.admin) == 15
    assert town.code("groups.getCallbackServers", town.citizen, group_id=town.group) == 15
    assert town.code("groups.getCallbackServers", town.guest_token, group_id=town.group) == 15
    assert town.good("groups.getTokenPermissions")["mask"] > 0
    people = town.good("users.get", user_ids=f"{town.anna},id{town.boris},7", fields="sex,photo_50")
    assert [person["first_name"] for person in people] == ["Анна", "Борис"]
    by_name = town.good("groups.getById", town.service, group_ids="rechnoy")
    assert by_name["groups"][0]["id"] == town.good("groups.getById")["groups"][0]["id"] == town.group


def test_more_calls_a_second_than_allowed_are_refused(town: Town) -> None:
    town.switch(rate_limits=True)
    codes = (town.code("utils.getServerTime", town.service) for _ in range(500))
    assert next(code for code in codes if code) == 6


@pytest.mark.parametrize(("kind", "most"), [("service", 3), ("user", 3), ("group", 20)])
def test_a_token_gets_its_number_of_calls_in_any_second(kind: str, most: int) -> None:
    now = [100.0]
    limiter = Limiter(lambda: now[0])
    assert [limiter.allows("a", kind) for _ in range(most + 2)] == [True] * most + [False] * 2
    assert limiter.allows("b", kind)
    now[0] += 0.99
    assert not limiter.allows("a", kind)
    now[0] += 0.01
    assert limiter.allows("a", kind)


def test_a_planned_failure_comes_before_or_after_the_commit_and_as_often_as_asked(town: Town) -> None:
    form = {"v": "5.199", "access_token": town.token, "owner_id": town.wall, "post_id": town.post, "message": "Ответ"}
    for kind, written in (("http_before", 0), ("http_after", 1), ("drop_before", 1), ("drop_after", 2)):
        town.fault(kind, "wall.createComment", code=502)
        try:
            status = town.sandbox.http.post("/vk/method/wall.createComment", data=form).status_code
        except httpx.TransportError:
            status = 0  # the line was really closed
        assert (status, len(town.thread())) == (502 if kind.startswith("http") else 0, written), kind
    for code in (6, 14, 213):
        town.fault("error", "wall.createComment", code=code)
    answers = [town.reply("Ответ") for _ in range(4)]
    assert [refusal(answer) for answer in answers] == [6, 14, 213, 0]
    assert answers[1]["error"]["captcha_sid"]
    assert len(town.thread()) == 2 + 1


def test_the_control_api_and_the_pages_are_closed_to_strangers_and_explain_senseless_requests(town: Town) -> None:
    http = town.sandbox.http
    assert http.get("/", headers={"Host": "vk.example"}).status_code == 400
    for path in ("/control/counts", "/control/reset", "/control/vk/comments", "/control/faults"):
        assert http.post(path, json={}).status_code == 403
        assert http.get(path, headers={"X-Sandbox-Token": "guess"}).status_code == 403
    for path, body in product(("communities", "comments", "posts"), SENSELESS):
        answer = http.post(f"/control/vk/{path}", content=body, headers={"X-Sandbox-Token": "control-for-tests"})
        assert answer.status_code == 400, (path, body)
        assert answer.json()["error"]


def test_the_clock_can_be_set(town: Town) -> None:
    town.sandbox.control("clock", fixed=1700000000)
    town.comment("В срок")
    assert town.good("utils.getServerTime") == 1700000000
    assert town.thread()[0]["date"] == 1700000000
