"""What can be asked of Pages, posts and comments, and done to them."""

from typing import Any

from sandbox import pictures
from sandbox.meta import shapes, writing
from sandbox.meta import world as w
from sandbox.meta.calling import Call
from sandbox.meta.errors import GraphError, gone
from sandbox.meta.spec import Edge
from sandbox.meta.switchboard import switch
from sandbox.validation import Param

LONGEST = 8000  # characters of a comment
_LIST = (
    Param("include_hidden", "bool"),
    Param("show_expired", "bool"),
    Param("with", "enum", choices=("LOCATION",)),
)
_LIMIT = Param("limit", "unsigned")
_COMMENTS = (
    Param("filter", "enum", choices=("stream", "toplevel")),
    Param("live_filter", "enum", choices=("filter_low_quality", "no_filter")),
    Param("order", "enum", choices=("chronological", "reverse_chronological")),
    Param("since", "datetime"),
)
_PRIVACY = ("DEFAULT_PRIVACY", "FRIENDS_AND_POST_OWNER", "FRIENDS_ONLY", "OWNER_OR_COMMENTER")
_WRITE = (
    *(Param(name) for name in ("attachment_id", "attachment_share_url", "attachment_url")),
    Param("comment_privacy_value", "enum", choices=_PRIVACY),
    Param("facepile_mentioned_ids", "strings"),
    Param("feedback_source"),
    Param("is_offline", "bool"),
    *(Param(name) for name in ("message", "nectar_module", "object_id")),
    Param("parent_comment_id", "object"),
    *(Param(name) for name in ("text", "tracking")),
)
_WRITE_POST = (
    *(Param(name) for name in ("attachment_id", "attachment_share_url", "attachment_url", "comment")),
    Param("comment_privacy_value", "enum", choices=_PRIVACY),
    *(Param(name) for name in ("feedback_source", "message", "nectar_module")),
    Param("parent_comment_id", "object"),
    *(Param(name) for name in ("post_id", "tracking")),
)
_CHANGE = (
    *(Param(name) for name in ("attachment_id", "attachment_share_url", "attachment_url")),
    Param("is_hidden", "bool"),
    Param("message"),
)


def node(call: Call) -> Any:
    return call.node


def feed(call: Call) -> list[Any]:
    return _posts(call, "1 = 1")


def own_posts(call: Call) -> list[Any]:
    return _posts(call, "author = ''")


def visitor_posts(call: Call) -> list[Any]:
    return _posts(call, "author != ''")


def _posts(call: Call, which: str) -> list[Any]:
    shown = "" if call.args.get("include_hidden") else " AND hidden = 0"
    query = "SELECT * FROM meta_text WHERE place = ? AND kind = 'post' AND deleted = 0 AND "
    rows = call.db.execute(f"{query}{which}{shown} ORDER BY created DESC, seq DESC", (call.node.id,)).fetchall()
    if call.args.get("with"):
        rows = [row for row in rows if row["lat"] is not None]
    return rows


def tagged(call: Call) -> list[Any]:
    """Posts of others that name this Page."""
    rows = call.db.execute(
        "SELECT * FROM meta_text WHERE place != ? AND kind = 'post' AND deleted = 0 ORDER BY created DESC, seq DESC",
        (call.node.id,),
    ).fetchall()
    name = w.get_place(call.world, call.node.id)["username"]
    return [row for row in rows if name and f"@{name}" in row["text"]]


def comments(call: Call) -> list[Any]:
    """Comments of a post, or replies to a comment. Without `filter` only those that stand right under it."""
    row = call.node.row
    stream = call.args.get("filter") == "stream"
    backwards = call.args.get("order") == "reverse_chronological"
    query = "SELECT * FROM meta_text WHERE kind = 'comment' AND deleted = 0 AND created >= ? AND "
    if row["kind"] == "comment":
        which, value = "parent = ?", row["id"]
    else:
        which, value = ("root = ?" if stream else "root = ? AND parent = ''"), row["id"]
    rows = call.db.execute(f"{query}{which} ORDER BY seq", (call.args.get("since", 0), value)).fetchall()
    return rows[::-1] if backwards else rows


def summary(call: Call, rows: list[Any]) -> dict[str, Any]:
    order = str(call.args.get("order") or "chronological")
    closed = w.any_text(call.world, call.node.row["root"])["closed"]
    own = call.token.holder == call.node.row["place"]
    return {"order": order, "total_count": len(rows), "can_comment": own and not closed}


def write_comment(call: Call) -> dict[str, str]:
    """POST …/comments: a comment of the Page. A reply to a reply is hung under the first one."""
    row = call.node.row
    text = call.text("message")
    photo = call.text("attachment_id")
    if not text.strip() and not photo:
        raise GraphError(100, "You must provide a message or an attachment")
    if len(text) > LONGEST:
        raise GraphError(100, f"Length of param message must be less than or equal to {LONGEST}")
    if call.text("attachment_url") or call.text("attachment_share_url"):
        raise GraphError(100, "The attachment could not be downloaded")
    if w.any_text(call.world, row["root"])["closed"]:
        raise GraphError(int(switch(call.db, "closed_error")), "Comments are turned off for this post")
    if (
        photo
        and call.db.execute("SELECT 1 FROM meta_photo WHERE id = ? AND place = ?", (photo, row["place"])).fetchone()
        is None
    ):
        raise GraphError(100, "attachment_id is not a photo of this Page")
    if switch(call.db, "duplicates") == "refused" and _is_repeat(call, text):
        raise GraphError(506)
    written = writing.write_comment(call.world, row, "", text, [photo] if photo else [])
    return {"id": written["id"]}


