"""photos., video. and board.*: comments beside the wall. Only a user's token may write them, and for a community only
where that community is the owner (`from_group` is a flag here)."""

import sqlite3
from collections.abc import Sequence

from sandbox.validation import Param
from sandbox.vk import acts, beside, refs, shapes
from sandbox.vk.beside import Beside
from sandbox.vk.errors import VkError
from sandbox.vk.methods.rights import speaks_for
from sandbox.vk.methods.wall_read import EXTENDED, FIELDS, OWNER
from sandbox.vk.spec import Call, Method, tokens
from sandbox.vk.switchboard import switch

USER, READERS = tokens("user"), tokens("user", "service")
MOST = 100
LIKES, OFFSET, START = (
    Param("need_likes", "boolean"),
    Param("offset", "integer"),
    Param("start_comment_id", "integer", low=0),
)
FORWARD = Param("offset", "integer", low=0)
COUNT, MESSAGE, GUID = Param("count", "integer", low=0, high=MOST), Param("message", "string"), Param("guid", "string")
ATTACHMENTS, AS_GROUP = Param("attachments", "strings"), Param("from_group", "boolean")
STICKER = Param("sticker_id", "integer", low=0)
SORT = Param("sort", "string", choices=("asc", "desc"))
PHOTO, KEY = Param("photo_id", "integer", required=True), Param("access_key", "string")
VIDEO = Param("video_id", "integer", required=True, low=0)
GROUP, TOPIC = Param("group_id", "integer", required=True, low=1), Param("topic_id", "integer", required=True, low=0)


def _at(call: Call, kind: str) -> Beside:
    if kind == "topic":
        return Beside(kind, -call.integer("group_id"), call.integer("topic_id"))
    return Beside(kind, call.integer("owner_id") or call.token.holder, call.integer(f"{kind}_id"))


def _list(call: Call, kind: str) -> shapes.Shape:
    """One page; `start_comment_id` is the comment that it begins with."""
    rows = beside.notes(call.world, _at(call, kind), newest_first=call.text("sort") == "desc")
    start = call.integer("start_comment_id")
    first = next((at for at, row in enumerate(rows) if row["id"] == start), len(rows)) if start else 0
    first = max(0, first + call.integer("offset"))
    page = rows[first : first + call.integer("count", 20)]
    answer: shapes.Shape = {"count": len(rows), "items": [_shown(call, row) for row in page]}
    return answer | _people(call, page)


def _shown(call: Call, row: sqlite3.Row) -> shapes.Shape:
    shape = beside.shown(call.world, row)
    return shape | ({"likes": shapes.likes()} if call.args.get("need_likes") else {})


def _people(call: Call, rows: Sequence[sqlite3.Row]) -> shapes.Shape:
    if not call.args.get("extended"):
        return {}
    return shapes.who(call.world, [row["from_id"] for row in rows], call.args.get("fields", []))


def photo_comments(call: Call) -> object:
    return _list(call, "photo")


def topic_comments(call: Call) -> object:
    return _list(call, "topic")


def video_comments(call: Call) -> object:
    """Threads are not played here: every comment stands under the video itself."""
    answer = _list(call, "video")
    return answer | {"current_level_count": answer["count"]}


def all_photo_comments(call: Call) -> object:
    """Comments under all photos of an owner, newest first; each names its photo as `pid`."""
    rows = call.db.execute(
        "SELECT * FROM vk_note WHERE kind = 'photo' AND owner_id = ? AND deleted = 0 ORDER BY id DESC",
        (call.integer("owner_id") or call.token.holder,),
    ).fetchall()
    first = call.integer("offset")
    page = rows[first : first + min(call.integer("count", 20), MOST)]
    return {"count": len(rows), "items": [_shown(call, row) | {"pid": row["thing_id"]} for row in page]}


_ORDERS = {1: ("updated", True), 2: ("date", True), -1: ("updated", False), -2: ("date", False), 0: ("updated", True)}


def topics(call: Call) -> object:
    """Topics of a board in the asked order, by the time of the last change at first."""
    owner_id = -call.integer("group_id")
    acts.community_of(call.world, owner_id)
    column, newest = _ORDERS[call.integer("order", 1)]
    rows = _things(call, "topic", owner_id)
    rows.sort(key=lambda row: (row[column], row["id"]), reverse=newest)
    wanted = call.args.get("topic_ids")
    rows = [row for row in rows if wanted is None or row["id"] in wanted]
    first = call.integer("offset")
    page = rows[first : first + call.integer("count", 40)]
    answer: shapes.Shape = {"count": len(rows), "items": [_topic(call, row) for row in page]}
    answer |= {"default_order": 1, "can_add_topics": int(call.token.kind == "user")}
    return answer | _people(call, page)


def _things(call: Call, kind: str, owner_id: int) -> list[sqlite3.Row]:
    query = "SELECT * FROM vk_thing WHERE kind = ? AND owner_id = ? ORDER BY id DESC"
    return call.db.execute(query, (kind, owner_id)).fetchall()


def _topic(call: Call, row: sqlite3.Row) -> shapes.Shape:
    shape: shapes.Shape = {
        "id": row["id"],
        "title": row["title"],
        "created": row["date"],
        "created_by": row["from_id"],
        "updated": row["updated"],
        "updated_by": row["updated_by"],
        "is_closed": row["closed"],
        "is_fixed": 0,
        "comments": _count(call, row),
    }
    if call.integer("preview"):
        rows = beside.notes(
            call.world, Beside("topic", row["owner_id"], row["id"]), newest_first=call.integer("preview") == 2
        )
        length = call.integer("preview_length", 90) or None
        shape["first_comment" if call.integer("preview") == 1 else "last_comment"] = (
            rows[0]["text"][:length] if rows else ""
        )
    return shape


