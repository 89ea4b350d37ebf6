"""wall.get, getById, getComments, getComment."""

import re
import sqlite3
from collections.abc import Iterable
from typing import Any

from sandbox.validation import Param
from sandbox.vk import acts, shapes, threads
from sandbox.vk.errors import VkError
from sandbox.vk.methods.people import community_named
from sandbox.vk.methods.rights import speaks_for
from sandbox.vk.spec import Call, Method, tokens

READERS = tokens("user", "service")
FILTERS = ("owner", "others", "all", "postponed", "suggests", "archived", "donut")
MOST = 100
POST_NAME = re.compile(r"(-?[0-9]{1,18})_([0-9]{1,18})", re.ASCII)
FIELDS = Param("fields", "strings")
EXTENDED = Param("extended", "boolean")
OWNER = Param("owner_id", "integer")
ID = Param("comment_id", "integer", required=True, low=0)
_WALL = {
    "all": "SELECT * FROM vk_post WHERE owner_id = ? AND deleted = 0 ORDER BY id DESC",
    "owner": "SELECT * FROM vk_post WHERE owner_id = ? AND deleted = 0 AND from_id = owner_id ORDER BY id DESC",
    "others": "SELECT * FROM vk_post WHERE owner_id = ? AND deleted = 0 AND from_id != owner_id ORDER BY id DESC",
}


def wall_get(call: Call) -> object:
    """Posts of a wall, newest first."""
    owner_id = _owner(call)
    query = _WALL.get(call.text("filter") or "all")
    rows = call.db.execute(query, (owner_id,)).fetchall() if query else []
    start = call.integer("offset")
    count = min(call.integer("count", 20), MOST)
    page = rows[start : start + count]
    return {"count": len(rows), "items": [shown(call, row) for row in page]} | extended(call, page)


def wall_get_by_id(call: Call) -> object:
    """Posts by "<owner>_<id>"; those that are not there are left out."""
    rows = []
    for name in call.args["posts"][:MOST]:
        match = POST_NAME.match(name)
        if not match:
            raise VkError(100, "posts is invalid")
        try:
            rows.append(acts.get_post(call.world, int(match[1]), int(match[2])))
        except acts.NotThere:
            continue
    return {"items": [shown(call, row) for row in rows]} | extended(call, rows)


def get_comments(call: Call) -> object:
    """Top-level comments of a post with the beginnings of their threads, or one thread (`comment_id`)."""
    owner_id = call.integer("owner_id")
    post = _commented(call, owner_id, call.integer("post_id"))
    reading = threads.Reading(
        owner_id=owner_id,
        post_id=post["id"],
        root=call.integer("comment_id"),
        newest_first=call.text("sort") == "desc",
        start=call.integer("start_comment_id"),
        offset=call.integer("offset"),
        count=min(call.integer("count", 10), MOST),
    )
    page, level = threads.read(call.world, reading)
    listed = [_with_thread(call, row, reading) for row in page]
    answer: dict[str, Any] = {
        "count": acts.count_comments(call.world, owner_id, post["id"]),
        "items": [item for item, _ in listed],
        "current_level_count": level,
    }
    answer |= _may_post(call, owner_id, post)
    everybody = list(page) + [row for _, below in listed for row in below]
    if call.args.get("extended"):
        answer["post_author_id"] = post["from_id"]
    return answer | extended(call, everybody)


def get_comment(call: Call) -> object:
    """One comment."""
    owner_id = call.integer("owner_id")
    try:
        row = acts.get_comment(call.world, owner_id, call.integer("comment_id"))
        post = acts.get_post(call.world, owner_id, row["post_id"])
    except acts.NotThere as fault:
        raise VkError(212) from fault
    answer: dict[str, Any] = {"items": [_shorten(call, shapes.comment(call.world, row))]}
    if call.args.get("extended"):
        answer["post_author_id"] = post["from_id"]
    return answer | _may_post(call, owner_id, post) | extended(call, [row])


def _owner(call: Call) -> int:
    """The wall that `owner_id` or `domain` names. VkError 100 if there is none."""
    owner_id = call.integer("owner_id")
    if not owner_id and call.text("domain"):
        row = community_named(call, call.text("domain"))
        owner_id = -row["id"] if row is not None else 0
    if not owner_id and call.token.kind == "user":
        owner_id = call.token.holder
    try:
        acts.community_of(call.world, owner_id)
    except acts.NotThere as fault:
        raise VkError(100, "owner_id is invalid") from fault
    return owner_id


