"""Odnoklassniki's addresses: how the full address of a text is written, read back, and turned into a public link.

Numbers are strings beyond 2^53 and a comment's id is opaque base64, so nothing here is ever counted with.
"""

import base64
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

SITE = "https://ok.ru"
GROUP_TOPIC = "GROUP_TOPIC"

_NUMBER = r"[0-9]{1,20}"
_COMMENT_ID = r"[A-Za-z0-9+/=_.:-]{1,180}"
_CHAT_ID = r"[A-Za-z0-9_.-]{1,64}"
_MESSAGE_ID = r"[A-Za-z0-9_.-]{1,120}"
_TOPIC = re.compile(rf"ok:topic:({_NUMBER})(?:\?comment=({_COMMENT_ID}))?")
_CHAT = re.compile(rf"ok:chat:({_CHAT_ID})(?:\?mid=({_MESSAGE_ID}))?")
_AUTHOR = re.compile(rf"(user|group):({_NUMBER})")
_GROUP_LINK = re.compile(rf"(?:.*/)?group/?({_NUMBER})(?:[/?#].*)?")
_SHORT = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,63}")


@dataclass(frozen=True, slots=True)
class TopicAddress:
    """A topic of a group, or a comment under it when `comment` is not ""."""

    topic: str
    comment: str = ""

    def __str__(self) -> str:
        return comment_id(self.topic, self.comment) if self.comment else topic_id(self.topic)


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """A dialogue of a group, or a message of it when `message` is not ""."""

    chat: str
    message: str = ""


def topic_id(topic: str) -> str:
    return f"ok:topic:{topic}"


def comment_id(topic: str, comment: str) -> str:
    return f"ok:topic:{topic}?comment={comment}"


def dialogue_id(chat: str) -> str:
    return f"ok:chat:{chat}"


def direct_id(chat: str, message: str) -> str:
    return f"ok:chat:{chat}?mid={message}"


def topic_address(text: str) -> TopicAddress | None:
    match = _TOPIC.fullmatch(text)
    return TopicAddress(match[1], match[2] or "") if match else None


def chat_address(text: str) -> ChatAddress | None:
    match = _CHAT.fullmatch(text)
    return ChatAddress(match[1], match[2] or "") if match else None


def number_of(value: Any) -> str:
    """A network's number as digits, whether it came as text or as a JSON number; "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**20:
        return str(value)
    return value if isinstance(value, str) and re.fullmatch(_NUMBER, value) and value.strip("0") else ""


def topic_within(comment: str) -> str:
    """The number of the topic that the network writes into a comment's id; "" where it does not stand there.

    The id is opaque, and is asked only where nothing else tells: seen are "time:…:time:topic:…" as base64.
    """
    try:
        parts = base64.b64decode(comment, validate=True).decode("ascii").split(":")
    except (ValueError, UnicodeDecodeError):
        return ""
    return number_of(parts[3]) if len(parts) == 5 else ""


def comment_of(value: Any) -> str:
    """A comment's id that fits an address; "" for anything else."""
    return value if isinstance(value, str) and re.fullmatch(_COMMENT_ID, value) else ""


def chat_of(value: Any) -> str:
    """The id behind "chat:"; "" for anything else."""
    return _bare(value, "chat:", _CHAT_ID)


def message_of(value: Any) -> str:
    """The id behind "mid:"; "" for anything else."""
    return _bare(value, "mid:", _MESSAGE_ID)


def author_of(value: Any) -> tuple[str, str]:
    """Kind and number of "user:5" or "group:7"; ("", "") for anything else."""
    match = _AUTHOR.fullmatch(value) if isinstance(value, str) else None
    return (match[1], match[2]) if match else ("", "")


def user_id(number: str) -> str:
    return f"user:{number}"


def group_id(number: str) -> str:
    return f"group:{number}"


def group_number(typed: str) -> str:
    """The group's number out of "123", "group:123" or a link to it; "" if it is none."""
    address_text = typed.strip()
    kind, number = author_of(address_text)
    if kind == "group":
        return number
    match = _GROUP_LINK.fullmatch(address_text) if len(address_text) < 500 else None
    return match[1] if match else number_of(address_text)


def short_name(text: str) -> str:
    """The name in `https://ok.ru/some_name`, or "" if it cannot be one."""
    name = text.strip().split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return name if _SHORT.fullmatch(name) and "." not in name else ""


def topic_url(site: str, group: str, topic: str) -> str:
    """Where people see the topic. A group that is not known leaves the number alone, which the site finds too."""
    return f"{site}/group/{group}/topic/{topic}" if group else f"{site}/topic/{topic}"


def comment_url(site: str, group: str, topic: str, comment: str) -> str:
    """The topic's page; what follows the question mark the network's own pages pass over."""
    return f"{topic_url(site, group, topic)}?comment={quote(comment, safe='')}"


def dialogue_url(site: str, chat: str) -> str:
    return f"{site}/messages/{chat}"


def author_url(site: str, kind: str, number: str) -> str:
    return f"{site}/{'group' if kind == 'group' else 'profile'}/{number}"


def _bare(value: Any, prefix: str, shape: str) -> str:
    if not isinstance(value, str):
        return ""
    suffix = value.removeprefix(prefix)
    return suffix if re.fullmatch(shape, suffix) else ""