def _count(call: Call, row: sqlite3.Row) -> int:
    return len(beside.notes(call.world, Beside(row["kind"], row["owner_id"], row["id"]), newest_first=False))


def videos(call: Call) -> object:
    """Videos of an owner, newest first, or those that are named."""
    rows = _things(call, "video", call.integer("owner_id") or call.token.holder)
    named = call.args.get("videos")
    rows = [row for row in rows if named is None or f"{row['owner_id']}_{row['id']}" in named]
    first = call.integer("offset")
    page = rows[first : first + call.integer("count", 100)]
    items = [
        {
            "id": row["id"],
            "owner_id": row["owner_id"],
            "title": row["title"],
            "date": row["date"],
            "comments": _count(call, row),
        }
        for row in page
    ]
    return {"count": len(rows), "items": items}


def _write(call: Call, kind: str) -> int:
    """The number of the new comment. VkError 15 for a community that is not the owner's, or a closed topic."""
    at = _at(call, kind)
    row = beside.thing(call.world, at)
    if call.args.get("from_group") and not speaks_for(call, -at.owner):
        raise VkError(15, "no access to this group")
    if row["closed"]:
        raise VkError(15, "topic is closed")
    speaker = at.owner if call.args.get("from_group") else call.token.holder
    photos = refs.photo_refs(call.world, call.args.get("attachments", []), frozenset({speaker, call.token.holder}))
    message = call.text("message")
    if len(message) > switch(call.db, "comment_limit"):
        raise VkError(100, "message is too long")
    if not message.strip() and not photos:
        raise VkError(100, "message is empty")
    earlier_id = _repeated(call, at, speaker)
    if earlier_id:
        return earlier_id
    echo = speaker != at.owner or switch(call.db, "echo")
    under = Beside(kind, at.owner, at.thing, call.integer("reply_to_comment"))
    made = beside.write(call.world, under, acts.Draft(speaker, message, photos, call.text("guid")), bool(echo))
    return int(made["id"])


def _repeated(call: Call, at: Beside, speaker: int) -> int:
    """The comment that an earlier call with the same guid made, as the switch says; 0 = none."""
    how = switch(call.db, "guid")
    if not call.text("guid") or how == "ignored":
        return 0
    row = call.db.execute(
        "SELECT id FROM vk_note WHERE guid = ? AND from_id = ? AND kind = ? AND owner_id = ? AND thing_id = ?",
        (call.text("guid"), speaker, at.kind, at.owner, at.thing),
    ).fetchone()
    if row is not None and how == "refused":
        raise VkError(switch(call.db, "guid_error"), "guid is already used")
    return int(row["id"]) if row is not None else 0


def comment_photo(call: Call) -> object:
    return _write(call, "photo")


def comment_topic(call: Call) -> object:
    return _write(call, "topic")


def comment_video(call: Call) -> object:
    return _write(call, "video")


TABLE = (
    Method(
        "photos.getComments",
        USER,
        (OWNER, PHOTO, LIKES, START, OFFSET, COUNT, SORT, KEY, EXTENDED, FIELDS),
        photo_comments,
    ),
    Method(
        "photos.getAllComments",
        USER,
        (OWNER, Param("album_id", "integer", low=0), LIKES, FORWARD, Param("count", "integer", low=0)),
        all_photo_comments,
    ),
    Method(
        "photos.createComment",
        USER,
        (OWNER, PHOTO, MESSAGE, ATTACHMENTS, AS_GROUP, Param("reply_to_comment", "integer"), STICKER, KEY, GUID),
        comment_photo,
    ),
    Method(
        "board.getTopics",
        READERS,
        (
            GROUP,
            Param("topic_ids", "integers"),
            Param("order", "integer", choices=("1", "2", "-1", "-2", "0")),
            FORWARD,
            COUNT,
            EXTENDED,
            Param("preview", "integer", choices=("1", "2", "0")),
            Param("preview_length", "integer", low=0),
        ),
        topics,
    ),
    Method("board.getComments", READERS, (GROUP, TOPIC, LIKES, START, OFFSET, COUNT, EXTENDED, SORT), topic_comments),
    Method("board.createComment", USER, (GROUP, TOPIC, MESSAGE, ATTACHMENTS, AS_GROUP, STICKER, GUID), comment_topic),
    Method(
        "video.get",
        USER,
        (
            OWNER,
            Param("videos", "strings"),
            Param("album_id", "integer"),
            Param("count", "integer", low=0, high=200),
            FORWARD,
            Param("extended", "boolean"),
            Param("fields", "strings"),
            Param("sort_album", "integer", choices=("0", "1")),
        ),
        videos,
    ),
    Method(
        "video.getComments",
        USER,
        (
            *(OWNER, VIDEO, LIKES, Param("start_comment_id", "integer"), OFFSET, COUNT),
            Param("sort", "string", choices=("asc", "desc", "interest")),
            *(EXTENDED, FIELDS, Param("comment_id", "integer")),
            Param("thread_items_count", "integer", low=0, high=10),
        ),
        video_comments,
    ),
    Method(
        "video.createComment",
        USER,
        (
            *(OWNER, VIDEO, MESSAGE, ATTACHMENTS, AS_GROUP, Param("reply_to_comment", "integer", low=0)),
            *(STICKER, GUID, Param("track_code", "string")),
        ),
        comment_video,
    ),
)
