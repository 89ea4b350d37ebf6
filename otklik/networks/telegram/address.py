"""Telegram's addresses: how the full address of a text is written, read back, and turned into a public link.

People have positive numbers, chats negative ones, as in the network itself. A message of a chat has its number in
that chat. Private dialogues are numbered by each bot anew, so their addresses name the bot too.
"""

import re
from dataclasses import dataclass

SITE = "https://t.me"
CHANNELS = -1_000_000_000_000  # supergroups and channels have numbers below this

_MESSAGE = re.compile(r"tg:(-[1-9]\d{0,15}):([1-9]\d{0,15})")
_DIRECT = re.compile(r"tg:im:(\d{1,16}):([1-9]\d{0,15})(?::([1-9]\d{0,15}))?")
_WHOSE = re.compile(r"(?:tg:)?(-?[1-9]\d{0,15})")
_BOT = re.compile(r"([1-9]\d{0,15})(?::[A-Za-z0-9_-]*)?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)/([^?#]{1,200})(?:[?#].{0,500})?", re.I
)
_LINKED = re.compile(r"(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})(?:/[1-9]\d{0,14}){0,2}")
_INSIDE = re.compile(r"c/([1-9]\d{0,14})(?:/[1-9]\d{0,14}){0,2}")
_SITES_OWN = frozenset({"joinchat", "addstickers", "addemoji", "addlist", "share", "proxy", "socks", "setlanguage"})


@dataclass(frozen=True, slots=True)
class MessageAddress:
    """A text in a group, supergroup or channel."""

    chat: int
    message: int


@dataclass(frozen=True, slots=True)
class DirectAddress:
    """A dialogue of a bot, or a message of it when `message` is not 0. `bot` is 0 where nobody told which bot it is."""

    bot: int
    user: int
    message: int = 0


def message_id(chat: int, message: int) -> str:
    return f"tg:{chat}:{message}"


def dialogue_id(bot: int, user: int) -> str:
    return f"tg:im:{bot}:{user}"


def direct_id(bot: int, user: int, message: int) -> str:
    return f"tg:im:{bot}:{user}:{message}"


def author_id(whose: int) -> str:
    """A person, a bot (positive) or a chat (negative) as an author, and a chat as a place."""
    return f"tg:{whose}"


def message_address(text: str) -> MessageAddress | None:
    match = _MESSAGE.fullmatch(text)
    return MessageAddress(int(match[1]), int(match[2])) if match else None


def direct_address(text: str) -> DirectAddress | None:
    match = _DIRECT.fullmatch(text)
    return DirectAddress(int(match[1]), int(match[2]), int(match[3] or 0)) if match else None


def whose(text: str) -> int:
    """The number in "tg:-1001", "-1001" or "5"; 0 for anything else."""
    match = _WHOSE.fullmatch(text.strip())
    return int(match[1]) if match else 0


def bot_number(typed: str) -> str:
    """The bot's number out of itself or of a whole token, whose secret is dropped; "" for anything else."""
    match = _BOT.fullmatch(typed.strip().removeprefix("tg:"))
    return match[1] if match else ""


def place_number(text: str) -> int:
    """The number of a place out of itself or of a link with it (`t.me/c/123`, with a message's number behind); 0 for
    anything else."""
    match = _INSIDE.fullmatch(_path(text))
    return chat_of(int(match[1])) if match else whose(text)


def user_name(text: str) -> str:
    """The name in "@name", "name" or a link to it or to a message there; "" if there is none."""
    typed = text.strip()
    match = _LINKED.fullmatch(_path(typed))
    name = match[1] if match else typed.removeprefix("@")
    return name if _NAME.fullmatch(name) and not (match and name.lower() in _SITES_OWN) else ""


def handle(name: object) -> str:
    """A name as payloads tell it; "" for what cannot stand in a link."""
    return name if isinstance(name, str) and _NAME.fullmatch(name) else ""


def inside(chat: int) -> int:
    """A supergroup's or channel's number as links write it; 0 for a chat that has no links."""
    return CHANNELS - chat if chat < CHANNELS else 0


def chat_of(number: int) -> int:
    """The way back from `inside`."""
    return CHANNELS - number


def message_url(site: str, chat: int, name: str, message: int, thread: int = 0) -> str:
    """A link to a message; "" where the network has none (groups that are no supergroups)."""
    where = name or (f"c/{inside(chat)}" if inside(chat) else "")
    tail = f"?thread={thread}" if thread and thread != message else ""
    return f"{site}/{where}/{message}{tail}" if where else ""


def _path(typed: str) -> str:
    """What stands behind the host of a link to Telegram; "" for anything else."""
    match = _LINK.fullmatch(typed.strip())
    return match[1].strip("/") if match else ""


def name_url(site: str, name: str) -> str:
    return f"{site}/{name}" if name else ""
