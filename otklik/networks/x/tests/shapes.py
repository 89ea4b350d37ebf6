"""Payloads as the network's documents show them, written anew."""

from typing import Any

from otklik.networks.base import Event
from otklik.networks.tests.contract import polled
from otklik.networks.x.network import X

ME, ANNA, BORIS = "1700000000000000001", "222222222", "3333333333333333333"
MINE, ASKED = "2080761390344937796", "2080765813578191303"
CONTEXT = {"method": "posts", "account": ME, "place": ME, "name": "rechnoy"}
CONTEXT |= {"access": "selfserve", "summons": "replies"}


def text(**changes: Any) -> dict[str, Any]:
    """Anna's text that names us."""
    item: dict[str, Any] = (
        {"id": ASKED, "text": "@rechnoy Нет света", "author_id": ANNA, "created_at": "2026-07-24T21:23:23.000Z"}
        | {"conversation_id": ASKED, "edit_history_tweet_ids": [ASKED], "display_text_range": [0, 18]}
        | {"entities": {"mentions": [{"start": 0, "end": 8, "username": "rechnoy", "id": ME}]}}
        | {"public_metrics": {"retweet_count": 1, "reply_count": 2, "like_count": 3, "quote_count": 4}}
        | {"reply_settings": "everyone"}
    )
    return {key: value for key, value in (item | changes).items() if value is not ...}


def reply(**changes: Any) -> dict[str, Any]:
    """Anna's reply to a text of ours; our name is put in front by the network."""
    return text(
        conversation_id=MINE,
        in_reply_to_user_id=ME,
        referenced_tweets=[{"type": "replied_to", "id": MINE}],
        display_text_range=[9, 18],
        **changes,
    )


def user(number: str = ANNA, name: str = "Анна Пробная", handle: str = "anna") -> dict[str, Any]:
    return {"id": number, "name": name, "username": handle}


def answer(*items: dict[str, Any], **includes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"meta": {"result_count": len(items)}}
    return body | ({"data": list(items)} if items else {}) | ({"includes": includes} if includes else {})


def event(kind: str, payload: Any, account: str = ME, **more: Any) -> dict[str, Any]:
    data = {"event_uuid": "-2781149976877970683", "filter": {"user_id": account}, "event_type": kind}
    return {"data": data | {"payload": payload} | more}


def direct(sender: str = ANNA, recipient: str = ME, **changes: Any) -> dict[str, Any]:
    """The payload of `dm.received`."""
    message = {
        "type": "message_create",
        "id": "2080765901528535096",
        "created_timestamp": "1784928224372",
        "message_create": {
            "target": {"recipient_id": recipient},
            "sender_id": sender,
            "message_data": {"text": "Здравствуйте", "entities": {"urls": []}},
        },
    } | changes
    return {"direct_message_events": [message], "users": {ANNA: {"data": user()}}}


def parsed(body: Any, **context: str) -> list[Event]:
    """The events of an answer, or of an event when `method` is ""."""
    return X().parse(polled(body, {name: value for name, value in {**CONTEXT, **context}.items() if value}))


def pushed(body: Any) -> list[Event]:
    return X().parse(polled(body, {"account": ME}))
