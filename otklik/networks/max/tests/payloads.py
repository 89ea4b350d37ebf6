"""Messages and updates as MAX sends them, written from its descriptions."""

from typing import Any

BOT = 229229229
CHANNEL = -70801090403050
TALK = 182182182
AT = 1_775_053_255_737
POST = "mid.ffffbf9b56282516019d496b34390001"
COMMENT = "mid.ffffbf9b56282516019d496b34394b84"
ANSWERED = "mid.ffffbf9b56282516019d496b34391111"
SEQ = 116_329_890_167_999_364


def user(number: int = 123456789, **more: Any) -> dict[str, Any]:
    body = {"user_id": number, "first_name": "Анна", "last_name": "Пробная", "is_bot": False, "last_activity_time": AT}
    return body | more


def message(mid: str = COMMENT, text: str | None = "Когда починят фонарь?", **more: Any) -> dict[str, Any]:
    """A message in a dialogue; `recipient`, `sender`, `link`, `body` may be others."""
    body: dict[str, Any] = {
        "sender": user(),
        "recipient": {"chat_id": TALK, "chat_type": "dialog", "user_id": BOT},
        "timestamp": AT,
        "body": {"mid": mid, "seq": SEQ, "text": text},
    }
    return body | more


def post(mid: str = POST, **more: Any) -> dict[str, Any]:
    """A post of a channel: nobody is its sender."""
    body = message(mid, "Что нового?", recipient={"chat_id": CHANNEL, "chat_type": "channel"})
    del body["sender"]
    return body | more


def comment(mid: str = COMMENT, post_id: Any = POST, **more: Any) -> dict[str, Any]:
    return message(mid, recipient={"chat_id": CHANNEL, "chat_type": "channel", "post_id": post_id}) | more


def update(kind: str, thing: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"update_type": kind, "timestamp": AT + 1000} | ({} if thing is None else {"message": thing}) | more
