"""users.get, groups.getById, utils.getServerTime."""

import sqlite3
from collections.abc import Sequence

from sandbox.validation import Param
from sandbox.vk import shapes
from sandbox.vk.errors import VkError
from sandbox.vk.methods.rights import speaks_for
from sandbox.vk.spec import Call, Method, tokens

CASES = ("Nom", "Gen", "Dat", "Acc", "Ins", "Abl")


def users_get(call: Call) -> object:
    """People by id or idNNN; unknown ones are left out. Without ids a user token names its holder."""
    asked = [str(item).removeprefix("id") for item in call.args.get("user_ids", [])]
    if not asked and call.token.kind == "user":
        asked = [str(call.token.holder)]
    if not asked and call.token.kind == "service":
        raise VkError(100, "user_ids is undefined")
    fields = call.args.get("fields", [])
    user_shapes = []
    for text in asked:
        if text.isascii() and text.isdigit() and len(text) < 19:
            row = shapes.find(call.db, "vk_person", int(text))
            if row is not None:
                user_shapes.append(shapes.person(call.world, row, fields))
    return user_shapes


def community_named(call: Call, name: str) -> sqlite3.Row | None:
    """A community by id, clubNNN, publicNNN or its short name."""
    bare = name.removeprefix("club").removeprefix("public").removeprefix("-")
    if bare.isascii() and bare.isdigit() and len(bare) < 19:
        return shapes.find(call.db, "vk_community", int(bare))
    row: sqlite3.Row | None = call.db.execute("SELECT * FROM vk_community WHERE screen_name = ?", (name,)).fetchone()
    return row


def groups_get_by_id(call: Call) -> object:
    """Communities by id or short name; a community token without ids names its own."""
    asked = [str(item) for item in call.args.get("group_ids", [])] or [call.text("group_id")]
    if asked == [""] and call.token.kind == "group":
        asked = [str(call.token.holder)]
    if asked == [""]:
        raise VkError(100, "group_ids is undefined")
    rows = [community_named(call, name) for name in asked]
    if all(row is None for row in rows):
        raise VkError(100, "group_ids is invalid")
    fields = call.args.get("fields", [])
    return {"groups": [_shown(call, row, fields) for row in rows if row is not None], "profiles": []}


def _shown(call: Call, row: sqlite3.Row, fields: Sequence[str]) -> shapes.Shape:
    """A community; `is_admin` speaks of the token's own user."""
    shape = shapes.community(call.world, row, fields)
    if call.token.kind == "user":
        shape["is_admin"] = int(speaks_for(call, row["id"]))
    return shape


def server_time(call: Call) -> object:
    """The emulator's clock."""
    return call.world.now


TABLE = (
    Method(
        "users.get",
        tokens("user", "group", "service"),
        (
            Param("user_ids", "strings", most=1000),
            Param("fields", "strings"),
            Param("name_case", "string", choices=CASES),
            Param("from_group_id", "integer"),
        ),
        users_get,
    ),
    Method(
        "groups.getById",
        tokens("user", "group", "service"),
        (Param("group_ids", "strings"), Param("group_id", "string"), Param("fields", "strings")),
        groups_get_by_id,
    ),
    Method("utils.getServerTime", tokens("user", "group", "service"), (), server_time),
)
