"""Comments, topics and messages, written after the network's pages and what clients got from it."""

from typing import Any

from otklik.networks.ok.tests.scripted import GROUP

USER, TOPIC = "500000000941", "62190641299501"


def comment(**changes: Any) -> dict[str, Any]:
    body = {"id": "MTM5==", "type": "ACTIVE_MESSAGE", "author_id": USER, "text": "Яма на Садовой"}
    return body | {"date": "2026-09-21 12:53:02", "like_count": 3, "attrs": {"flags": "l,s"}} | changes


def topic(**changes: Any) -> dict[str, Any]:
    body = {"id": TOPIC, "author_ref": f"group:{GROUP}", "owner_ref": f"group:{GROUP}", "created_ms": 1_790_000_000_500}
    counts = {
        "discussion_summary": {"comments_count": 5},
        "like_summary": {"count": 2},
        "reshare_summary": {"count": 1},
    }
    return body | counts | {"media": [{"type": "text", "text": "Что нового?"}]} | changes


def message(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "sender": {"user_id": "user:5", "name": "Анна Иванова"},
        "recipient": {"chat_id": "chat:C3ecb"},
        "message": {"text": "Яма", "seq": 98_211_023_614_189_660, "mid": "mid:C3ecb.15ce"},
        "timestamp": 1_790_000_000_500,
    }
    return body | changes
