"""Direct messages: listing them and writing one. Only in a user's name."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox.acts import NotThere
from sandbox.validation import Param
from sandbox.x import shapes, writing
from sandbox.x.fields import (
    DM_EXPANSIONS,
    DM_EXPANSIONS_OLD,
    DM_FIELDS,
    DM_FIELDS_OLD,
    DM_TYPES,
    MEDIA_FIELDS,
)
from sandbox.x.listing import TEXTS, number_of, token_of
from sandbox.x.listing import USERS as USER_PARAM
from sandbox.x.operations import media
from sandbox.x.problems import Problem, forbidden, invalid, missing
from sandbox.x.spec import ID, USERS, Call, Operation

READ = ("dm.read", "tweet.read", "users.read")
WRITE = ("dm.write", "tweet.read", "users.read")
LONGEST = 10_000


def _wanted(call: Call) -> shapes.Wanted:
    return shapes.Wanted(
        texts=frozenset(call.items("dm_event.fields")),
        users=frozenset(call.items("user.fields")),
        media=frozenset(call.items("media.fields")),
        expansions=frozenset(call.items("expansions")),
    )


def _listed(call: Call, where: str, values: tuple[object, ...]) -> Mapping[str, Any]:
    most = call.integer("max_results", 100)
    token = call.text("pagination_token")
    below = number_of(token) if token else 2**63 - 1
    rows: list[sqlite3.Row] = []
    if "MessageCreate" in (call.items("event_types") or DM_TYPES):
        rows = call.db.execute(
            f"SELECT * FROM x_message WHERE deleted = 0 AND id < ? AND ({where}) ORDER BY id DESC LIMIT ?",  # noqa: S608
            (below, *values, most + 1),
        ).fetchall()
    page, wanted = rows[:most], _wanted(call)
    body: dict[str, Any] = {"meta": {"result_count": len(page)}}
    if page:
        body["data"] = [shapes.message(row, wanted) for row in page]
        brought = shapes.message_includes(call.world, page, wanted)
        body |= {"includes": brought} if brought else {}
    if len(rows) > most:
        body["meta"]["next_token"] = token_of(page[-1]["id"])
    return shapes.spelled(call.world, body)


def _all(call: Call) -> Mapping[str, Any]:
    return _listed(call, "low = ? OR high = ?", (call.token.user, call.token.user))


def _with(call: Call) -> Mapping[str, Any]:
    pair = sorted((call.token.user, call.text("participant_id")), key=int)
    return _listed(call, "low = ? AND high = ?", tuple(pair))


def _of_conversation(call: Call) -> Mapping[str, Any]:
    low, _, high = call.text("id").partition("-")
    if call.token.user not in (low, high):
        raise forbidden("You are not a participant of this conversation.")
    return _listed(call, "low = ? AND high = ?", (low, high))


def _one(call: Call) -> Mapping[str, Any]:
    number = call.text("event_id")
    row = call.db.execute(
        "SELECT * FROM x_message WHERE id = ? AND deleted = 0", (min(int(number), 2**63 - 1),)
    ).fetchone()
    if row is None or call.token.user not in (row["low"], row["high"]):
        return {"errors": [missing("event_id", number, "dm_event")]}
    wanted = _wanted(call)
    body: dict[str, Any] = {"data": shapes.message(row, wanted)}
    brought = shapes.message_includes(call.world, [row], wanted)
    return shapes.spelled(call.world, body | ({"includes": brought} if brought else {}))


def _send(call: Call) -> Mapping[str, Any]:
    recipient, text = call.text("participant_id"), str(call.body.get("text", ""))
    numbers = [each["media_id"] for each in call.body.get("attachments", ())]
    if len(numbers) > 1:
        raise invalid("attachments", len(numbers), "At most one attachment is allowed")
    photos = media.taken(call, {"media_ids": numbers}, "dm_image")
    if len(text) > LONGEST:
        raise invalid("text", len(text), f"The text is longer than {LONGEST} characters")
    try:
        if recipient == call.token.user or not writing.takes_messages(call.world, recipient, call.token.user):
            raise forbidden("You do not have permission to DM one or more participants.")
        row = writing.send(call.world, call.token.user, recipient, text, photos)
    except NotThere as fault:
        detail = f"Could not find user with participant_id: [{recipient}]."
        raise Problem(404, "resource-not-found", "Not Found Error", detail, resource_type="user") from fault
    talk = f"{row['low']}-{row['high']}"
    return {"data": {"dm_conversation_id": talk, "dm_event_id": str(row["id"])}}


_BESIDE = (
    Param("dm_event.fields", "array", choices=DM_FIELDS, beside=DM_FIELDS_OLD),
    Param("expansions", "array", choices=DM_EXPANSIONS, beside=DM_EXPANSIONS_OLD),
    USER_PARAM,
    *TEXTS,
    Param("media.fields", "array", choices=MEDIA_FIELDS),
)
_PAGE = (
    Param("max_results", "integer", low=1, high=100),
    Param("pagination_token", shortest=16),
    Param("event_types", "array", choices=DM_TYPES),
)
_TALK = r"([0-9]{1,19}-[0-9]{1,19}|[0-9]{15,19})"


def _path(name: str, pattern: str = ID) -> Param:
    return Param(name, required=True, pattern=pattern)


_ATTACHMENT = Param("", "object", fields=(Param("media_id", required=True, pattern=ID),))
BODY = Param(
    "$",
    "object",
    fields=(Param("text", shortest=1), Param("attachments", "array", item=_ATTACHMENT)),
    one_of=("text", "attachments"),
)
OPERATIONS = (
    Operation("getDirectMessagesEvents", "GET", "/2/dm_events", USERS, READ, (*_PAGE, *_BESIDE), (0, 15), _all),
    Operation(
        "getDirectMessagesEventsById",
        "GET",
        "/2/dm_events/{event_id}",
        USERS,
        READ,
        (_path("event_id"), *_BESIDE),
        (0, 15),
        _one,
    ),
    Operation(
        "getDirectMessagesEventsByParticipantId",
        "GET",
        "/2/dm_conversations/with/{participant_id}/dm_events",
        USERS,
        READ,
        (_path("participant_id"), *_PAGE, *_BESIDE),
        (0, 15),
        _with,
    ),
    Operation(
        "getDirectMessagesEventsByConversationId",
        "GET",
        "/2/dm_conversations/{id}/dm_events",
        USERS,
        READ,
        (_path("id", _TALK), *_PAGE, *_BESIDE),
        (0, 15),
        _of_conversation,
    ),
    Operation(
        "createDirectMessagesByParticipantId",
        "POST",
        "/2/dm_conversations/with/{participant_id}/messages",
        USERS,
        WRITE,
        (_path("participant_id"),),
        (0, 15),
        _send,
        body=BODY,
        status=201,
    ),
)
