"""discussions.addDiscussionComment, editDiscussionComment, deleteDiscussionComment."""

import sqlite3

from sandbox.acts import NotThere
from sandbox.ok import shapes, writing
from sandbox.ok.errors import OkError
from sandbox.ok.methods.comments_read import COMMENT, FIELDSET, FORMAT, ID, TYPE, topic_of
from sandbox.ok.spec import DISCUSSION_TYPES, FIELDS, Call, Method
from sandbox.ok.switchboard import switch
from sandbox.validation import Param

RIGHTS = ("VALUABLE_ACCESS", "GROUP_CONTENT")


def add(call: Call) -> object:
    """A comment by the token's owner, or by the group itself when an administrator says so."""
    topic = topic_of(call, "entityId", "entityType")
    admin = writing.is_admin(call.world, topic["group_id"], call.user)
    if call.args.get("as_admin") and not admin:
        raise OkError(50)
    if topic["closed"]:
        raise OkError(457, "comments are closed")
    if not admin and writing.get_group(call.world, topic["group_id"])["guests"] != "any":
        raise OkError(456)
    text = _checked(call)
    above = call.text("reply_to_comment_id")
    if above:
        _living(call, topic["id"], above)
    author = "" if call.args.get("as_admin") else call.user
    row = writing.write_comment(call.world, topic["id"], writing.Draft(author, text), above)
    way = switch(call.db, "comment_answer")
    if way == "id":
        return row["id"]
    shown = shapes.comment(call.world, row, topic["group_id"])
    return {"comment": shown} if way == "wrapped" else shown


def edit(call: Call) -> object:
    """One's own comment, within the window; an administrator's as the group counts as his own."""
    topic = topic_of(call)
    row = _living(call, topic["id"], call.text("comment_id"))
    mine = row["author"] == call.user or (
        not row["author"] and writing.is_admin(call.world, topic["group_id"], call.user)
    )
    if not mine:
        raise OkError(701)
    if call.world.now * 1000 - row["created_ms"] > switch(call.db, "edit_window") * 1000:
        raise OkError(704)
    writing.edit_comment(call.world, topic["id"], row["id"], _checked(call))
    return {"success": True}


def delete(call: Call) -> object:
    """By whoever owns the discussed object."""
    topic = topic_of(call)
    row = _living(call, topic["id"], call.text("comment_id"))
    if not writing.is_admin(call.world, topic["group_id"], call.user):
        raise OkError(50)
    writing.delete_comment(call.world, topic["id"], row["id"])
    return {"success": True}


def _checked(call: Call) -> str:
    text = call.text("comment")
    if not text.strip() or len(text) > switch(call.db, "comment_limit"):
        raise OkError(100, "comment is empty or too long")
    return text


def _living(call: Call, topic: str, comment: str) -> sqlite3.Row:
    try:
        row = writing.get_comment(call.world, topic, comment)
    except NotThere as fault:
        raise OkError(700) from fault
    if row["deleted"]:
        raise OkError(702)
    return row


TEXT = Param("comment", required=True)
TABLE = (
    Method(
        "discussions.addDiscussionComment",
        "docs",
        (
            Param("entityId", "id", required=True),
            Param("entityType", required=True, choices=DISCUSSION_TYPES),
            *(TEXT, Param("reply_to_comment_id"), Param("as_admin", "boolean"), Param("attachments", "json")),
            *(FORMAT, FIELDS, FIELDSET),
        ),
        add,
        RIGHTS,
    ),
    Method("discussions.editDiscussionComment", "docs", (ID, TYPE, COMMENT, TEXT), edit, RIGHTS),
    Method(
        "discussions.deleteDiscussionComment",
        "docs",
        (ID, TYPE, COMMENT, Param("mark_as_spam", "boolean"), Param("block_author", "boolean")),
        delete,
        RIGHTS,
    ),
)
