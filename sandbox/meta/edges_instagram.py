"""What can be asked of Instagram accounts, publications and comments, and done to them."""

import re
from typing import Any

from sandbox.meta import world as w
from sandbox.meta import writing
from sandbox.meta.calling import Call
from sandbox.meta.edges_facebook import node
from sandbox.meta.errors import GraphError, gone
from sandbox.meta.spec import Edge
from sandbox.meta.switchboard import switch
from sandbox.validation import Param

LONGEST, MOST_HASHTAGS, MOST_LINKS = 300, 4, 1
_HASHTAG = re.compile(r"(?<!\w)#\w+")
_LINK = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)


def media(call: Call) -> list[Any]:
    since, until = call.args.get("since", 0), call.args.get("until", 2**53)
    return call.db.execute(
        "SELECT * FROM meta_text WHERE place = ? AND kind = 'media' AND deleted = 0 AND created BETWEEN ? AND ?"
        " ORDER BY created DESC, seq DESC",
        (call.node.id, since, until),
    ).fetchall()


def tags(call: Call) -> list[Any]:
    """Publications of others that name this account."""
    rows = call.db.execute(
        "SELECT * FROM meta_text WHERE place != ? AND kind = 'media' AND deleted = 0 ORDER BY created DESC, seq DESC",
        (call.node.id,),
    ).fetchall()
    name = w.get_place(call.world, call.node.id)["username"]
    return [row for row in rows if f"@{name}" in row["text"]]


def comments(call: Call) -> list[Any]:
    """Newest first, without replies."""
    return call.db.execute(
        "SELECT * FROM meta_text WHERE root = ? AND kind = 'igcomment' AND parent = '' AND deleted = 0"
        " ORDER BY seq DESC",
        (call.node.id,),
    ).fetchall()


def replies(call: Call) -> list[Any]:
    return call.db.execute(
        "SELECT * FROM meta_text WHERE parent = ? AND deleted = 0 ORDER BY seq", (call.node.id,)
    ).fetchall()


def children(call: Call) -> list[Any]:
    row = call.node.row
    photos = w.loaded(row["photos"])
    return [{"id": photo} for photo in photos] if len(photos) > 1 else []


def write_comment(call: Call) -> dict[str, str]:
    """POST of a comment or a reply. A reply to a reply is hung under the first comment."""
    row = call.node.row
    text = call.text("message")
    _check(text)
    if w.any_text(call.world, row["root"])["closed"]:
        raise GraphError(int(switch(call.db, "closed_error")), "Comments are turned off for this media")
    return {"id": writing.write_comment(call.world, row, "", text)["id"]}


def _check(text: str) -> None:
    letters = [sign for sign in text if sign.isalpha()]
    if not text.strip():
        raise GraphError(100, "The parameter message is required")
    if len(text) > LONGEST:
        raise GraphError(100, f"The message may have at most {LONGEST} characters")
    if len(_HASHTAG.findall(text)) > MOST_HASHTAGS:
        raise GraphError(100, f"The message may have at most {MOST_HASHTAGS} hashtags")
    if len(_LINK.findall(text)) > MOST_LINKS:
        raise GraphError(100, "The message may have at most one URL")
    if len(letters) > 3 and all(sign.isupper() for sign in letters):
        raise GraphError(100, "The message may not consist of capital letters")


def change_comment(call: Call) -> dict[str, bool]:
    writing.hide(call.world, call.node.row, bool(call.args["hide"]))
    return {"success": True}


def change_media(call: Call) -> dict[str, bool]:
    call.db.execute(
        "UPDATE meta_text SET closed = ? WHERE id = ?", (int(not call.args["comment_enabled"]), call.node.id)
    )
    return {"success": True}


def delete(call: Call) -> dict[str, bool]:
    writing.delete(call.world, call.node.row)
    return {"success": True}


def answer_mention(call: Call) -> dict[str, str]:
    """A comment under somebody else's publication that names the account."""
    under = w.find_text(call.world, call.text("comment_id") or call.text("media_id"))
    account = w.get_place(call.world, call.node.id)
    if under is None or under["root"] != call.text("media_id") or f"@{account['username']}" not in under["text"]:
        raise gone(call.text("media_id"))
    _check(call.text("message"))
    return {"id": writing.write_comment(call.world, under, call.node.id, call.text("message"))["id"]}


BASIC, COMMENTS = "instagram_basic", "instagram_manage_comments"
_MEDIA = (
    Param("ad_account_id", "unsigned"),
    Param("boostable_media_callsite", "enum", choices=("PA_HUB_CATALOG_INGESTION_CREATOR_ASSET",)),
    *(Param(name) for name in ("business_id", "primary_fb_page_id", "primary_ig_user_id")),
    *(Param(name) for name in ("secondary_fb_page_id", "secondary_ig_user_id")),
)
EDGES: tuple[Edge, ...] = (
    Edge("GET", "IGUser", "", node, (Param("adgroup_id"),), "IGUser", BASIC),
    Edge("GET", "IGUser", "media", media, (Param("since", "datetime"), Param("until", "datetime")), "IGMedia", BASIC),
    Edge("GET", "IGUser", "tags", tags, (), "IGMedia", COMMENTS),
    Edge(
        "POST",
        "IGUser",
        "mentions",
        answer_mention,
        (Param("comment_id"), Param("media_id", required=True), Param("message", required=True)),
        "",
        COMMENTS,
    ),
    Edge("GET", "IGMedia", "", node, _MEDIA, "IGMedia", BASIC),
    Edge("POST", "IGMedia", "", change_media, (Param("comment_enabled", "bool", required=True),), "", COMMENTS),
    Edge("DELETE", "IGMedia", "", delete, (), "", COMMENTS),
    Edge("GET", "IGMedia", "children", children, (), "IGMedia", BASIC),
    Edge("GET", "IGMedia", "comments", comments, (), "IGComment", COMMENTS),
    Edge("POST", "IGMedia", "comments", write_comment, (Param("ad_id"), Param("message")), "", COMMENTS),
    Edge("GET", "IGComment", "", node, (), "IGComment", COMMENTS),
    Edge("GET", "IGComment", "replies", replies, (), "IGComment", COMMENTS),
    Edge("POST", "IGComment", "replies", write_comment, (Param("message"),), "", COMMENTS),
    Edge("POST", "IGComment", "", change_comment, (Param("ad_id"), Param("hide", "bool", required=True)), "", COMMENTS),
    Edge("DELETE", "IGComment", "", delete, (Param("ad_id"),), "", COMMENTS),
    Edge("GET", "IGPerson", "", node, (), "IGPerson", "instagram_manage_messages"),
)
