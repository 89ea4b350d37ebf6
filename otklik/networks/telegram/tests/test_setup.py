import pytest

from otklik.networks.errors import AuthLost, Permanent, RetryAt
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.tests.scripted import BOT, SECRET, error, ok
from tests.make.scripted import Answer, Script

pytestmark = pytest.mark.enable_socket
ME = {"id": BOT, "is_bot": True, "first_name": "Отклик", "can_join_groups": True, "can_read_all_group_messages": True}
NO_HOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}


def file(path: object = "photos/file_1.jpg", **more: object) -> dict[str, object]:
    return ok({"file_id": "x", "file_unique_id": "y", "file_path": path, **more})


def test_the_webhook_is_registered_with_our_secret_and_each_trouble_has_its_line_and_advice(script: Script) -> None:
    script.say("setWebhook", ok(True))
    Telegram().subscribe(script.access(), "https://a.example/hooks/telegram/key")
    assert script.asked[0].body == {
        "url": f"https://a.example/hooks/telegram/key?bot={BOT}&posts=copies",
        "secret_token": SECRET,
        "allowed_updates": ["message", "edited_message", "my_chat_member"],
    }
    assert Telegram().confirmation_code(script.access()) == ""
    script.say("getMe", ok(ME))
    script.say("getWebhookInfo", ok(NO_HOOK))
    assert [line.ok for line in Telegram().rights(script.access())] == [True] * 4
    script.say("getMe", ok({**ME, "can_join_groups": False, "can_read_all_group_messages": False}))
    script.say("getWebhookInfo", error(500))
    lines = Telegram().rights(script.access())
    assert [line.ok for line in lines] == [True, False, False, False]
    assert all(line.advice for line in lines[1:])
    script.say("getMe", error(401, "Unauthorized"))
    assert [line.ok for line in Telegram().rights(script.access())] == [False]


def test_names_are_asked_for_one_by_one_and_a_token_of_another_bot_is_noticed_by_its_own(script: Script) -> None:
    person = {"id": 5, "type": "private", "first_name": "Анна", "last_name": "Пробная", "username": "anna_p"}
    chat = {"id": -1001, "type": "channel", "title": "Город", "username": "gorod"}
    script.say("getChat", ok(person), ok(chat), error(400, "Bad Request: chat not found"))
    script.say("getMe", ok(ME))
    people = Telegram().authors(script.access(), ["tg:5", "tg:-1001", "tg:6", f"tg:{BOT}", "id7", "tg:5"])
    assert [(each.external_id, each.name, each.url, each.is_community) for each in people] == [
        ("tg:5", "Анна Пробная", "https://t.me/anna_p", False),
        ("tg:-1001", "Город", "https://t.me/gorod", True),
        (f"tg:{BOT}", "Отклик", "", False),
    ]
    script.say("getMe", ok({**ME, "id": 5}))
    with pytest.raises(AuthLost):
        Telegram().authors(script.access(), [Telegram().voice(str(BOT))])


def test_a_file_is_asked_for_and_fetched_unless_it_is_larger_than_we_take(script: Script) -> None:
    script.say("getFile", file())
    script.say("file", Answer(b"\xff\xd8bytes"))
    assert Telegram().media(script.access(), "tg-file:x") == b"\xff\xd8bytes"
    assert script.asked[0].body == {"file_id": "x"}
    script.asked.clear()
    script.say("getFile", file("videos/file_1.mp4", file_size=19 * 1024 * 1024))
    with pytest.raises(Permanent, match="слишком большой"):
        Telegram().media(script.access(), "tg-file:x")
    assert script.calls("file") == []


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../../x", "photos/x?y=1", "http://evil/x", None, 5])
def test_a_path_that_leads_elsewhere_is_not_gone(script: Script, path: object) -> None:
    script.say("getFile", file(path))
    with pytest.raises(Permanent):
        Telegram().media(script.access(), "tg-file:x")
    assert script.calls("file") == []


@pytest.mark.parametrize("reference", ["", "tg-file:", "https://a.example/1", "tg-file:" + "x" * 301])
def test_what_is_no_file_is_not_asked_for(script: Script, reference: str) -> None:
    with pytest.raises(Permanent):
        Telegram().media(script.access(), reference)
    assert script.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"), [(Answer(b"", 502), RetryAt), (error(404, "Not Found"), AuthLost), (Answer(b"x", 429), RetryAt)]
)
def test_a_file_that_does_not_come_says_what_to_do(script: Script, answer: object, kind: type[Exception]) -> None:
    script.say("getFile", file())
    script.say("file", answer)
    with pytest.raises(kind):
        Telegram().media(script.access(), "tg-file:x")
