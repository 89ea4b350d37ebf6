"""groups.*: callback servers."""

import sqlite3
import urllib.parse

from sandbox.validation import Param
from sandbox.vk import events, push
from sandbox.vk.errors import VkError
from sandbox.vk.methods.groups import ADMINS, GROUP, flags, merged
from sandbox.vk.methods.rights import own_group
from sandbox.vk.spec import Call, Method

MOST_SERVERS = 10
SERVER = Param("server_id", "integer", required=True, low=0)
URL = Param("url", "string", required=True)
TITLE = Param("title", "string", required=True, longest=14)
SECRET = Param("secret_key", "string", longest=50)


def confirmation_code(call: Call) -> object:
    row = call.db.execute("SELECT confirmation FROM vk_community WHERE id = ?", (own_group(call),)).fetchone()
    return {"code": row["confirmation"]}


def add_server(call: Call) -> object:
    """A new server, which is asked for the confirmation code at once. All its events are off."""
    group_id = own_group(call)
    (count,) = call.db.execute("SELECT count(*) FROM vk_server WHERE group_id = ?", (group_id,)).fetchone()
    if count >= MOST_SERVERS:
        raise VkError(2000)
    creator = call.token.holder if call.token.kind == "user" else 0
    cursor = call.db.execute(
        "INSERT INTO vk_server (group_id, url, title, secret, status, creator_id)"
        " VALUES (?, ?, ?, ?, 'unconfigured', ?)",
        (group_id, _url(call), call.text("title"), call.text("secret_key"), creator),
    )
    push.confirm(call.world, int(cursor.lastrowid or 0))
    return {"server_id": cursor.lastrowid}


def edit_server(call: Call) -> object:
    """A changed address has to be confirmed anew."""
    row = _server(call)
    url = _url(call)
    call.db.execute(
        "UPDATE vk_server SET url = ?, title = ?, secret = ? WHERE id = ?",
        (url, call.text("title"), call.text("secret_key"), row["id"]),
    )
    if url != row["url"] or row["status"] != "ok":
        push.confirm(call.world, row["id"])
    return 1


def delete_server(call: Call) -> object:
    row = _server(call)
    call.db.execute("DELETE FROM vk_delivery WHERE server_id = ?", (row["id"],))
    call.db.execute("DELETE FROM vk_server WHERE id = ?", (row["id"],))
    return 1


def get_servers(call: Call) -> object:
    rows = call.db.execute("SELECT * FROM vk_server WHERE group_id = ? ORDER BY id", (own_group(call),)).fetchall()
    wanted = call.args.get("server_ids") or [row["id"] for row in rows]
    items = [
        {
            "id": row["id"],
            "title": row["title"],
            "creator_id": row["creator_id"],
            "url": row["url"],
            "secret_key": row["secret"],
            "status": row["status"],
        }
        for row in rows
        if row["id"] in wanted
    ]
    return {"count": len(items), "items": items}


def get_settings(call: Call) -> object:
    row = _server(call)
    return {"api_version": row["api_version"], "events": flags(row["events"])}


def set_settings(call: Call) -> object:
    row = _server(call)
    call.db.execute("UPDATE vk_server SET events = ? WHERE id = ?", (merged(row["events"], call), row["id"]))
    return 1


def _server(call: Call) -> sqlite3.Row:
    """The named server of the community, or its first one where `server_id` may be left out."""
    group_id = own_group(call)
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM vk_server WHERE group_id = ? AND (id = ? OR ? = 0) ORDER BY id",
        (group_id, call.integer("server_id"), call.integer("server_id")),
    ).fetchone()
    if row is None:
        raise VkError(104)
    return row


def _url(call: Call) -> str:
    url = call.text("url")
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError as fault:
        raise VkError(100, "url is invalid") from fault
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise VkError(100, "url is invalid")
    return url


TABLE = (
    Method("groups.getCallbackConfirmationCode", ADMINS, (GROUP,), confirmation_code),
    Method("groups.addCallbackServer", ADMINS, (GROUP, URL, TITLE, SECRET), add_server, errors=(2000,)),
    Method("groups.editCallbackServer", ADMINS, (GROUP, SERVER, URL, TITLE, SECRET), edit_server, errors=(104,)),
    Method("groups.deleteCallbackServer", ADMINS, (GROUP, SERVER), delete_server, errors=(104,)),
    Method("groups.getCallbackServers", ADMINS, (GROUP, Param("server_ids", "integers", low=0)), get_servers),
    Method(
        "groups.getCallbackSettings",
        ADMINS,
        (GROUP, Param("server_id", "integer", low=0)),
        get_settings,
        errors=(104,),
    ),
    Method(
        "groups.setCallbackSettings",
        ADMINS,
        (
            GROUP,
            Param("server_id", "integer", low=0),
            Param("api_version", "string"),
            *(Param(name, "boolean") for name in events.NAMES),
        ),
        set_settings,
        errors=(104,),
    ),
)
