"""Writing texts: a post, a reply, an edit, a deletion, hiding a reply. Only in a user's name."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox.acts import Forbidden, NotThere
from sandbox.validation import Param
from sandbox.x import words, writing
from sandbox.x.listing import is_protected
from sandbox.x.operations import media
from sandbox.x.problems import Problem, forbidden, invalid
from sandbox.x.shapes import spelled
from sandbox.x.spec import ID, USERS, Call, Operation
from sandbox.x.switchboard import switch

NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
NOT_HERE = ("card_uri", "community_id", "direct_message_deep_link", "geo", "nullcast", "poll")
_WHO = ("following", "mentionedUsers", "subscribers", "verified")


def _create(call: Call) -> Mapping[str, Any]:
    body = call.body
    asked = [name for name in NOT_HERE if name in body]
    if asked:
        raise forbidden(f"Your client app is not permitted to use [{asked[0]}].")
    text = str(body.get("text", ""))
    if not text.strip() and "media" not in body:
        raise invalid("text", text, "The Tweet text is empty")
    if "edit_options" in body:
        return _edited(call, int(body["edit_options"]["previous_post_id"]), text)
    reply, author = body.get("reply", {}), call.token.user
    parent = _parent(call, reply.get("in_reply_to_tweet_id", ""))
    quoted = _quoted(call, str(body.get("quote_tweet_id", "")))
    _check_text(call, text)
    draft = writing.Draft(
        author=author,
        text=text,
        reply_to=parent["id"] if parent is not None else 0,
        quoted=quoted,
        photos=media.taken(call, body["media"], "tweet_image") if "media" in body else (),
        reply_settings=str(body.get("reply_settings", "everyone")),
        without=frozenset(reply.get("exclude_reply_user_ids", ())),
    )
    _check_repeat(call, draft)
    return _post_response(call, writing.write(call.world, draft))


def _post_response(call: Call, row: sqlite3.Row) -> Mapping[str, Any]:
    history = [str(number) for number in writing.chain(call.world, row["root"])]
    text = words.shown(row["lead"] + row["text"]).text
    return spelled(call.world, {"data": {"id": str(row["id"]), "text": text, "edit_history_tweet_ids": history}})


def _edited(call: Call, previous: int, text: str) -> Mapping[str, Any]:
    """Replies to others cannot be edited, and nobody edits what is another's."""
    _check_text(call, text)
    try:
        row = writing.get(call.world, previous)
        if row["author"] != call.token.user or (row["reply_to"] and row["reply_user"] != row["author"]):
            raise forbidden("You are not permitted to edit this Tweet.")
        return _post_response(call, writing.edit(call.world, previous, text))
    except (NotThere, Forbidden, OverflowError) as fault:
        raise forbidden(str(fault)) from fault


def _parent(call: Call, number: str) -> sqlite3.Row | None:
    """What is replied to, if this account may reply to it."""
    if not number:
        return None
    try:
        row = writing.get(call.world, int(number))
    except (NotThere, OverflowError) as fault:
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.") from fault
    me = call.token.user
    if row["author"] == me:
        return row
    if is_protected(call.world, row["author"]):
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    if row["reply_settings"] == "mentionedUsers" and me not in json.loads(row["mentioned"]):
        raise forbidden("The author limits who may reply to this Tweet.")
    if switch(call.db, "access") == "selfserve" and not _summoned(call, row):
        raise forbidden(NOT_SUMMONED)
    return row


def _summoned(call: Call, row: sqlite3.Row) -> bool:
    """The author named us in this very version, or quoted a text of ours."""
    me = call.token.user
    if me in json.loads(row["named"]):
        return True
    quoted = call.db.execute("SELECT author FROM x_post WHERE id = ?", (row["quoted"],)).fetchone()
    if quoted is not None and quoted["author"] == me:
        return True
    return me in json.loads(row["mentioned"]) and bool(switch(call.db, "reply_summons"))


def _quoted(call: Call, number: str) -> int:
    if not number:
        return 0
    if switch(call.db, "access") == "selfserve":
        raise forbidden("Quoting is not permitted with your access level.")
    try:
        return int(writing.get(call.world, int(number))["id"])
    except (NotThere, OverflowError) as fault:
        raise forbidden("You attempted to quote a Tweet that is deleted or not visible to you.") from fault


def _check_text(call: Call, text: str) -> None:
    if words.weight(text) > words.MOST_WEIGHT:
        raise forbidden("Your Tweet text is too long.")
    if switch(call.db, "access") == "selfserve" and len(words.CASHTAG.findall(text)) > 1:
        raise forbidden("Posts are limited to a maximum of 1 cashtag.")


