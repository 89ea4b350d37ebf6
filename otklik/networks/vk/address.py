"""VKontakte's addresses: how the full address of a text is written, read back, and turned into a public link.

Owners are people (positive numbers) or communities (negative ones), as in the network itself.
"""

import re
from dataclasses import dataclass

SITE = "https://vk.com"
PHOTO, TOPIC, VIDEO = "photo", "topic", "video"
CHATS = 2_000_000_000  # a dialogue number above this is a chat of many people

_WALL = re.compile(r"wall(-?\d{1,19})_(\d{1,19})(?:_r(\d{1,19}))?")
_REPLY = re.compile(r"[?&]reply=(\d{1,19})")
_BESIDE = re.compile(r"(?<![a-z])(photo|topic|video)(-?\d{1,19})_(\d{1,19})")
_NOTE = re.compile(r"[?&](?:reply|post)=(\d{1,19})")
_DIRECT = re.compile(r"vk:im:(\d{1,19}):(-?\d{1,19})(?::(\d{1,19}))?")
_OWNER = re.compile(r"(club|public|event|id|-)?(\d{1,19})")


@dataclass(frozen=True, slots=True)
class WallAddress:
    """A post, or a comment of it when `comment` is not 0."""

    owner: int
    post: int
    comment: int = 0

    def __str__(self) -> str:
        return comment_id(self.owner, self.post, self.comment) if self.comment else post_id(self.owner, self.post)


@dataclass(frozen=True, slots=True)
class BesideAddress:
    """A photo, a video or a topic of a board, or a comment of it when `comment` is not 0."""

    kind: str
    owner: int
    thing: int
    comment: int = 0

    def __str__(self) -> str:
        return beside_id(self.kind, self.owner, self.thing, self.comment)


@dataclass(frozen=True, slots=True)
class DirectAddress:
    """A dialogue, or a message of it when `message` is not 0."""

    group: int
    peer: int
    message: int = 0


def post_id(owner: int, post: int) -> str:
    return f"wall{owner}_{post}"


def comment_id(owner: int, post: int, comment: int) -> str:
    """The same whatever the depth of the thread: a comment's number is unique on its wall."""
    return f"wall{owner}_{post}?reply={comment}"


def beside_id(kind: str, owner: int, thing: int, comment: int = 0) -> str:
    """As the network's own pages are called: `photo-12_34?reply=5`, `topic-12_34?post=5`."""
    tail = f"?{'post' if kind == TOPIC else 'reply'}={comment}" if comment else ""
    return f"{kind}{owner}_{thing}{tail}"


def dialogue_id(group: int, peer: int) -> str:
    return f"vk:im:{group}:{peer}"


def direct_id(group: int, peer: int, message: int) -> str:
    return f"vk:im:{group}:{peer}:{message}"


def owner_id(owner: int) -> str:
    return f"id{owner}" if owner >= 0 else f"club{-owner}"


def wall_address(text: str) -> WallAddress | None:
    """Reads an external id, a link from a browser (`?w=wall-1_2_r3`) or a part of one."""
    match = _WALL.search(text)
    if not match:
        return None
    reply = _REPLY.search(text)
    comment = match[3] or (reply[1] if reply else "0")
    return WallAddress(int(match[1]), int(match[2]), int(comment))


def beside_address(text: str) -> BesideAddress | None:
    """Reads an external id or a part of a link (`topic-1_2?post=3`). A link to a wall may name a photo too."""
    match = _BESIDE.search(text)
    if not match:
        return None
    note = _NOTE.search(text)
    return BesideAddress(match[1], int(match[2]), int(match[3]), int(note[1]) if note else 0)


def direct_address(text: str) -> DirectAddress | None:
    match = _DIRECT.fullmatch(text)
    return DirectAddress(int(match[1]), int(match[2]), int(match[3] or 0)) if match else None


def group_number(text: str) -> int:
    """The community's positive number out of "12", "-12", "club12" or its link; 0 if it is none."""
    match = _OWNER.fullmatch(_last(text))
    return int(match[2]) if match and match[1] != "id" else 0


def owner_number(text: str) -> int:
    """The owner of a wall: negative for a community, positive for "id5"; 0 for a short name."""
    match = _OWNER.fullmatch(_last(text))
    if not match:
        return 0
    return int(match[2]) if match[1] == "id" else -int(match[2])


def short_name(text: str) -> str:
    """The name in `https://vk.com/some_name`, or "" if it cannot be one."""
    name = _last(text)
    return name if re.fullmatch(r"[A-Za-z0-9_.]{2,64}", name) else ""


def post_url(site: str, owner: int, post: int) -> str:
    return f"{site}/{post_id(owner, post)}"


def comment_url(site: str, owner: int, post: int, comment: int, thread: int = 0) -> str:
    """`thread` is the comment at whose foot the thread stands; the page opens the thread with it."""
    tail = f"&thread={thread}" if thread and thread != comment else ""
    return f"{site}/{comment_id(owner, post, comment)}{tail}"


def dialogue_url(site: str, group: int, peer: int) -> str:
    return f"{site}/gim{group}?sel={peer}"


def owner_url(site: str, owner: int) -> str:
    return f"{site}/{owner_id(owner)}"


def _last(text: str) -> str:
    return text.strip().split("?")[0].rstrip("/").rsplit("/", 1)[-1]
