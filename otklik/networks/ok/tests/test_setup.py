from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.base import Access
from otklik.networks.errors import NotSupported, Permanent
from otklik.networks.ok.network import OK
from otklik.networks.ok.tests.contract import METHOD
from otklik.networks.ok.tests.scripted import GROUP, TOKENS, error
from tests.make.scripted import Script

pytestmark = pytest.mark.enable_socket
HOOK = "https://otklik.example/hooks/ok/abc"


@pytest.fixture
def ready(script: Script) -> Script:
    script.say("users.getCurrentUser", {"uid": "77", "name": "Глеб"})
    script.say("users.hasAppPermission", True)
    script.say("group.getUserGroupsByIds", [{"groupId": GROUP, "userId": "77", "status": "ADMIN"}])
    script.say("stream.get", {"anchor": "s"})
    script.say(METHOD, error(100))
    script.say("info", {"name": "Город", "group_id": f"group:{GROUP}"})
    script.say("subscriptions", {"subscriptions": []})
    script.say("subscribe", {"success": True})
    return script


def failed(access: Access) -> list[str]:
    return [right.name for right in OK().rights(access) if not right.ok]


def test_a_good_account_is_green_without_a_word_said_and_a_missing_right_is_named(ready: Script) -> None:
    assert failed(ready.access()) == []
    (tried,) = ready.calls(METHOD)
    assert set(tried.values) == {"application_key", "format", "method", "sig", "access_token"}
    ready.say("users.hasAppPermission", True, False)
    assert failed(ready.access()) == ["Право приложения GROUP_CONTENT"]


@pytest.mark.parametrize(
    ("method", "answer", "line"),
    [
        ("users.getCurrentUser", error(102), "Вход: ключи приложения и администратора"),
        ("users.getCurrentUser", [], "Вход: ключи приложения и администратора"),
        ("group.getUserGroupsByIds", [{"status": "ACTIVE"}], "Администратор группы"),
        *(("group.getUserGroupsByIds", {}, "Администратор группы"), ("stream.get", error(160), "Чтение тем группы")),
        *((METHOD, error(3), "Ответы в комментариях"), (METHOD, error(200), "Ответы в комментариях")),
        ("info", {"group_id": "group:5"}, "Ключ группы: личные сообщения"),
        ("info", error(103), "Ключ группы: личные сообщения"),
    ],
)
def test_each_fault_has_a_line_with_advice_and_no_key_in_it(ready: Script, method: str, answer: Any, line: str) -> None:
    ready.say(method, answer)
    assert failed(ready.access()) == [line]
    (right,) = [right for right in OK().rights(ready.access()) if not right.ok]
    assert right.advice
    assert not [token for token in TOKENS.values() if token in right.advice]


def test_a_key_that_will_not_prolong_itself_is_told_of_and_blamed_on_nobody(ready: Script) -> None:
    def life() -> list[str]:
        return [right.advice for right in OK().rights(ready.access()) if right.name == "Срок ключа администратора"]

    assert life() == [""]
    ready.say("users.hasAppPermission", True, True, False)
    (advice,) = life()
    assert "LONG_ACCESS_TOKEN" in advice
    ready.say("users.hasAppPermission", True, True, False)
    assert failed(ready.access()) == []
    ready.say("users.hasAppPermission", True, True, error(2))
    assert life() == []


@pytest.mark.parametrize("kind", ["application_key", "secret_key", "access"])
def test_one_key_alone_is_not_blamed_for_the_others(ready: Script, kind: str) -> None:
    alone, nothing = replace(ready.access(), tokens={kind: TOKENS[kind]}), replace(ready.access(), tokens={})
    without = OK().rights(nothing)
    assert [right for right in OK().rights(alone) if not right.ok and right not in without] == []
    assert OK().authors(alone, [OK().voice(GROUP)]) == []
    assert ready.asked == []


def test_subscribing_adds_our_address_with_the_group_in_it_once_and_a_refusal_is_said(ready: Script) -> None:
    OK().subscribe(ready.access(), HOOK)
    (subscribe_call,) = ready.calls("subscribe")
    assert subscribe_call.body == {"url": f"{HOOK}?gid={GROUP}"}
    ready.say("subscriptions", {"subscriptions": [{"time": 1, "url": f"{HOOK}?gid={GROUP}"}]})
    OK().subscribe(ready.access(), HOOK)
    assert len(ready.calls("subscribe")) == 1
    assert OK().confirmation_code(ready.access()) == ""
    ready.say("subscriptions", {"subscriptions": []})
    with pytest.raises(NotSupported):
        OK().subscribe(ready.access("access"), HOOK)
    ready.say("subscribe", {"success": False})
    with pytest.raises(Permanent):
        OK().subscribe(ready.access(), HOOK)


def test_names_are_asked_for_in_batches_of_the_networks_size(ready: Script) -> None:
    ready.say("users.getInfo", [{"uid": "5", "first_name": "Анна", "last_name": "Иванова"}, {"uid": None}, 7])
    ready.say("group.getInfo", [{"uid": "30", "name": "Город"}])
    people = OK().authors(ready.access(), [*(f"user:{n}" for n in range(1, 252)), "group:30", "nonsense", "id5"])
    assert {(person.external_id, person.name, person.is_community) for person in people} == {
        ("user:5", "Анна Иванова", False),
        ("group:30", "Город", True),
    }
    assert [len(asked.values["uids"].split(",")) for asked in ready.calls("users.getInfo")] == [100, 100, 51]
