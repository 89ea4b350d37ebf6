"""discussions.get, getList, getComments, getComment, getAttachedResources."""

import base64
import sqlite3
from typing import Any

from sandbox.acts import NotThere
from sandbox.ok import shapes, writing
from sandbox.ok.errors import OkError
from sandbox.ok.shapes import Shown
from sandbox.ok.spec import DISCUSSION_TYPES, FIELDS, Call, Method
from sandbox.ok.switchboard import switch
from sandbox.validation import Param

ID = Param("discussionId", "id", required=True)
TYPE = Param("discussionType", required=True, choices=DISCUSSION_TYPES)
COMMENT = Param("comment_id", required=True)
FORMAT, FIELDSET = Param("frmt"), Param("fieldset")
DIRECTION = Param("direction", choices=("FORWARD", "BACKWARD", "AROUND"))
VALUABLE = ("VALUABLE_ACCESS",)
NEWEST_FIRST, OLDEST_FIRST = "n", "o"


def topic_of(call: Call, number: str = "discussionId", kind: str = "discussionType") -> sqlite3.Row:
    """The topic that the call names, if its caller may see it. Other kinds of discussions hold nothing here."""
    if call.text(kind) != "GROUP_TOPIC":
        raise OkError(300, "no such discussion")
    row = writing.get_topic(call.world, call.text(number))
    check_open(call, row["group_id"])
    return row


def check_open(call: Call, group: str) -> None:
    """Strangers see nothing of a closed group."""
    row = writing.get_group(call.world, group)
    if row["guests"] == "closed" and not writing.is_admin(call.world, group, call.user):
        raise OkError(10)


def get(call: Call) -> object:
    """One discussion with the people and groups that it names."""
    row = topic_of(call)
    named = shapes.entities(call.world, [row["author"]], [row["group_id"]])
    named["themes"] = [{"id": row["id"], "title": row["text"][:200]}]
    if call.wants("media_topic.id"):
        named["media_topics"] = [shapes.topic(call.world, row)]
    return {"discussion": shapes.discussion(call.world, row, call.user), "entities": named}


def get_list(call: Call) -> object:
    """Discussions of the groups that the caller administers, the last changed first."""
    rows = call.db.execute(
        "SELECT t.* FROM ok_topic t JOIN ok_admin a ON a.group_id = t.group_id WHERE a.person_id = ? AND t.deleted = 0"
        " ORDER BY t.seq DESC LIMIT ?",
        (call.user, call.integer("count", 20)),
    ).fetchall()
    shown = [shapes.discussion(call.world, row, call.user) for row in rows]
    return {"discussions": shown, "has_more": False, "anchor": ""}


def get_comments(call: Call) -> object:
    """One page. LAST (and no anchor) begins at the newest and goes back, FIRST at the oldest and goes on."""
    topic = topic_of(call)
    order, after = _place(call)
    gone = "" if call.args.get("includeRemoved") else "AND deleted = 0"
    sign, way = ("<", "DESC") if order == NEWEST_FIRST else (">", "ASC")
    beyond = f"AND seq {sign} {after}" if after else ""
    most = min(call.integer("count", 20), switch(call.db, "comments_page"))
    rows = call.db.execute(
        f"SELECT * FROM ok_comment WHERE topic_id = ? {gone} {beyond} ORDER BY seq {way} LIMIT ?",  # noqa: S608
        (topic["id"], most + 1),
    ).fetchall()
    page = rows[:most]
    shown = [item for row in page if (item := _shown(call, row, topic["group_id"]))]
    answer: Shown = {"has_more": len(rows) > most, "anchor": _anchor(order, page[-1]["seq"] if page else after)}
    if shown:
        answer["comments"] = shown
    return answer | _named(call, page, topic["group_id"])


def _place(call: Call) -> tuple[str, int]:
    """In which order to go, and after which comment (0 = from the end itself)."""
    anchor = call.text("anchor", "LAST")
    if anchor in ("LAST", "UNREAD"):
        order, after = NEWEST_FIRST, 0
    elif anchor == "FIRST":
        order, after = OLDEST_FIRST, 0
    else:
        order, after = _read_anchor(anchor)
    if call.text("direction") == "BACKWARD":
        order = OLDEST_FIRST if order == NEWEST_FIRST else NEWEST_FIRST
    return order, after


def _anchor(order: str, seq: int) -> str:
    return base64.b64encode(f"{order}:{seq}".encode()).decode()


def _read_anchor(text: str) -> tuple[str, int]:
    try:
        order, _, seq = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError as fault:
        raise OkError(100, "anchor is not valid") from fault
    if order not in (NEWEST_FIRST, OLDEST_FIRST) or not seq.isdecimal() or len(seq) > 18:
        raise OkError(100, "anchor is not valid")
    return order, int(seq)


def _shown(call: Call, row: sqlite3.Row, group: str) -> Shown | None:
    if row["deleted"]:
        return shapes.removed(call.world, row, group)
    return shapes.comment(call.world, row, group)


def _named(call: Call, rows: list[sqlite3.Row], group: str) -> dict[str, Any]:
    if not call.wants("user.name", "user.uid"):
        return {}
    people = [row["author"] for row in rows if row["author"] and not row["deleted"]]
    return {"entities": shapes.entities(call.world, people, [group])} if people else {}


def get_comment(call: Call) -> object:
    """One comment by its number."""
    topic = topic_of(call)
    try:
        row = writing.get_comment(call.world, topic["id"], call.text("comment_id"))
    except NotThere as fault:
        raise OkError(700) from fault
    if row["deleted"]:
        raise OkError(700)
    return {"comment": shapes.comment(call.world, row, topic["group_id"]), **_named(call, [row], topic["group_id"])}


def get_attached(call: Call) -> object:
    """What the attachments of comments are, by their numbers."""
    photos = []
    for number in call.args["attach_ids"]:
        row = call.db.execute("SELECT id FROM ok_photo WHERE id = ?", (number,)).fetchone()
        if row is not None:
            photos.append(shapes.photo(call.world, row["id"]))
    return {"photos": photos}


TABLE = (
    Method(
        "discussions.get",
        "docs",
        (ID, TYPE, FIELDS, FIELDSET, Param("locale"), Param("features")),
        get,
        VALUABLE,
    ),
    Method(
        "discussions.getList",
        "docs",
        (
            *(Param("types"), Param("version"), Param("category"), Param("anchor"), DIRECTION),
            *(Param("count", "integer", low=1, high=100), FIELDS, FIELDSET, Param("locale"), Param("features")),
        ),
        get_list,
        VALUABLE,
    ),
    Method(
        "discussions.getComments",
        "docs",
        (
            *(ID, TYPE, Param("anchor"), DIRECTION, Param("count", "integer", low=1, high=1000), FORMAT, FIELDS),
            *(FIELDSET, Param("mark_as_read", "boolean"), Param("includeRemoved", "boolean")),
        ),
        get_comments,
        VALUABLE,
    ),
    Method("discussions.getComment", "docs", (ID, TYPE, COMMENT, FORMAT, FIELDS, FIELDSET), get_comment, VALUABLE),
    Method(
        "discussions.getAttachedResources",
        "docs",
        (Param("attach_ids", "ids", required=True, most=100), FIELDS),
        get_attached,
        VALUABLE,
    ),
)
