"""Updates as the network sends them, written after the published description."""

from typing import Any

from otklik.networks.base import Event
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.tests.scripted import BOT
from otklik.networks.tests.contract import polled

CHANNEL = {"id": -1001111111111, "type": "channel", "title": "Город", "username": "gorod"}
GROUP = {"id": -1002222222222, "type": "supergroup", "title": "Город: обсуждение"}
PUBLIC = {"id": -1003333333333, "type": "supergroup", "title": "Соседи", "username": "sosedi"}
ANNA = {"id": 7_345_678_901, "is_bot": False, "first_name": "Анна", "last_name": "Пробная", "username": "anna_p"}
OURS = {"id": BOT, "is_bot": True, "first_name": "Отклик", "username": "otklik_bot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
SERVICE = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
COPY: dict[str, Any] = (
    {"message_id": 10, "from": SERVICE, "sender_chat": CHANNEL, "chat": GROUP, "date": 1_790_000_000}
    | {"is_automatic_forward": True}
    | {"forward_origin": {"type": "channel", "chat": CHANNEL, "message_id": 5, "date": 1_790_000_000}}
    | {"text": "Что нового?"}
)
PHOTO = [
    {"file_id": "AgAC-small", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 900},
    {"file_id": "AgAC-large", "file_unique_id": "y", "width": 1280, "height": 960, "file_size": 90_000},
    {"file_id": "AgAC-middle", "file_unique_id": "m", "width": 320, "height": 240, "file_size": 9_000},
]


def comment(**changes: Any) -> dict[str, Any]:
    """Anna's comment 12 under the channel's post."""
    body: dict[str, Any] = {"message_id": 12, "from": ANNA, "chat": GROUP, "date": 1_790_000_100}
    body |= {"message_thread_id": 10, "reply_to_message": COPY, "text": "Темно во дворе"}
    return {name: value for name, value in (body | changes).items() if value is not None}


def update(message: Any, kind: str = "message", number: int = 500) -> dict[str, Any]:
    return {"update_id": number, kind: message}


def parsed(body: Any, *, bot: int = BOT, **context: str) -> list[Event]:
    known = {"bot": str(bot)} if bot else {}
    return Telegram().parse(polled(body, known | context))
