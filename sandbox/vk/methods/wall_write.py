"""wall.createComment, post, editComment, deleteComment, restoreComment."""

import sqlite3

from sandbox.validation import Param
from sandbox.vk import acts, refs, shapes
from sandbox.vk.errors import VkError
from sandbox.vk.methods.rights import speaks_for
from sandbox.vk.methods.wall_read import ID, OWNER
from sandbox.vk.spec import Call, Method, tokens
from sandbox.vk.switchboard import switch

ATTACHMENTS = Param("attachments", "strings")
POST = Param("post_id", "integer", low=0)


def create_comment(call: Call) -> object:
    """A comment as a person or, with `from_group` or a community token, as a community."""
    owner_id = call.integer("owner_id") or _own_wall(call)
    speaker = _speaker(call)
    _check_wall(call, owner_id, speaker)
    message = call.text("message")
    if len(message) > switch(call.db, "comment_limit"):
        raise VkError(100, "message is too long")
    photos = refs.photo_refs(call.world, call.args.get("attachments", []), _voices(call, speaker))
    if not message.strip() and not photos:
        raise VkError(100, "message is empty")
    draft = acts.Draft(speaker, message, photos, call.text("guid"))
    row = _repeated(call, owner_id, draft) or _write(call, owner_id, draft)
    return {"comment_id": row["id"], "parents_stack": [row["root"]] if row["root"] else []}


def _own_wall(call: Call) -> int:
    return -call.token.holder if call.token.kind == "group" else call.token.holder


def _speaker(call: Call) -> int:
    """Who the comment is from, negative for a community. VkError 15 for a community this token has no right to."""
    group_id = call.integer("from_group")
    if call.token.kind == "group" and group_id in (0, call.token.holder):
        return -call.token.holder
    if call.token.kind == "user" and not group_id:
        return call.token.holder
    if not speaks_for(call, group_id):
        raise VkError(15, "no access to this group")
    return -group_id


def _voices(call: Call, speaker: int) -> frozenset[int]:
    return frozenset({speaker} | ({call.token.holder} if call.token.kind == "user" else set()))


def _check_wall(call: Call, owner_id: int, speaker: int) -> None:
    """VkError 212 for a post that is not there, 213 for a closed post or an unwelcome guest."""
    try:
        post = acts.get_post(call.world, owner_id, call.integer("post_id"))
    except acts.NotThere as fault:
        raise VkError(212) from fault
    if post["closed"]:
        raise VkError(213)
    guest = speaker < 0 and speaker != owner_id
    rule = acts.community_of(call.world, owner_id)["guests"]
    if guest and (rule == "none" or (rule == "user" and call.token.kind == "group")):
        raise VkError(213)


def _repeated(call: Call, owner_id: int, draft: acts.Draft) -> sqlite3.Row | None:
    """The comment an earlier call with the same guid made, as the switch says."""
    how = switch(call.db, "guid")
    if not draft.guid or how == "ignored":
        return None
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM vk_comment WHERE guid = ? AND from_id = ? AND owner_id = ?",
        (draft.guid, draft.from_id, owner_id),
    ).fetchone()
    if row is not None and how == "refused":
        raise VkError(switch(call.db, "guid_error"), "guid is already used")
    return row


def _write(call: Call, owner_id: int, draft: acts.Draft) -> sqlite3.Row:
    echo = draft.from_id != owner_id or switch(call.db, "echo")
    try:
        return acts.write_comment(
            call.world, owner_id, call.integer("post_id"), draft, call.integer("reply_to_comment"), echo
        )
    except acts.NotThere as fault:
        raise VkError(100, "reply_to_comment is invalid") from fault


def edit_comment(call: Call) -> object:
    """Only what the holder wrote, or a community he administers."""
    owner_id = call.integer("owner_id") or call.token.holder
    row = _comment(call, owner_id)
    if row["deleted"] or not _wrote(call, row):
        raise VkError(15)
    voices = _voices(call, row["from_id"])
    attachments = call.args.get("attachments")
    photos = None if attachments is None else refs.photo_refs(call.world, attachments, voices)
    message = call.text("message")
    if not message.strip() and not photos:
        raise VkError(100, "message is empty")
    acts.edit_comment(call.world, owner_id, row["id"], message, photos)
    return 1


def delete_comment(call: Call) -> object:
    """The author, or an administrator of the wall's community."""
    owner_id = call.integer("owner_id") or call.token.holder
    row = _comment(call, owner_id)
    if row["deleted"] or not (_wrote(call, row) or speaks_for(call, -owner_id)):
        raise VkError(211)
    acts.delete_comment(call.world, owner_id, row["id"], call.token.holder)
    return 1