def _commented(call: Call, owner_id: int, post_id: int) -> sqlite3.Row:
    try:
        return acts.get_post(call.world, owner_id, post_id)
    except acts.NotThere as fault:
        raise VkError(212) from fault


def shown(call: Call, row: sqlite3.Row) -> shapes.Shape:
    """A post as this token's user sees it; whoever may switch its comments is told so.

    A service token has no user, so that nobody can comment with it.
    """
    guests = acts.community_of(call.world, row["owner_id"])["guests"] != "none"
    shape = shapes.post(call.world, row, guests, acts.count_comments(call.world, row["owner_id"], row["id"]))
    if call.token.kind == "service":
        shape["comments"]["can_post"] = 0
    elif speaks_for(call, -row["owner_id"]):
        shape["comments"]["can_open" if row["closed"] else "can_close"] = 1
    return shape


def _with_thread(call: Call, row: sqlite3.Row, reading: threads.Reading) -> tuple[shapes.Shape, list[sqlite3.Row]]:
    """A comment as listed, and the rows of its thread that are shown with it."""
    item = _shorten(call, shapes.comment(call.world, row))
    if call.args.get("need_likes") and "deleted" not in item:
        item["likes"] = shapes.likes()
    if reading.root:
        return item, []
    below, total = threads.beginning(call.world, row, call.integer("thread_items_count"))
    item["thread"] = {
        "count": total,
        "items": [_shorten(call, shapes.comment(call.world, child)) for child in below],
        "can_post": call.token.kind == "user",
        "show_reply_button": call.token.kind == "user",
        "groups_can_post": acts.community_of(call.world, reading.owner_id)["guests"] != "none",
    }
    return item, below


def _shorten(call: Call, item: shapes.Shape) -> shapes.Shape:
    length = call.integer("preview_length")
    if length and len(item.get("text", "")) > length:
        item["text"] = item["text"][:length] + "..."
    return item


def _may_post(call: Call, owner_id: int, post: sqlite3.Row) -> shapes.Shape:
    guests = acts.community_of(call.world, owner_id)["guests"] != "none"
    open_ = not post["closed"]
    may = open_ and call.token.kind == "user"
    return {"can_post": may, "show_reply_button": may, "groups_can_post": open_ and guests}


def extended(call: Call, rows: Iterable[sqlite3.Row]) -> shapes.Shape:
    """Profiles and groups of everybody in the answer, only when asked."""
    if not call.args.get("extended"):
        return {}
    ids: set[int] = set()
    for row in rows:
        ids |= {row["from_id"], row["owner_id"]}
        if "reply_to_user" in row.keys() and row["reply_to_user"]:  # noqa: SIM118 - sqlite3.Row has no `in` for names
            ids.add(row["reply_to_user"])
    return shapes.who(call.world, ids, call.args.get("fields", []))


TABLE = (
    Method(
        "wall.get",
        READERS,
        (
            OWNER,
            Param("domain", "string"),
            Param("offset", "integer", low=0),
            Param("count", "integer", low=0),
            Param("filter", "string", choices=FILTERS),
            EXTENDED,
            FIELDS,
        ),
        wall_get,
    ),
    Method(
        "wall.getById",
        READERS,
        (Param("posts", "strings", required=True), EXTENDED, Param("copy_history_depth", "integer"), FIELDS),
        wall_get_by_id,
    ),
    Method(
        "wall.getComments",
        READERS,
        (
            OWNER,
            Param("post_id", "integer", low=0),
            Param("need_likes", "boolean"),
            Param("start_comment_id", "integer", low=0),
            Param("offset", "integer"),
            Param("count", "integer", low=0),
            Param("sort", "string", choices=("asc", "desc", "smart")),
            Param("preview_length", "integer", low=0),
            EXTENDED,
            FIELDS,
            Param("comment_id", "integer", low=0),
            Param("thread_items_count", "integer", low=0, high=10),
        ),
        get_comments,
        errors=(212,),
    ),
    Method("wall.getComment", tokens("user"), (OWNER, ID, EXTENDED, FIELDS), get_comment, errors=(212,)),
)
