"""messages.*: a community's private dialogues. A user token acts for a community named by `group_id`."""

import sqlite3
from collections.abc import Sequence

from sandbox.validation import Param
from sandbox.vk import acts, dialogues, refs, shapes
from sandbox.vk.errors import VkError
from sandbox.vk.methods.rights import own_group
from sandbox.vk.spec import Call, Method, tokens

BOTH = tokens("user", "group")
_INTENTS = """
    account_update bot_ad_invite bot_ad_promo confirmed_notification customer_support default finance_notification
    game_notification moderated_newsletter non_promo_newsletter promo_newsletter purchase_update
"""
INTENTS = tuple(_INTENTS.split())
CHATS = 2_000_000_000
GROUP = Param("group_id", "integer", low=0)
FIELDS = Param("fields", "strings")
EXTENDED = Param("extended", "boolean")
INT32 = 2**31


def send(call: Call) -> object:
    """An id for one peer; a list of results for `peer_ids`."""
    group_id = own_group(call)
    if "random_id" not in call.args:
        raise VkError(100, "random_id is undefined")
    random_id = call.integer("random_id")
    if not -INT32 <= random_id < INT32:
        raise VkError(100, "random_id is not int32")
    many = call.args.get("peer_ids")
    if many is not None:
        return [_result(call, group_id, peer) for peer in many]
    return _send_one(call, group_id, _peer(call))["id"]


def _send_one(call: Call, group_id: int, peer: int) -> sqlite3.Row:
    if peer >= CHATS or peer <= 0 or shapes.find(call.db, "vk_person", peer) is None:
        raise VkError(936 if 0 < peer < CHATS else 100, "peer_id is invalid")
    if not dialogues.is_allowed(call.world, group_id, peer):
        raise VkError(901)
    voices = frozenset({-group_id, call.token.holder if call.token.kind == "user" else -group_id})
    items = [item for item in call.text("attachment").split(",") if item]
    photos = refs.photo_refs(call.world, items, voices)
    if not call.text("message").strip() and not photos:
        raise VkError(100, "message is empty or invalid")
    spot = acts.Spot(call.args["lat"], call.args["long"]) if {"lat", "long"} <= call.args.keys() else None
    words = dialogues.Words(
        call.text("message"),
        photos,
        call.integer("random_id"),
        call.token.holder if call.token.kind == "user" else 0,
        spot,
        call.integer("reply_to"),
    )
    return dialogues.from_community(call.world, group_id, peer, words)


def _result(call: Call, group_id: int, peer: int) -> object:
    """One line of the list answer: a refusal for one peer does not stop the others."""
    try:
        row = _send_one(call, group_id, peer)
    except VkError as error:
        refused = {"code": error.code, "description": error.detail}
        return {"peer_id": peer, "message_id": 0, "conversation_message_id": 0, "error": refused}
    return {"peer_id": peer, "message_id": row["id"], "conversation_message_id": row["cmid"]}


def _peer(call: Call) -> int:
    if call.text("domain"):
        digits = call.text("domain").removeprefix("id")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 18 else 0
    chat = call.integer("chat_id")
    return call.integer("peer_id") or call.integer("user_id") or (CHATS + chat if chat else 0)


def get_history(call: Call) -> object:
    """Messages of one dialogue, newest first unless `rev`."""
    group_id = own_group(call)
    peer = call.integer("peer_id") or call.integer("user_id")
    if not peer:
        raise VkError(100, "peer_id is undefined")
    rows = call.db.execute(
        "SELECT * FROM vk_message WHERE group_id = ? AND peer_id = ? ORDER BY id DESC", (group_id, peer)
    ).fetchall()
    total = len(rows)
    if call.integer("rev"):
        rows.reverse()
    start = call.integer("start_message_id")
    first = next((at for at, row in enumerate(rows) if row["id"] == start), 0) if start else 0
    first = max(0, first + call.integer("offset"))
    page = rows[first : first + call.integer("count", 20)]
    answer: shapes.Shape = {"count": total, "items": [shapes.message(call.world, row) for row in page]}
    if call.args.get("extended"):
        answer |= shapes.who(call.world, [peer, -group_id], call.args.get("fields", []))
        talk = _dialogue_row(call, group_id, peer)
        answer["conversations"] = [_conversation(call, talk)] if talk is not None else []
    return answer


def _dialogue_row(call: Call, group_id: int, peer: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM vk_dialogue WHERE group_id = ? AND peer_id = ?", (group_id, peer)
    ).fetchone()
    return row


