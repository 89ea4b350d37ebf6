"""groups.*: long poll and the token's own rights."""

import json

from sandbox.validation import Param
from sandbox.vk import events
from sandbox.vk.errors import VkError
from sandbox.vk.methods.rights import own_group
from sandbox.vk.spec import Call, Method, tokens

ADMINS = tokens("user", "group")
GROUP = Param("group_id", "integer", required=True, low=1)
POLLED = tuple(name for name in events.NAMES if name not in events.NOT_POLLED)
PERMISSIONS = (
    ("stories", 1),
    ("photos", 4),
    ("wall", 8192),
    ("messages", 4096),
    ("docs", 131072),
    ("manage", 262144),
)


def flags(stored: str) -> dict[str, int]:
    """All events as 0 or 1."""
    on = set(json.loads(stored))
    return {name: int(name in on) for name in events.NAMES}


def merged(stored: str, call: Call) -> str:
    """The stored list of events with the call's flags put over it; flags that were not sent stay."""
    on = set(json.loads(stored))
    for name in events.NAMES:
        if name in call.args:
            on = on | {name} if call.args[name] else on - {name}
    return json.dumps(sorted(on))


def long_poll_server(call: Call) -> object:
    """Address, key and the number of the last event. 100 while long poll is switched off."""
    group_id = own_group(call)
    row = call.db.execute("SELECT * FROM vk_community WHERE id = ?", (group_id,)).fetchone()
    if not row["poll_on"]:
        raise VkError(100, "longpoll for this group is not enabled")
    server = f"{call.world.base}/vk/longpoll/{group_id}"
    return {"key": row["poll_key"], "server": server, "ts": str(row["poll_last"])}


def get_long_poll_settings(call: Call) -> object:
    row = call.db.execute("SELECT * FROM vk_community WHERE id = ?", (own_group(call),)).fetchone()
    return {"is_enabled": bool(row["poll_on"]), "api_version": "5.199", "events": flags(row["poll_events"])}


def set_long_poll_settings(call: Call) -> object:
    group_id = own_group(call)
    row = call.db.execute("SELECT * FROM vk_community WHERE id = ?", (group_id,)).fetchone()
    enabled = int(call.args.get("enabled", bool(row["poll_on"])))
    call.db.execute(
        "UPDATE vk_community SET poll_on = ?, poll_events = ? WHERE id = ?",
        (enabled, merged(row["poll_events"], call), group_id),
    )
    return 1


def token_permissions(call: Call) -> object:
    """Every community token of the emulator has the same rights."""
    permissions = [{"name": name, "setting": bit} for name, bit in PERMISSIONS]
    return {"mask": sum(bit for _, bit in PERMISSIONS), "permissions": permissions}


TABLE = (
    Method("groups.getLongPollServer", ADMINS, (GROUP,), long_poll_server),
    Method("groups.getLongPollSettings", ADMINS, (GROUP,), get_long_poll_settings),
    Method(
        "groups.setLongPollSettings",
        ADMINS,
        (
            GROUP,
            Param("enabled", "boolean"),
            Param("api_version", "string"),
            *(Param(name, "boolean") for name in POLLED),
        ),
        set_long_poll_settings,
    ),
    Method("groups.getTokenPermissions", tokens("group"), (), token_permissions),
)
