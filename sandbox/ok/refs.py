"""Ids and addresses: how the emulator numbers its things, and how the full address of a text is written and read."""

import base64
import re
from typing import NamedTuple

_TOPIC = re.compile(r"ok:topic:([0-9]{1,20})(?:\?comment=([A-Za-z0-9+/=_.:-]{1,180}))?")
_CHAT = re.compile(r"ok:chat:([A-Za-z0-9_.-]{1,64})(?:\?mid=([A-Za-z0-9_.-]{1,120}))?")


class Named(NamedTuple):
    """What an address names: a topic and perhaps a comment of it, or a chat and perhaps a message of it."""

    topic: str = ""
    comment: str = ""
    chat: str = ""
    mid: str = ""


def named(address: str) -> Named | None:
    if match := _TOPIC.fullmatch(address):
        return Named(topic=match[1], comment=match[2] or "")
    if match := _CHAT.fullmatch(address):
        return Named(chat=match[1], mid=match[2] or "")
    return None


def topic(number: str) -> str:
    return f"ok:topic:{number}"


def comment(topic_id: str, number: str) -> str:
    return f"ok:topic:{topic_id}?comment={number}"


def chat(number: str) -> str:
    return f"ok:chat:{number}"


def message(chat_id: str, mid: str) -> str:
    return f"ok:chat:{chat_id}?mid={mid}"


def topic_number(seq: int) -> str:
    """Beyond 2^53, as an id that must never become a floating number."""
    return str(15_712_345_678_901_000 + seq * 97)


def photo_number(seq: int) -> str:
    return str(9_507_539_161_645_000 + seq * 13)


def group_number(count: int) -> str:
    return str(53_038_939_046_008 + count * 1_313)


def comment_number(seq: int, ms: int, topic_id: str) -> str:
    return base64.b64encode(f"{ms}:-{seq}:{ms}:{topic_id}:1".encode()).decode()


def chat_number(seq: int) -> str:
    return f"C{0x3E_CB9D_02A6_00 + seq * 0x1F:x}"


def mid_number(seq: int, ms: int, chat_id: str) -> str:
    return f"{chat_id}.{ms:x}{seq:04x}"