def _is_repeat(call: Call, text: str) -> bool:
    row = call.node.row
    return (
        call.db.execute(
            "SELECT 1 FROM meta_text WHERE root = ? AND author = '' AND text = ? AND deleted = 0 AND id != root",
            (row["root"], text),
        ).fetchone()
        is not None
    )


def change_comment(call: Call) -> dict[str, bool]:
    row = call.node.row
    if "message" in call.args:
        if row["author"]:
            raise GraphError(200, "A Page may edit only its own comments")
        writing.edit(call.world, row, call.text("message"))
    if "is_hidden" in call.args:
        writing.hide(call.world, row, bool(call.args["is_hidden"]))
    return {"success": True}


def change_post(call: Call) -> dict[str, bool]:
    row = call.node.row
    if "message" in call.args and row["author"]:
        raise GraphError(200, "A Page may edit only its own posts")
    if "message" in call.args:
        writing.edit(call.world, row, call.text("message"))
    if "is_hidden" in call.args:
        writing.hide(call.world, row, bool(call.args["is_hidden"]))
    return {"success": True}


def delete(call: Call) -> dict[str, bool]:
    writing.delete(call.world, call.node.row)
    return {"success": True}


def write_post(call: Call) -> dict[str, str]:
    text = call.text("message")
    if not text.strip():
        raise GraphError(100, "Missing message or attachment")
    return {"id": writing.write_post(call.world, call.node.id, "", text)["id"]}


def write_photo(call: Call) -> dict[str, str]:
    """POST …/photos with `published` false: a picture that nobody sees until a comment carries it."""
    if call.args.get("published", True):
        raise GraphError(100, "This sandbox takes only unpublished photos")
    if len(call.files) != 1:
        raise GraphError(324, "Missing or invalid image file")
    try:
        picture = pictures.check(call.files[0])
    except pictures.NotAPicture as fault:
        raise GraphError(324, "Missing or invalid image file") from fault
    return {"id": keep_photo(call, call.node.id, picture)}


def keep_photo(call: Call, place: str, picture: pictures.Picture) -> str:
    number = str(600_000_000_000_000 + w.next_number(call.world))
    call.db.execute(
        "INSERT INTO meta_photo VALUES (?, ?, ?, ?, ?)", (number, place, picture.width, picture.height, picture.data)
    )
    return number


def attachments(call: Call) -> list[Any]:
    return shapes.pictures(call, call.node.row)


def accounts(call: Call) -> list[Any]:
    """Pages of a person's token: those named among its rights."""
    rows = call.db.execute("SELECT * FROM meta_place WHERE kind = 'page' ORDER BY id").fetchall()
    return [row for row in rows if row["id"] in call.token.rights]


def person(call: Call) -> Any:
    if not call.node.row:
        raise gone(call.node.id)
    return call.node


READ, ENGAGE = "pages_read_engagement", "pages_manage_engagement"
USERS = "pages_read_user_content"
_NODE = (Param("primary_fb_page_id"), Param("primary_ig_user_id"))
EDGES: tuple[Edge, ...] = (
    Edge("GET", "Page", "", node, (Param("account_linking_token"),), "Page"),
    Edge("GET", "Page", "feed", feed, (*_LIST, _LIMIT), "PagePost", READ),
    Edge("GET", "Page", "posts", own_posts, (*_LIST, _LIMIT, Param("q")), "PagePost", READ),
    Edge("GET", "Page", "published_posts", own_posts, (*_LIST, _LIMIT), "PagePost", READ),
    Edge("GET", "Page", "visitor_posts", visitor_posts, (*_LIST, _LIMIT), "PagePost", USERS),
    Edge("GET", "Page", "tagged", tagged, (), "PagePost", USERS),
    Edge("POST", "Page", "feed", write_post, (Param("message"),), "", "pages_manage_posts", partial=True),
    Edge(
        "POST",
        "Page",
        "photos",
        write_photo,
        (Param("published", "bool"), Param("temporary", "bool"), Param("caption"), Param("no_story", "bool")),
        "",
        ENGAGE,
        partial=True,
    ),
    Edge("GET", "PagePost", "", node, _NODE, "PagePost", READ),
    Edge("GET", "PagePost", "comments", comments, _COMMENTS, "Comment", USERS),
    Edge("POST", "PagePost", "comments", write_comment, _WRITE_POST, "", ENGAGE),
    Edge("GET", "PagePost", "attachments", attachments, (), "StoryAttachment", READ),
    Edge(
        "POST",
        "PagePost",
        "",
        change_post,
        (Param("is_hidden", "bool"), Param("message")),
        "",
        "pages_manage_posts",
        partial=True,
    ),
    Edge("DELETE", "PagePost", "", delete, (), "", "pages_manage_posts"),
    Edge("GET", "Comment", "", node, (), "Comment", USERS),
    Edge("GET", "Comment", "comments", comments, _COMMENTS, "Comment", USERS),
    Edge("POST", "Comment", "comments", write_comment, _WRITE, "", ENGAGE),
    Edge("POST", "Comment", "", change_comment, _CHANGE, "", ENGAGE),
    Edge("DELETE", "Comment", "", delete, (), "", ENGAGE),
    Edge("GET", "Photo", "", node, (), "Photo", READ),
    Edge("GET", "User", "", person, (), "User"),
    Edge(
        "GET",
        "User",
        "accounts",
        accounts,
        (Param("ad_id"), Param("is_place", "bool"), Param("is_promotable", "bool")),
        "Page",
    ),
)
