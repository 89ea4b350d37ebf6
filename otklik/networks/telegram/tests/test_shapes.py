"""Payloads of which nobody remembers how they were asked. There are no recordings of this network."""

import json
from typing import Any

import pytest

from otklik.networks.base import Edit, Event, Origin, Place, Post, Raw
from otklik.networks.telegram.network import Telegram

CHAT = {"id": -1001, "type": "supergroup", "title": "Двор"}


def parse(body: Any) -> list[Event]:
    return Telegram().parse(Raw(Origin.POLL, json.dumps(body).encode()))


def message(number: int, text: str = "Яма", **more: Any) -> dict[str, Any]:
    sender = {"id": 5, "first_name": "Ира"}
    return {"message_id": number, "chat": CHAT, "date": 1_700_000_000, "from": sender, "text": text, **more}


def test_a_message_is_found_alone_in_answers_and_in_lists() -> None:
    bare = message(9)
    update = {"update_id": 1, "message": bare}
    for body in (bare, update, [update], {"ok": True, "result": [update]}, {"ok": True, "result": bare}, [bare]):
        (told,) = parse(body)
        assert isinstance(told, Post)
        assert (told.external_id, told.text, told.author.name) == ("tg:-1001:9", "Яма", "Ира")


def test_texts_of_one_person_stay_apart_and_an_album_is_one() -> None:
    photo = [{"file_id": "f", "width": 1, "height": 1}]
    listed = [
        message(1, "Первое"),
        message(2, "", caption="Альбом", photo=photo, media_group_id="7"),
        message(3, "", photo=photo, media_group_id="7"),
        message(4, "Второе"),
    ]
    told = parse({"ok": True, "result": [{"update_id": at, "message": each} for at, each in enumerate(listed)]})
    assert [event.text for event in told if isinstance(event, Post)] == ["Первое", "Альбом", "Второе"]


def test_an_edit_in_an_answer_is_an_edit() -> None:
    (told,) = parse({"ok": True, "result": [{"update_id": 1, "edited_message": message(9, edit_date=1_700_000_050)}]})
    assert isinstance(told, Edit)


def test_a_dialogue_tells_who_wrote_where_the_message_does_not() -> None:
    told = {"message_id": 3, "chat": {"id": 5, "type": "private", "first_name": "Ира"}, "date": 1, "text": "Яма"}
    (post,) = parse(told)
    assert isinstance(post, Post)
    assert (post.place, post.author.name, post.own) == (Place.DIRECT, "Ира", False)


@pytest.mark.parametrize(
    "body",
    [
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
        {"ok": True, "result": {"id": 5, "is_bot": True, "first_name": "Бот"}},
        {"ok": True, "result": {"id": -1001, "type": "supergroup", "title": "Двор"}},
        {"ok": True, "result": True},
        {"ok": True, "result": []},
        {"update_id": 1, "message_reaction": {"chat": CHAT, "message_id": 9}},
        {"message_id": 9},
        [[[[[7]]]]],
    ],
)
def test_what_is_no_text_gives_nothing(body: Any) -> None:
    assert parse(body) == []
