"""Odnoklassniki for the scripted server, and the answers that it gives."""

from typing import Any

from otklik.networks.ok.client import session_secret, sign
from tests.make.scripted import Call, Dialect, Script, account

GROUP = "53038939046008"
TOKENS = {
    "application_key": "application-key-01",
    "secret_key": "secret-key-02",
    "access": "access-token-03",
    "group": "group-token-04",
}


def error(code: int) -> dict[str, Any]:
    return {"error_code": code, "error_msg": f"WORDS : {TOKENS['access']} тайна", "error_data": None}


def discussion(group: str = GROUP, **more: Any) -> dict[str, Any]:
    """The topic 5 of a group."""
    topic = {"object_id": "5", "object_type": "GROUP_TOPIC", "ref_objects": [{"id": group, "type": "GROUP"}]}
    return {"discussion": topic | more}


def name(call: Call) -> str:
    """The method, or the path of the Bot API."""
    return str(call.values.get("method") or call.path.removeprefix("/graph/me/"))


def as_signed(script: Script) -> None:
    """Every signed call must carry the right signature, and none the secret key."""
    session = session_secret(TOKENS["access"], TOKENS["secret_key"])
    for call in script.asked:
        assert TOKENS["secret_key"].encode() not in call.content
        if "method" in call.values:
            assert call.values["sig"] == sign(call.values, session)


DIALECT = Dialect(name=name, unknown=error(3), account=account(GROUP, tokens=TOKENS), check=as_signed)