def get_conversations(call: Call) -> object:
    """Dialogues, the most recently active first."""
    group_id = own_group(call)
    talks = call.db.execute(
        "SELECT d.*, max(m.id) AS last FROM vk_dialogue d JOIN vk_message m ON m.group_id = d.group_id"
        " AND m.peer_id = d.peer_id WHERE d.group_id = ? GROUP BY d.peer_id ORDER BY last DESC",
        (group_id,),
    ).fetchall()
    unread = [row for row in talks if row["last_cmid"] > row["in_read"]]
    wanted = call.text("filter") or "all"
    chosen = _filtered(wanted, talks, unread)
    first = call.integer("offset")
    page = chosen[first : first + call.integer("count", 20)]
    items = [
        {"conversation": _conversation(call, row), "last_message": shapes.message(call.world, _last(call, row))}
        for row in page
    ]
    answer: shapes.Shape = {"count": len(chosen), "unread_count": len(unread), "items": items}
    if call.args.get("extended"):
        ids = [row["peer_id"] for row in page]
        answer |= shapes.who(call.world, [*ids, -group_id], call.args.get("fields", []))
    return answer


def _filtered(wanted: str, talks: Sequence[sqlite3.Row], unread: Sequence[sqlite3.Row]) -> Sequence[sqlite3.Row]:
    if wanted == "all":
        return talks
    return unread if wanted in ("unread", "unanswered") else []


def _last(call: Call, talk: sqlite3.Row) -> sqlite3.Row:
    row: sqlite3.Row = call.db.execute(
        "SELECT * FROM vk_message WHERE group_id = ? AND peer_id = ? ORDER BY id DESC",
        (talk["group_id"], talk["peer_id"]),
    ).fetchone()
    return row


def _conversation(call: Call, talk: sqlite3.Row) -> shapes.Shape:
    last = _last(call, talk) if talk["last_cmid"] else None
    waiting = talk["last_cmid"] - talk["in_read"]
    shown: shapes.Shape = {
        "peer": {"id": talk["peer_id"], "type": "user", "local_id": talk["peer_id"]},
        "last_message_id": last["id"] if last is not None else 0,
        "last_conversation_message_id": talk["last_cmid"],
        "in_read": talk["in_read"],
        "out_read": talk["last_cmid"],
        "version": 10000000 + talk["last_cmid"],
        "can_write": {"allowed": True} if talk["allowed"] else {"allowed": False, "reason": 901},
    }
    if waiting:
        shown |= {"unread_count": waiting, "unanswered": True}
    return shown


def is_allowed(call: Call) -> object:
    """Whether this person lets the community write."""
    group_id = own_group(call)
    return {"is_allowed": int(dialogues.is_allowed(call.world, group_id, call.integer("user_id")))}


TABLE = (
    Method(
        "messages.send",
        BOTH,
        (
            Param("user_id", "integer"),
            Param("random_id", "integer"),
            Param("peer_id", "integer"),
            Param("peer_ids", "integers", most=100),
            Param("domain", "string"),
            Param("chat_id", "integer", low=0, high=100000000),
            Param("message", "string", longest=9000, too_long=914),
            Param("lat", "number"),
            Param("long", "number"),
            Param("attachment", "string", longest=9000),
            Param("reply_to", "integer"),
            Param("forward_messages", "integers", most=1000),
            Param("forward", "json"),
            Param("sticker_id", "integer", low=0),
            GROUP,
            Param("keyboard", "json"),
            Param("template", "string"),
            Param("payload", "string", longest=1000),
            Param("content_source", "string"),
            Param("dont_parse_links", "boolean"),
            Param("disable_mentions", "boolean"),
            Param("intent", "string", choices=INTENTS),
            Param("subscribe_id", "integer", low=0, high=100),
        ),
        send,
        errors=(901, 914, 936),
    ),
    Method(
        "messages.getHistory",
        BOTH,
        (
            Param("offset", "integer"),
            Param("count", "integer", low=0, high=200),
            Param("user_id", "integer"),
            Param("peer_id", "integer"),
            Param("start_message_id", "integer"),
            Param("rev", "integer", choices=("1", "0")),
            EXTENDED,
            FIELDS,
            GROUP,
        ),
        get_history,
    ),
    Method(
        "messages.getConversations",
        BOTH,
        (
            Param("offset", "integer", low=0),
            Param("count", "integer", low=0, high=200),
            Param("filter", "string", choices=("all", "archive", "important", "sorted_chats", "unanswered", "unread")),
            EXTENDED,
            Param("start_message_id", "integer", low=0),
            FIELDS,
            GROUP,
        ),
        get_conversations,
    ),
    Method(
        "messages.isMessagesFromGroupAllowed",
        BOTH,
        (Param("group_id", "integer", required=True, low=1), Param("user_id", "integer", required=True, low=1)),
        is_allowed,
    ),
)
