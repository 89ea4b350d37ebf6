"""The X Activity API: telling subscribers what happened, signed with their app's consumer secret.

Source: the network's pages on the Activity API and its samples of August 2026. Mentions are told when the writer put
the name there, not when the network did; replies and quotes are told of direct ones only.
"""

import base64
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox import pusher
from sandbox.state import World
from sandbox.x import people, shapes
from sandbox.x.switchboard import switch

HEADER = "x-twitter-webhooks-signature"
TYPES: tuple[str, ...] = (
    "profile.update.bio",
    "profile.update.profile_picture",
    "profile.update.banner_picture",
    "profile.update.screenname",
    "profile.update.geo",
    "profile.update.url",
    "profile.update.verified_badge",
    "profile.update.affiliate_badge",
    "profile.update.handle",
    "news.new",
    "follow.follow",
    "follow.unfollow",
    "spaces.start",
    "spaces.end",
    "broadcast.start",
    "broadcast.end",
    "broadcast.chat",
    "chat.received",
    "chat.sent",
    "chat.conversation.join",
    "chat.conversation_join",
    "chat.conversation.member_added",
    "chat.conversation.member_removed",
    "chat.conversation.admin_added",
    "chat.conversation.admin_removed",
    "chat.update.group_name",
    "chat.update.restrictions",
    "dm.sent",
    "dm.received",
    "dm.indicate_typing",
    "dm.read",
    "post.create",
    "post.delete",
    "post.mention.create",
    "post.reply.create",
    "post.quote.create",
    "post.repost.create",
    "like.create",
    "mute.mute",
    "mute.unmute",
    "block.block",
    "block.unblock",
)
"""Every kind that can be subscribed to."""
PUBLIC = frozenset({"post.create", "post.delete"})
"""Of the kinds that are told here, those that need no authorisation of the user."""


def written(world: World, row: sqlite3.Row, parent: sqlite3.Row | None, quoted: sqlite3.Row | None) -> None:
    """A new text, or a new version of one."""
    author = row["author"]
    if _protected(world, author):
        return
    payload = shapes.post(world, row, shapes.EVERYTHING)
    if row["reply_to"]:
        payload["in_reply_to_tweet_id"] = str(row["reply_to"])
    somebody = people.user(world, author)
    includes = {"users": [shapes.user(somebody, shapes.EVERYTHING)]} if somebody is not None else {}
    for named in json.loads(row["named"]):
        if named != author:
            tell(world, "post.mention.create", named, payload, includes)
    if parent is not None and parent["author"] != author:
        tell(world, "post.reply.create", parent["author"], payload, {})
    if quoted is not None and quoted["author"] != author:
        tell(world, "post.quote.create", quoted["author"], payload, {})
    tell(world, "post.create", author, payload, {**includes, "tweets": [payload]})


def deleted(world: World, row: sqlite3.Row) -> None:
    somebody = people.user(world, row["author"])
    users = [{"data": shapes.user(somebody, shapes.EVERYTHING)}] if somebody is not None else []
    payload = {"id": str(row["id"]), "author_id": row["author"]}
    tell(world, "post.delete", row["author"], payload, {"users": users})


def sent(world: World, row: sqlite3.Row, recipient: str) -> None:
    """A direct message, told to both ends."""
    data: dict[str, Any] = {
        "text": row["text"],
        "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
    }
    photos = people.photos(world, json.loads(row["photos"]))
    if photos:
        address = f"{world.base}/x/media/{photos[0]['key']}.jpg"
        data["attachment"] = {"type": "media", "media": {"type": "photo", "media_url_https": address}}
    message = {
        "type": "message_create",
        "id": str(row["id"]),
        "created_timestamp": str(row["at"] * 1000),
        "message_create": {
            "target": {"recipient_id": recipient},
            "sender_id": row["sender"],
            "message_data": data,
        },
    }
    both = [people.user(world, each) for each in (row["sender"], recipient)]
    users = {each["id"]: {"data": shapes.user(each, shapes.EVERYTHING)} for each in both if each is not None}
    payload = {"direct_message_events": [message], "users": users}
    tell(world, "dm.received", recipient, payload, None)
    tell(world, "dm.sent", row["sender"], payload, None)


def tell(world: World, kind: str, user: str, payload: Mapping[str, Any], includes: Mapping[str, Any] | None) -> None:
    """One event to everybody who subscribed to it, in the transaction of the change itself."""
    rows = world.db.execute(
        "SELECT s.*, h.url, h.valid, a.secret FROM x_subscription s JOIN x_hook h ON h.id = s.hook"
        " JOIN x_app a ON a.name = s.app WHERE s.type = ? AND s.user = ? ORDER BY s.id",
        (kind, user),
    ).fetchall()
    for row in rows:
        data: dict[str, Any] = {"event_uuid": "", "filter": {"user_id": user}, "event_type": kind}
        data |= {"tag": row["tag"]} if row["tag"] else {}
        data |= {"payload": dict(payload)} | ({} if includes is None else {"includes": dict(includes)})
        data["event_uuid"] = uuid(world, kind, user, data)
        envelope = shapes.spelled(world, {"data": data})
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        world.db.execute(
            "INSERT INTO x_event (uuid, type, user, hook, at, body) VALUES (?, ?, ?, ?, ?, ?)",
            (data["event_uuid"], kind, user, row["hook"], world.now, body),
        )
        if row["valid"]:
            post(world, row["hook"], row["url"], row["secret"], kind, body)


def post(
    world: World, hook: int, url: str, secret: str, kind: str, body: bytes, false_signature: str | None = None
) -> None:
    """Queue one signed body. `false_signature` is another signature than the true one."""
    headers = {
        "Content-Type": "application/json",
        HEADER: signature(body, secret) if false_signature is None else false_signature,
    }
    pusher.push(world, pusher.Hook("x", str(hook), url), kind, body, headers)


def signature(body: bytes, secret: str) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def uuid(world: World, kind: str, user: str, data: Mapping[str, Any]) -> str:
    """A signed 64-bit number as digits, as the network writes it; half of them are negative."""
    (count,) = world.db.execute("SELECT count(*) FROM x_event").fetchone()
    seed = json.dumps([count, kind, user, data], default=str)
    return str(int.from_bytes(hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()[:8], signed=True))


def delays(db: sqlite3.Connection) -> list[float]:
    return [float(each) for each in switch(db, "push_delays")]


def judge(answer: pusher.Answer) -> pusher.Verdict:
    return "done" if answer.status == 200 else "again"


PUSHES = pusher.Pushes(within=10.0, judge=judge, delays=delays)


def _protected(world: World, number: str) -> bool:
    row = people.user(world, number)
    return row is None or bool(row["protected"])
