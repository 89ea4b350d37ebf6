"""/messages/{messageId}/comments. Not in the published schema; see `errata.py` for the source."""

import re
import sqlite3
from typing import Any

from sandbox.acts import NotThere
from sandbox.max import shapes, texts
from sandbox.max.errors import MaxError
from sandbox.max.methods.messages import FORMAT, LINK, TEXT
from sandbox.max.rights import chat_of, rights_of, text_of
from sandbox.max.spec import Call, Operation
from sandbox.max.switchboard import switch
from sandbox.validation import Param

EDIT_WITHIN = 26 * 3_600_000  # milliseconds
_LINKED = re.compile(r"https?://|\]\(|<a\s|max://|(?<![\w.])@\w{2,}", re.IGNORECASE)
_EDGES = {
    ("asc", "exclusive"): "AND at > ? AND at < ? ORDER BY at",
    ("asc", "inclusive"): "AND at >= ? AND at <= ? ORDER BY at",
    ("desc", "exclusive"): "AND at > ? AND at < ? ORDER BY at DESC",
    ("desc", "inclusive"): "AND at >= ? AND at <= ? ORDER BY at DESC",
}


def get_comments(call: Call) -> dict[str, Any]:
    """A page by time, or the comments named by `comment_ids`, which switch paging off."""
    post = _post(call, "read_all_messages")
    if call.args.get("comment_ids"):
        rows = [row for mid in call.args["comment_ids"] if (row := _living(call, mid, post["mid"])) is not None]
    else:
        bounds = (call.args.get("after", -1), call.args.get("before", 2**62))
        how = _EDGES[switch(call.db, "comment_order"), switch(call.db, "comment_edges")]
        rows = call.db.execute(
            f"SELECT * FROM max_text WHERE post = ? AND deleted = 0 {how} LIMIT ?",  # noqa: S608 - from the table above
            (post["mid"], *bounds, call.args.get("count", 50)),
        ).fetchall()
    return {"messages": [shapes.message(call.world, row) for row in rows]}


def get_comment(call: Call) -> dict[str, Any]:
    post = _post(call, "read_all_messages")
    return shapes.message(call.world, text_of(call, call.parts["commentId"], post["mid"]))


def create_comment(call: Call) -> dict[str, Any]:
    post = _post(call, "write")
    if not texts.get_chat(call.world, post["chat"])["comments"]:
        raise MaxError(switch(call.db, "comments_off"), "Comments are disabled", "comments.disabled")
    text, link = _text_and_parent(call, post)
    sender = call.bot if switch(call.db, "bot_comments_as") == "bot" else 0
    draft = texts.Draft(post["chat"], call.bot, sender, text, post=post["mid"], link=link)
    return {"message": shapes.message(call.world, texts.write(call.world, draft))}


def edit_comment(call: Call) -> dict[str, Any]:
    post = _post(call)
    row = text_of(call, call.args["comment_id"], post["mid"])
    if row["by"] != call.bot and not (row["sender"] == 0 and "edit" in (rights_of(call, post["chat"]) or ())):
        raise MaxError(403, "Not your comment")
    if call.world.now * 1000 - row["at"] > EDIT_WITHIN:
        raise MaxError(422, "The time for editing is over")
    text, _link = _text_and_parent(call, post)
    texts.edit(call.world, row["mid"], text)
    return {"success": True}


def delete_comment(call: Call) -> dict[str, Any]:
    post = _post(call, "read_all_messages")
    row = text_of(call, call.args["comment_id"], post["mid"])
    if row["by"] != call.bot and "delete" not in (rights_of(call, post["chat"]) or ()):
        raise MaxError(403, "No permission delete")
    texts.delete(call.world, row["mid"], call.bot)
    return {"success": True}


def _post(call: Call, right: str = "") -> sqlite3.Row:
    """The channel's post that the path names; the bot has this right there. Where comments were switched off the old
    ones can still be read, changed and deleted."""
    row = text_of(call, call.parts["messageId"], "")
    chat = chat_of(call, row["chat"], right)
    if chat["type"] != "channel":
        raise MaxError(400, "Only posts of channels have comments")
    return row


def _text_and_parent(call: Call, post: sqlite3.Row) -> tuple[str, str]:
    """Text and the mid of the comment that is answered. No mentions, no links."""
    text, link = call.body.get("text") or "", call.body.get("link") or {}
    if not text.strip() and not link:
        raise MaxError(400, "text or link is required")
    if _LINKED.search(text):
        raise MaxError(400, "text: links and mentions are not allowed in comments")
    if not link:
        return text, ""
    if link["type"] != "reply":
        raise MaxError(400, "link.type: only reply")
    row = call.db.execute("SELECT * FROM max_text WHERE mid = ? AND post = ?", (link["mid"], post["mid"])).fetchone()
    if row is None or (row["deleted"] and switch(call.db, "link_to_deleted") == "refused"):
        raise MaxError(404, "The linked comment is not found")
    return text, str(link["mid"])


def _living(call: Call, mid: str, post: str) -> sqlite3.Row | None:
    try:
        return texts.get_text(call.world, mid, post)
    except NotThere:
        return None


_PATH = "/messages/{messageId}/comments"
_COMMENT_ID = Param("comment_id", "string", required=True)
_FIELDS = (TEXT, LINK, FORMAT)
_PREVIEW = Param("disable_link_preview", "boolean")
TABLE = (
    Operation(
        "getComments",
        "GET",
        _PATH,
        get_comments,
        (
            Param("count", "integer", low=1, high=100),
            Param("after", "integer"),
            Param("before", "integer"),
            Param("comment_ids", "strings"),
        ),
    ),
    Operation("getComment", "GET", _PATH + "/{commentId}", get_comment),
    Operation("createComment", "POST", _PATH, create_comment, (_PREVIEW,), _FIELDS, writes=True),
    Operation("editComment", "PUT", _PATH, edit_comment, (_COMMENT_ID, _PREVIEW), _FIELDS, writes=True),
    Operation("deleteComment", "DELETE", _PATH, delete_comment, (_COMMENT_ID,), writes=True),
)
