"""VKontakte for the scripted server, and the answers that it gives."""

from typing import Any

from otklik.networks.tests.reference import VK_SCHEMA, vk_methods
from tests.make.scripted import Call, Dialect, Script, account

TOKENS = {"community": "community-token-0001", "service": "service-token-0002", "user": "user-token-0003"}
SECRET = "hook-secret-77"
ALL = tuple(TOKENS)
COMMON = {"v", "lang"}
ERRATA = {"wall.get": {"owner_id"}}  # the schema lists only `domain`, every client sends `owner_id`
KINDS = {TOKENS["community"]: "group", TOKENS["service"]: "service", TOKENS["user"]: "user"}


def ok(response: Any) -> dict[str, Any]:
    return {"response": response}


def error(code: int) -> dict[str, Any]:
    """A refusal that echoes the request, as the network does."""
    echoed = [{"key": "access_token", "value": TOKENS["community"]}, {"key": "message", "value": "тайна"}]
    return {"error": {"error_code": code, "error_msg": "Some words", "request_params": echoed}}


def listing(items: list[Any], **beside: Any) -> dict[str, Any]:
    return ok({"count": len(items), "items": items, "profiles": [], "groups": [], **beside})


def name(call: Call) -> str:
    """The method; "poll" for the stream of events and "upload" for a file."""
    path = call.path.removeprefix("/vk")  # so a training installation asks
    return "poll" if call.verb == "GET" else path.removeprefix("/method/") if path.startswith("/method/") else "upload"


def as_published(script: Script) -> None:
    """Each call of the script against the published schema."""
    for call in script.asked if VK_SCHEMA.exists() else ():
        method = script.name(call)
        if method in ("poll", "upload"):
            continue
        schema = vk_methods()[method]
        parameters = {each["name"]: each.get("required") for each in schema.get("parameters", ())}
        unknown = set(call.values) - set(parameters) - COMMON - ERRATA.get(method, set())
        assert not unknown, f"{method} has no parameter {unknown}"
        missing = {each for each, required in parameters.items() if required} - set(call.values)
        assert not missing, f"{method} needs {missing}"
        assert KINDS[call.token] in schema["access_token_type"], f"{method} with a {KINDS[call.token]} token"


DIALECT = Dialect(
    name=name,
    unknown=error(3),
    account=account("12", tokens=TOKENS, secret=SECRET, confirmation="c0ffee"),
    usual=("community", "service"),
    check=as_published,
)
