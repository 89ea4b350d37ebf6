"""Addresses of the history's texts, in the form of each network's connector; links lead to the sandbox.

Numbers count within a wall, so those that must be unique in a whole network hold the wall's number too.
"""

import base64

from django.conf import settings

from otklik.demo.walls import Wall
from otklik.inbox.models import Thread

_MAX_CHANNELS, _TELEGRAM_CHATS = 71_000_000_000_000, 1_003_000_000_000


def author_address(network: str, number: int) -> str:
    """A person as an author."""
    return {"vk": f"id{number}", "ok": f"user:{number}", "telegram": f"tg:{number}"}.get(
        network, f"{network}:user:{number}"
    )


def page_of_person(network: str, number: int) -> str:
    """A person's page; "" where the network has none."""
    pages = {"vk": f"/vk/id{number}", "ok": f"/ok/profile/{number}"}
    return settings.SANDBOX_ADDRESS + pages[network] if network in pages else ""


def community_address(network: str, wall: Wall) -> str:
    """A community as the author of its own posts and answers."""
    return {
        "vk": f"club{wall.number}",
        "ok": f"group:{_ok_group(wall)}",
        "telegram": f"tg:{_telegram_chat(wall)}",
        "max": f"max:chat:{_max_chat(wall)}",
    }[network]


def post_address(network: str, wall: Wall, post: int) -> tuple[str, str]:
    """External id and link of a post."""
    site = settings.SANDBOX_ADDRESS
    if network == "vk":
        return f"wall-{wall.number}_{post}", f"{site}/vk/wall-{wall.number}_{post}"
    if network == "ok":
        topic = f"6{wall.number}{post:010}"
        return f"ok:topic:{topic}", f"{site}/ok/group/{_ok_group(wall)}/topic/{topic}"
    if network == "telegram":
        return f"tg:{_telegram_chat(wall)}:{post}", f"{site}/telegram/{wall.screen_name}/{post}"
    chat = _max_chat(wall)
    code = base64.urlsafe_b64encode(post.to_bytes(8)).decode().rstrip("=")
    return f"max:{chat}:{_mid(chat, post)}", f"{site}/max/c/{chat}/{code}"


def comment_address(network: str, wall: Wall, thread: Thread, number: int) -> tuple[str, str]:
    """External id and link of a comment in a thread."""
    if network == "telegram":
        post = thread.external_id.rpartition(":")[2]
        return f"tg:{_telegram_chat(wall)}:{number}", f"{thread.url.rpartition('/')[0]}/{number}?thread={post}"
    if network == "vk":
        tail = f"?reply={number}"
    elif network == "ok":
        tail = f"?comment={base64.urlsafe_b64encode(f'{wall.number}:{number:09}'.encode()).decode().rstrip('=')}"
    else:
        tail = f"?comment={_mid(_max_chat(wall), number)}"
    return thread.external_id + tail, thread.url + tail


def _ok_group(wall: Wall) -> int:
    return 54_000_000_000_000 + wall.number


def _telegram_chat(wall: Wall) -> int:
    return -(_TELEGRAM_CHATS + wall.number)


def _max_chat(wall: Wall) -> int:
    return -(_MAX_CHANNELS + wall.number)


def _mid(chat: int, number: int) -> str:
    """As MAX writes it: the chat's number and the message's, 16 hex digits each."""
    return f"mid.{chat & (2**64 - 1):016x}{number:016x}"