def restore_comment(call: Call) -> object:
    """The author, or an administrator of the wall's community."""
    owner_id = call.integer("owner_id") or call.token.holder
    row = _comment(call, owner_id)
    if not (_wrote(call, row) or speaks_for(call, -owner_id)):
        raise VkError(211)
    if not acts.restore_comment(call.world, owner_id, row["id"]):
        raise VkError(100, "comment is not deleted")
    return 1


def _comment(call: Call, owner_id: int) -> sqlite3.Row:
    try:
        return acts.get_comment(call.world, owner_id, call.integer("comment_id"))
    except acts.NotThere as fault:
        raise VkError(15) from fault


def _wrote(call: Call, row: sqlite3.Row) -> bool:
    if row["from_id"] > 0:
        return bool(row["from_id"] == call.token.holder)
    return speaks_for(call, -row["from_id"])


def wall_post(call: Call) -> object:
    """A post of a person on a community's wall, or of the community itself with `from_group`."""
    owner_id = call.integer("owner_id")
    group_id = -owner_id
    if shapes.find(call.db, "vk_community", group_id) is None:
        raise VkError(214)
    if call.args.get("from_group") and not speaks_for(call, group_id):
        raise VkError(214)
    speaker = owner_id if call.args.get("from_group") else call.token.holder
    photos = refs.photo_refs(call.world, call.args.get("attachments", []), _voices(call, speaker))
    message = call.text("message")
    if not message.strip() and not photos:
        raise VkError(100, "message is empty")
    spot = acts.Spot(call.args["lat"], call.args["long"]) if {"lat", "long"} <= call.args.keys() else None
    draft = acts.Draft(speaker, message, photos, call.text("guid"))
    return {"post_id": acts.write_post(call.world, owner_id, draft, spot, bool(call.args.get("close_comments")))}


def close_comments(call: Call) -> object:
    return _switch(call, closed=True)


def open_comments(call: Call) -> object:
    return _switch(call, closed=False)


def _switch(call: Call, *, closed: bool) -> int:
    """Whether there was anything to switch. VkError 15 for whoever does not speak for the wall's community."""
    owner_id, post_id = call.integer("owner_id"), call.integer("post_id")
    if not speaks_for(call, -owner_id):
        raise VkError(15)
    if bool(acts.get_post(call.world, owner_id, post_id)["closed"]) is closed:
        return 0
    acts.switch_comments(call.world, owner_id, post_id, closed)
    return 1


_SWITCHED = (
    Param("owner_id", "integer", required=True),
    Param("post_id", "integer", required=True, low=0),
)
TABLE = (
    Method("wall.closeComments", tokens("user", "group"), _SWITCHED, close_comments),
    Method("wall.openComments", tokens("user", "group"), _SWITCHED, open_comments),
    Method(
        "wall.createComment",
        tokens("user", "group"),
        (
            OWNER,
            Param("post_id", "integer", required=True, low=0),
            Param("from_group", "integer", low=0),
            Param("message", "string"),
            Param("reply_to_comment", "integer"),
            ATTACHMENTS,
            Param("sticker_id", "integer", low=0),
            Param("guid", "string"),
        ),
        create_comment,
        errors=(212, 213, 222, 223),
    ),
    Method(
        "wall.post",
        tokens("user"),
        (
            OWNER,
            Param("friends_only", "boolean"),
            Param("from_group", "boolean"),
            Param("message", "string"),
            ATTACHMENTS,
            Param("services", "string"),
            Param("signed", "boolean"),
            Param("publish_date", "integer", low=0),
            Param("lat", "number"),
            Param("long", "number"),
            Param("place_id", "integer", low=0),
            POST,
            Param("guid", "string"),
            Param("mark_as_ads", "boolean"),
            Param("link_title", "string"),
            Param("link_photo_id", "string"),
            Param("close_comments", "boolean"),
            Param("donut_paid_duration", "integer"),
            Param("mute_notifications", "boolean"),
            Param("copyright", "string"),
        ),
        wall_post,
        errors=(214,),
    ),
    Method(
        "wall.editComment", tokens("user"), (OWNER, POST, ID, Param("message", "string"), ATTACHMENTS), edit_comment
    ),
    Method("wall.deleteComment", tokens("user"), (OWNER, POST, ID), delete_comment, errors=(211,)),
    Method(
        "wall.restoreComment",
        tokens("user"),
        (OWNER, Param("comment_id", "integer", required=True)),
        restore_comment,
        errors=(211,),
    ),
)
