"""Looking at chats and their members, leaving, and getting a file's path."""

import sqlite3

from sandbox.telegram import shapes, writing
from sandbox.telegram.errors import bad, forbidden
from sandbox.telegram.spec import Call, Method, take
from sandbox.telegram.world import (
    INSIDE,
    asked_chat,
    find_person,
    is_bot,
    open_chat,
    status_of,
)


def get_chat(call: Call) -> object:
    number = asked_chat(call.world, call.args["chat_id"])
    if number < 0:
        return shapes.full_chat(call.world, open_chat(call.world, call.me, number)["id"])
    if find_person(call.world, number) is None or not _has_met(call, number):
        raise bad("chat not found")
    return shapes.full_chat(call.world, number)


def get_chat_member(call: Call) -> object:
    chat, who = open_chat(call.world, call.me, call.args["chat_id"]), call.integer("user_id")
    if find_person(call.world, who) is None and not is_bot(call.world, who):
        raise bad("invalid user_id specified")
    if chat["type"] == "channel" and who != call.me and not _is_admin(call, chat):
        raise bad("member list is inaccessible")
    status = status_of(call.world, chat["id"], who)
    if status == "left" and _wrote(call, chat["id"], who):
        status = "member"
    return shapes.member(call.world, who, status)


def get_chat_administrators(call: Call) -> object:
    chat = open_chat(call.world, call.me, call.args["chat_id"])
    rows = call.db.execute(
        "SELECT who, status FROM telegram_member WHERE chat = ? AND status IN ('creator', 'administrator')"
        " ORDER BY who",
        (chat["id"],),
    ).fetchall()
    bots = call.args.get("return_bots", False)
    return [
        shapes.member(call.world, row["who"], row["status"])
        for row in rows
        if bots or row["who"] == call.me or not is_bot(call.world, row["who"])
    ]


def get_chat_member_count(call: Call) -> object:
    chat = open_chat(call.world, call.me, call.args["chat_id"])
    (number,) = call.db.execute(
        "SELECT count(*) FROM (SELECT who FROM telegram_member WHERE chat = ? AND status NOT IN ('left', 'kicked')"
        " UNION SELECT sender FROM telegram_message WHERE chat = ? AND box = 0 AND sender_chat = 0)",
        (chat["id"], chat["id"]),
    ).fetchone()
    return int(number)


def leave_chat(call: Call) -> object:
    chat_id = call.args["chat_id"]
    if isinstance(chat_id, int) and chat_id > 0:
        raise bad("chat member status can't be changed in private chats")
    chat = open_chat(call.world, call.me, chat_id)
    if status_of(call.world, chat["id"], call.me) not in INSIDE:
        raise forbidden(f"bot is not a member of the {chat['type']} chat")
    writing.set_member(call.world, chat["id"], call.me, "left")
    return True


def get_file(call: Call) -> object:
    read = shapes.read_file_id(call.text("file_id"))
    row = None
    if read is not None and read[0] == call.me:
        row = call.db.execute("SELECT * FROM telegram_file WHERE id = ?", (read[1],)).fetchone()
    if read is None or row is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    return {
        "file_id": call.text("file_id"),
        "file_unique_id": shapes.file_unique_id(read[1], read[2]),
        "file_size": len(row["data"]),
        "file_path": f"photos/file_{read[1]}_{read[2]}.jpg",
    }


def _has_met(call: Call, person: int) -> bool:
    """A bot knows whom it has talked to, and whoever wrote where it sits."""
    row = call.db.execute(
        "SELECT 1 FROM telegram_dialogue WHERE bot = ? AND person = ? UNION SELECT 1 FROM telegram_message t"
        " JOIN telegram_member m ON m.chat = t.chat AND m.who = ? WHERE t.sender = ? AND t.box = 0",
        (call.me, person, call.me, person),
    ).fetchone()
    return row is not None


def _wrote(call: Call, chat: int, who: int) -> bool:
    row = call.db.execute(
        "SELECT 1 FROM telegram_message WHERE chat = ? AND box = 0 AND sender = ? AND sender_chat = 0", (chat, who)
    ).fetchone()
    return row is not None


def _is_admin(call: Call, chat: sqlite3.Row) -> bool:
    return status_of(call.world, chat["id"], call.me) in ("creator", "administrator")


_CHAT = "chat_id! Integer, String"
METHODS = (
    Method("getChat", take(_CHAT), get_chat, ("ChatFullInfo",)),
    Method("getChatMember", take(_CHAT, "user_id! Integer"), get_chat_member, ("ChatMember",)),
    Method(
        "getChatAdministrators",
        take(_CHAT, "return_bots Boolean"),
        get_chat_administrators,
        ("Array of ChatMember",),
    ),
    Method("getChatMemberCount", take(_CHAT), get_chat_member_count, ("Integer",)),
    Method("leaveChat", take(_CHAT), leave_chat, ("Boolean",)),
    Method("getFile", take("file_id! String"), get_file, ("File",)),
)
