"""Payloads of which nobody remembers how they were asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from otklik.networks.base import Event, Origin, Place, Post, Raw
from otklik.networks.max.network import Max

PACK = Path(__file__).parents[4].parent / "shared" / "networks" / "max" / "fixtures"
FILES = sorted(PACK.rglob("*.json"))
needs_pack = pytest.mark.skipif(not FILES, reason="reference pack ../shared/networks not found")


def parse(body: Any) -> list[Event]:
    return Max().parse(Raw(Origin.POLL, json.dumps(body).encode()))


def one(body: Any) -> Post:
    (found,) = parse(body)
    assert isinstance(found, Post)
    return found


def message(mid: str = "mid.a", **recipient: Any) -> dict[str, Any]:
    sender = {"user_id": 5, "first_name": "Ира"}
    return {"sender": sender, "recipient": recipient, "timestamp": 1775026671403, "body": {"mid": mid, "text": "Яма"}}


def test_a_text_is_found_alone_wrapped_and_in_lists() -> None:
    bare = message(chat_id=-7, chat_type="channel")
    update = {"update_type": "message_created", "timestamp": 1, "message": bare}
    for body in (bare, {"message": bare}, {"messages": [bare]}, [bare], {"updates": [update]}, update, [update]):
        told = one(body)
        assert (told.place, told.external_id, told.text, told.author.name) == (Place.POST, "max:-7:mid.a", "Яма", "Ира")


def test_a_comment_is_known_by_the_post_it_names() -> None:
    told = one({"comments": [message(chat_id=-7, chat_type="channel", post_id="mid.p")]})
    assert (told.place, told.thread, told.parent) == (Place.COMMENT, "max:-7:mid.p", "max:-7:mid.p")


def test_a_comment_whose_post_is_a_mere_number_is_its_own_thread() -> None:
    told = one(message(chat_id=-7, chat_type="channel", post_id=12))
    assert (told.place, told.thread, told.external_id) == (Place.COMMENT, "max:-7:mid.a", "max:-7:mid.a")


def test_a_text_that_does_not_tell_its_chat_is_not_lost() -> None:
    assert one(message()).thread == "max:0:mid.a"
    assert one(message("mid.fffffffffffffff9019d47d58f2b3d9e", chat_type="channel")).community == "-7"


@pytest.mark.parametrize(
    "body",
    [
        {"code": "verify.token", "message": "Invalid access_token"},
        {"chat_id": -7, "type": "channel", "title": "Город"},
        {"members": [{"user_id": 5, "first_name": "Ира"}]},
        {"update_type": "bot_added", "timestamp": 1, "chat_id": -7},
        {"messages": []},
        [[[[]]]],
        7,
    ],
)
def test_what_is_no_text_gives_nothing(body: Any) -> None:
    assert parse(body) == []


@needs_pack
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_recorded_payloads_are_understood(path: Path) -> None:
    found = Max().parse(Raw(Origin.POLL, path.read_bytes()))
    assert bool(found) == (path.stem in ("get-pin-message", "webhook.message_created"))
