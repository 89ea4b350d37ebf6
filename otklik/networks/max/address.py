"""Full addresses of texts and people in MAX, and the public links to them. Pure.

A `mid` ("mid." and 32 hex digits) names a message in all of MAX: the first half is the chat's number as 64 bits with
sign, the second the message's `seq`. Measured on recorded messages and promised nowhere, so no address is made of it:
it is only used to write and to read links, whose last part is the same `seq` in base64.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from otklik.networks.values import number

SITE = "https://max.ru"
_MID = r"[A-Za-z0-9_.\-]{1,100}"
_CHAT = r"-?[0-9]{1,19}"
_TEXT = re.compile(rf"max:({_CHAT}):({_MID})(?:\?comment=({_MID}))?")
_DIALOGUE = re.compile(rf"max:({_CHAT})")
_USER = re.compile(r"max:user:([0-9]{1,19})")
_CHANNEL = re.compile(rf"max:chat:({_CHAT})")
_PARTS = re.compile(r"mid\.([0-9a-f]{16})([0-9a-f]{16})")
_CODE = re.compile(r"[A-Za-z0-9_\-]{11}")


@dataclass(frozen=True, slots=True)
class TextAddress:
    """A post or a direct message (`comment` is ""), or a comment under the post `mid`."""

    chat: int
    mid: str
    comment: str = ""

    def __str__(self) -> str:
        return text_id(self.chat, self.mid, self.comment)


def text_id(chat: int, mid: str, comment: str = "") -> str:
    return f"max:{chat}:{mid}" + (f"?comment={comment}" if comment else "")


def text_address(external_id: str) -> TextAddress | None:
    match = _TEXT.fullmatch(external_id)
    return TextAddress(int(match[1]), match[2], match[3] or "") if match else None


def dialogue_id(chat: int) -> str:
    return f"max:{chat}"


def dialogue_chat(external_id: str) -> int:
    """The chat of a dialogue or of a message in it; 0 when it is neither."""
    match = _DIALOGUE.fullmatch(external_id) or _TEXT.fullmatch(external_id)
    return int(match[1]) if match else 0


def user_id(user: int) -> str:
    return f"max:user:{user}"


def user_number(external_id: str) -> int:
    """The number in `max:user:5` or in a bare `5`; 0 when it is none."""
    match = _USER.fullmatch(external_id)
    plain = match[1] if match else external_id
    return int(plain) if re.fullmatch(r"[0-9]{1,19}", plain) else 0


def channel_id(chat: int) -> str:
    return f"max:chat:{chat}"


def channel_number(external_id: str) -> int:
    """The number in `max:chat:-5` or in a bare `-5`; 0 when it is none."""
    match = _CHANNEL.fullmatch(external_id)
    plain = match[1] if match else external_id
    return int(plain) if re.fullmatch(_CHAT, plain) else 0


def mid_of(value: object) -> str:
    """A message's id as MAX tells it, "" for anything that is none.

    A post is sometimes told by a number. What the number means is nowhere said, so it names no post here.
    """
    if not isinstance(value, str) or not re.fullmatch(_MID, value) or value.isdecimal():
        return ""
    return value


def chat_of(value: object) -> int:
    return number(value) or 0


def chat_in(mid: str) -> int:
    """The chat's number in a mid of the measured form, for a payload that tells it nowhere else; 0 if there is none."""
    match = _PARTS.fullmatch(mid)
    return int.from_bytes(bytes.fromhex(match[1]), "big", signed=True) if match else 0


def code_of(mid: str) -> str:
    """The last part of the public link to a post, "" for a mid of another form."""
    match = _PARTS.fullmatch(mid)
    return base64.urlsafe_b64encode(bytes.fromhex(match[2])).decode().rstrip("=") if match else ""


def mid_by(chat: int, code: str) -> str:
    """The mid behind the last part of a public link, "" when it is no such part."""
    if not _CODE.fullmatch(code) or not -(2**63) <= chat < 2**63:
        return ""
    try:
        seq = base64.urlsafe_b64decode(code + "=").hex()
    except (ValueError, binascii.Error):
        return ""
    return f"mid.{chat & (2**64 - 1):016x}{seq}"


def post_url(site: str, chat: int, mid: str) -> str:
    code = code_of(mid)
    return f"{site}/c/{chat}/{code}" if code else ""


def comment_url(site: str, chat: int, post: str, comment: str) -> str:
    """The post's page; how MAX itself links to a comment is not known, so what stands behind the mark is ours."""
    page = post_url(site, chat, post)
    return f"{page}?comment={comment}" if page else ""


def dialogue_url(site: str, chat: int) -> str:
    """A dialogue with a bot has no public page in MAX, but one in the sandbox."""
    return "" if site == SITE else f"{site}/im/{chat}"