def _check_repeat(call: Call, draft: writing.Draft) -> None:
    how = switch(call.db, "duplicates")
    if how == "off":
        return
    since = call.world.now - int(switch(call.db, "duplicate_seconds"))
    rows = call.db.execute(
        "SELECT * FROM x_post WHERE author = ? AND at >= ? AND deleted = 0 AND text = ?",
        (draft.author, since, draft.text),
    ).fetchall()
    user = writing.get(call.world, draft.reply_to)["author"] if draft.reply_to else ""
    for row in rows:
        same = row["reply_to"] == draft.reply_to if how == "reply" else row["reply_user"] == user
        if same:
            raise forbidden("You are not allowed to create a Tweet with duplicate content.")


def _delete(call: Call) -> Mapping[str, Any]:
    try:
        row = writing.get(call.world, min(int(call.text("id")), 2**63 - 1))
    except NotThere:
        return {"data": {"deleted": False}}
    if row["author"] != call.token.user:
        raise forbidden("You are not authorized to delete this Tweet.")
    writing.delete(call.world, row["id"])
    return {"data": {"deleted": True}}


def _hide(call: Call) -> Mapping[str, Any]:
    try:
        row = writing.get(call.world, min(int(call.text("tweet_id")), 2**63 - 1))
    except NotThere as fault:
        raise Problem(404, "resource-not-found", "Not Found Error", str(fault), resource_type="tweet") from fault
    root = call.db.execute("SELECT author FROM x_post WHERE root = ?", (row["conversation"],)).fetchone()
    if root is None or root["author"] != call.token.user or not row["reply_to"]:
        raise forbidden("Only the author of the conversation may hide a reply.")
    hidden = bool(call.body["hidden"])
    call.db.execute("UPDATE x_post SET hidden = ? WHERE root = ?", (int(hidden), row["root"]))
    return {"data": {"hidden": hidden}}


_REPLY = (
    Param("in_reply_to_tweet_id", required=True, pattern=ID),
    Param("exclude_reply_user_ids", "array", item=Param("")),
    Param("auto_populate_reply_metadata", "boolean"),
)
_MEDIA = (
    Param("media_ids", "array", required=True, least=1, most=4, item=Param("", pattern=ID)),
    Param("tagged_user_ids", "array", most=10, item=Param("", pattern=ID)),
    Param("call_to_actions", "object", closed=False),
    Param("description"),
    Param("embeddable", "boolean"),
    Param("preview_media_id", pattern=ID),
    Param("title"),
)
_SETTINGS = Param("reply_settings", choices=_WHO)
_POLL = (
    Param("options", "array", required=True, least=2, most=4, item=Param("", shortest=1, longest=25)),
    Param("duration_minutes", "integer", required=True, low=5, high=10_080),
    _SETTINGS,
)
BODY = Param(
    "$",
    "object",
    fields=(
        Param("text"),
        Param("reply", "object", fields=_REPLY),
        Param("quote_tweet_id", pattern=ID),
        _SETTINGS,
        Param("edit_options", "object", fields=(Param("previous_post_id", required=True, pattern=ID),)),
        Param("media", "object", fields=_MEDIA),
        Param("poll", "object", fields=_POLL),
        Param("geo", "object", fields=(Param("place_id", required=True),)),
        Param("card_uri"),
        Param("community_id", pattern=ID),
        Param("direct_message_deep_link"),
        *(Param(name, "boolean") for name in ("for_super_followers_only", "made_with_ai", "nullcast")),
        *(Param(name, "boolean") for name in ("paid_partnership", "share_with_followers")),
    ),
)
WRITE = ("tweet.read", "tweet.write", "users.read")
OPERATIONS = (
    Operation("createPosts", "POST", "/2/tweets", USERS, WRITE, (), (0, 100), _create, body=BODY, status=201),
    Operation(
        "deletePosts",
        "DELETE",
        "/2/tweets/{id}",
        USERS,
        WRITE,
        (Param("id", required=True, pattern=ID),),
        (0, 50),
        _delete,
    ),
    Operation(
        "hidePostsReply",
        "PUT",
        "/2/tweets/{tweet_id}/hidden",
        USERS,
        ("tweet.read", "tweet.moderate.write", "users.read"),
        (Param("tweet_id", required=True, pattern=ID),),
        (0, 50),
        _hide,
        body=Param("$", "object", fields=(Param("hidden", "boolean", required=True),)),
    ),
)
