import json
from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.scripted import SECRET, TOKENS, error, listing, ok
from tests.make.scripted import Script

pytestmark = pytest.mark.enable_socket
HOOK = "https://otklik.example/hooks/vk/abc"


@pytest.fixture
def ready(script: Script) -> Script:
    script.say("groups.getCallbackConfirmationCode", ok({"code": "c0ffee"}))
    script.say("groups.getCallbackServers", listing([]))
    script.say("groups.addCallbackServer", ok({"server_id": 3}))
    script.say("groups.editCallbackServer", ok(1))
    script.say("groups.setCallbackSettings", ok(1))
    return script


def there(**changes: Any) -> dict[str, Any]:
    server = {"id": 8, "url": HOOK, "title": "Otklik", "secret_key": SECRET, "status": "ok", "creator_id": 1}
    return listing([server | changes])


def test_subscribing_adds_one_server_and_switches_on_what_is_understood(ready: Script) -> None:
    VK().subscribe(ready.access(), HOOK)
    added = ready.calls("groups.addCallbackServer")[0].values
    assert (added["url"], added["secret_key"]) == (HOOK, SECRET)
    assert len(added["title"]) <= 14
    settings = ready.calls("groups.setCallbackSettings")[0].values
    assert (settings["server_id"], settings["api_version"], settings["wall_reply_new"]) == ("3", "5.199", "1")
    ready.asked.clear()
    ready.say("groups.getCallbackServers", there())
    VK().subscribe(ready.access(), HOOK)
    assert ready.calls("groups.addCallbackServer") == []
    assert ready.calls("groups.editCallbackServer") == []
    assert ready.calls("groups.setCallbackSettings")[0].values["server_id"] == "8"


@pytest.mark.parametrize("changes", [{"secret_key": "old"}, {"status": "failed"}])
def test_a_server_with_an_old_secret_or_not_confirmed_is_told_anew(ready: Script, changes: dict[str, str]) -> None:
    ready.say("groups.getCallbackServers", there(**changes))
    VK().subscribe(ready.access(), HOOK)
    assert ready.calls("groups.editCallbackServer")[0].values["secret_key"] == SECRET


def test_what_keeps_the_network_from_calling_us_is_said_by_its_name(ready: Script) -> None:
    for secret in ("", "x" * 51):
        with pytest.raises(NeedsPerson):
            VK().subscribe(ready.access(secret=secret), HOOK)
    assert ready.asked == []
    access = replace(ready.access(), confirmation="old")
    assert VK().confirmation_code(access) == "c0ffee"
    with pytest.raises(NeedsPerson, match="c0ffee"):
        VK().subscribe(access, HOOK)
    assert ready.calls("groups.addCallbackServer") == []
    ready.say("groups.addCallbackServer", error(2000))
    with pytest.raises(Permanent, match="удалите"):
        VK().subscribe(ready.access(), HOOK)


def test_the_self_check_names_each_thing_that_is_missing_and_names_are_asked_for_in_batches(script: Script) -> None:
    script.say("groups.getById", ok({"groups": [{"id": 12, "name": "Мы"}], "profiles": []}))
    script.say("wall.get", error(28))
    script.say("groups.getTokenPermissions", ok({"mask": 1, "permissions": [{"name": "manage", "setting": 262144}]}))
    rights = {right.name: right for right in VK().rights(script.access())}
    assert rights["Ключ сообщества"].ok
    assert not rights["Сервисный ключ: чтение стены"].ok
    assert rights["Право «управление сообществом»: подписка на события"].ok
    missing = rights["Право «сообщения»: личные ответы"]
    assert not missing.ok
    assert missing.advice
    everything = json.dumps([right.advice for right in rights.values()], ensure_ascii=False)
    assert not any(token in everything for token in TOKENS.values())
    script.asked.clear()
    access = replace(script.access(), tokens={})
    assert [right.ok for right in VK().rights(access) if "пользователя" not in right.name] == [False, False]
    assert script.asked == []
    script.say("groups.getById", ok({"groups": [{"id": 99, "name": "Не мы"}]}))
    script.say("wall.get", listing([]))
    script.say("groups.getTokenPermissions", ok({"mask": 0, "permissions": []}))
    assert "другому сообществу" in VK().rights(script.access())[0].advice
    script.asked.clear()
    script.say("users.get", ok([{"id": 5, "first_name": "Анна", "last_name": "Иванова"}]))
    script.say("groups.getById", ok({"groups": [{"id": 30, "name": "Город"}], "profiles": []}))
    wanted = [*(f"id{number}" for number in range(1, 701)), "club30", "nonsense"]
    people = VK().authors(script.access(), wanted)
    assert {(person.external_id, person.name, person.is_community) for person in people} == {
        ("id5", "Анна Иванова", False),
        ("club30", "Город", True),
    }
    assert len(script.calls("users.get")) == 2
    assert script.calls("groups.getById")[0].values["group_ids"] == "30"
