"""Posts, comments and messages as VKontakte lists them."""

from typing import Any

AT = 1_790_000_000


def post(number: int, comments: int = 0, owner: int = -30, **changes: Any) -> dict[str, Any]:
    body = {"id": number, "owner_id": owner, "from_id": owner, "date": AT, "text": f"post {number}"}
    return body | {"comments": {"count": comments}} | changes


def comment(number: int, **changes: Any) -> dict[str, Any]:
    """A citizen's."""
    body = {"id": number, "from_id": 5, "date": AT, "text": f"comment {number}", "post_id": 7, "owner_id": -30}
    return body | changes


def ours(number: int, **changes: Any) -> dict[str, Any]:
    """Our answer to comment 56."""
    body = {"id": number, "from_id": -12, "date": AT, "text": "Свет дадут к шести", "reply_to_comment": 56}
    return body | {"parents_stack": [56]} | changes


def message(number: int, inside: int, **changes: Any) -> dict[str, Any]:
    """Our private message; `inside` is its number in the dialogue."""
    body = {"id": number, "conversation_message_id": inside, "peer_id": 5, "from_id": -12, "out": 1, "text": "x"}
    return body | {"date": AT} | changes
