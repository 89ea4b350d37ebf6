"""Looking things up: bots, chats, members, messages. Raises the network's own refusals."""

import hashlib
import sqlite3

from sandbox.acts import NotThere
from sandbox.state import World
from sandbox.telegram.errors import TelegramError, bad, forbidden

CHANNELS = -1_000_000_000_000
INSIDE = ("creator", "administrator", "member")
_KINDS = {"group": "group", "supergroup": "supergroup", "channel": "channel"}


def find_bot(world: World, number: int) -> sqlite3.Row:
    """NotThere for anybody who is no bot."""
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM telegram_bot WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotThere(f"no bot has the id {number}")
    return row


def is_bot(world: World, number: int) -> bool:
    return world.db.execute("SELECT 1 FROM telegram_bot WHERE id = ?", (number,)).fetchone() is not None


def find_chat(world: World, number: int) -> sqlite3.Row:
    """A group, supergroup or channel. NotThere."""
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM telegram_chat WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotThere(f"no chat has the id {number}")
    return row


def find_person(world: World, number: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM person WHERE network = 'telegram' AND id = ?", (str(number),)
    ).fetchone()
    return row


def find_message(world: World, box: int, chat: int, number: int) -> sqlite3.Row | None:
    """A message, deleted or not."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM telegram_message WHERE box = ? AND chat = ? AND id = ?", (box, chat, number)
    ).fetchone()
    return row


def asked_chat(world: World, chat_id: int | str) -> int:
    """The chat's number out of a `chat_id`: a number, or a public chat's @name. 400 for one that is not there."""
    if isinstance(chat_id, int):
        return chat_id
    name = chat_id.removeprefix("@")
    row = world.db.execute(
        "SELECT id FROM telegram_chat WHERE username = ? COLLATE NOCASE AND username <> ''", (name,)
    ).fetchone()
    if row is None or not chat_id.startswith("@"):
        raise bad("chat not found")
    return int(row["id"])


def status_of(world: World, chat: int, who: int) -> str:
    row = world.db.execute("SELECT status FROM telegram_member WHERE chat = ? AND who = ?", (chat, who)).fetchone()
    return str(row["status"]) if row else "left"


def open_chat(world: World, bot: int, chat_id: int | str) -> sqlite3.Row:
    """A group, supergroup or channel that the bot may look at: it sits there, or the chat is public."""
    number = asked_chat(world, chat_id)
    try:
        chat = find_chat(world, number)
    except NotThere as fault:
        raise bad("chat not found") from fault
    if chat["moved_to"]:
        raise TelegramError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=int(chat["moved_to"]),
        )
    status = status_of(world, number, bot)
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {_kind(chat)} chat")
    if status not in INSIDE and not chat["username"]:
        # A bot that never was there does not know the chat at all; one that has left is told so.
        known = world.db.execute("SELECT 1 FROM telegram_member WHERE chat = ? AND who = ?", (number, bot)).fetchone()
        raise forbidden(f"bot is not a member of the {_kind(chat)} chat") if known else bad("chat not found")
    return chat


def talked_chat(world: World, bot: int, chat_id: int | str) -> sqlite3.Row:
    """A chat that the bot may write in."""
    chat = open_chat(world, bot, chat_id)
    status = status_of(world, chat["id"], bot)
    if status not in INSIDE:
        raise forbidden(f"bot is not a member of the {_kind(chat)} chat")
    if chat["type"] == "channel" and status == "member":
        raise bad("need administrator rights in the channel chat")
    return chat


def check_dialogue(world: World, bot: int, person: int) -> None:
    """Whether the bot may write to this person."""
    if find_person(world, person) is None:
        raise forbidden("bots can't send messages to bots") if is_bot(world, person) else bad("chat not found")
    row = world.db.execute(
        "SELECT blocked FROM telegram_dialogue WHERE bot = ? AND person = ?", (bot, person)
    ).fetchone()
    if row is None:
        raise forbidden("bot can't initiate conversation with a user")
    if row["blocked"]:
        raise forbidden("bot was blocked by the user")


def _kind(chat: sqlite3.Row) -> str:
    return _KINDS[chat["type"]]


def free_number(world: World, kind: str, low: int, span: int) -> int:
    """A number that no bot and no chat has, the same in every run."""
    turn = 0
    while True:
        digest = hashlib.sha256(f"telegram/{kind}/{turn}".encode()).digest()
        number = low + int.from_bytes(digest[:7]) % span
        taken = world.db.execute(
            "SELECT 1 FROM telegram_bot WHERE id = ? UNION SELECT 1 FROM telegram_chat WHERE id = ?", (number, number)
        ).fetchone()
        if taken is None:
            return number
        turn += 1


def page_of(chat: int) -> str:
    """The path of a chat's page: as public links have it; plain groups, which have no links, get one of their own."""
    return f"/telegram/c/{CHANNELS - chat}" if chat < CHANNELS else f"/telegram/g/{-chat}"
