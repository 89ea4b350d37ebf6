"""Telegram for the scripted server, and the answers that it gives."""

from typing import Any

from otklik.networks.tests.reference import TELEGRAM, bot_api
from tests.make.scripted import Call, Dialect, Script, account

BOT = 7_100_000_001
TOKEN = f"{BOT}:AAtest-token-of-nobody-000000000000000"
SECRET = "hook_secret-77"


def ok(result: Any) -> dict[str, Any]:
    return {"ok": True, "result": result}


def error(code: int, description: str = "Words of the network", **parameters: int) -> dict[str, Any]:
    """A refusal that quotes the token, as none should."""
    refusal: dict[str, Any] = {"ok": False, "error_code": code, "description": f"{description} {TOKEN}"}
    return refusal | ({"parameters": parameters} if parameters else {})


def name(call: Call) -> str:
    """The method, or "file"."""
    return "file" if call.path.startswith("/file/") else call.path.rpartition("/")[2]


def as_published(script: Script) -> None:
    """Each call of the script against the published description."""
    for call in script.asked:
        method = name(call)
        assert call.path.split("/")[2 if method == "file" else -2] in (f"bot{TOKEN}", "photos")
        if call.kind != "application/json" or not TELEGRAM.exists():
            continue
        parameters = {field["name"]: field["required"] for field in bot_api()["methods"][method].get("fields", [])}
        assert set(call.body) <= set(parameters), f"{method} has no such parameter"
        missing = {each for each, required in parameters.items() if required} - set(call.body)
        assert not missing, f"{method} needs {missing}"


DIALECT = Dialect(
    name=name,
    unknown=error(404, "Not Found: method not found"),
    account=account(str(BOT), tokens={"bot": TOKEN}, secret=SECRET, options={"wait": 0}),
    status=lambda answer: 200 if answer["ok"] else int(answer["error_code"]),
    check=as_published,
)
