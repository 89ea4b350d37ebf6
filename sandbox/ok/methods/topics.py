"""stream.get, mediatopic.getByIds, mediatopic.post."""

import base64
from typing import Any

from sandbox.acts import NotThere
from sandbox.ok import shapes, writing
from sandbox.ok.errors import OkError
from sandbox.ok.methods.comments_read import DIRECTION, VALUABLE, check_open
from sandbox.ok.shapes import Shown
from sandbox.ok.spec import FIELDS, Call, Method
from sandbox.ok.switchboard import switch
from sandbox.validation import Param

MOST = 100


def stream(call: Call) -> object:
    """A group's topics, newest first, as feeds; whether they are told whole beside the feeds is a switch."""
    group = call.text("gid")
    try:
        writing.get_group(call.world, group)
    except NotThere as fault:
        raise OkError(160) from fault
    check_open(call, group)
    start = _start(call.text("anchor"))
    most = min(call.integer("count", 20), MOST)
    rows = writing.topics_of(call.world, group)
    page = rows[start : start + most]
    if not page:
        return {"anchor": _anchor(start)}
    answer: Shown = {
        "feeds": [shapes.feed(call.world, row) for row in page],
        "anchor": _anchor(start + len(page)),
    }
    if switch(call.db, "stream") == "entities" and call.wants("media_topic.id"):
        answer["entities"] = _entities(call, page, group)
    return answer


def _entities(call: Call, rows: list[Any], group: str) -> Shown:
    people = [row["author"] for row in rows] if call.wants("user.uid", "user.name") else []
    groups = [group] if call.wants("group.uid", "group.name") else []
    named = shapes.entities(call.world, people, groups)
    shown = {kind: listed for kind, listed in named.items() if listed}
    shown["media_topics"] = [shapes.topic(call.world, row) for row in rows]
    photos = [number for row in rows for number in shapes.photos_of(row)]
    if photos and call.wants("group_photo.id"):
        shown["group_photos"] = [shapes.photo(call.world, number) for number in photos]
    return shown


def _anchor(start: int) -> str:
    return base64.b64encode(f"s:{start}".encode()).decode()


def _start(anchor: str) -> int:
    if not anchor:
        return 0
    try:
        offset = base64.b64decode(anchor, validate=True).decode().removeprefix("s:")
    except ValueError as fault:
        raise OkError(100, "anchor is not valid") from fault
    if not offset.isdecimal() or len(offset) > 9:
        raise OkError(100, "anchor is not valid")
    return int(offset)


def by_ids(call: Call) -> object:
    """Topics by their numbers; those that are not there are left out. Several need `media_limit`."""
    numbers = call.args["topic_ids"]
    if len(numbers) > 1 and "media_limit" not in call.args:
        raise OkError(100, "media_limit is required for several topics")
    rows = []
    for number in numbers:
        try:
            row = writing.get_topic(call.world, number)
            check_open(call, row["group_id"])
        except (NotThere, OkError):
            continue
        rows.append(row)
    answer: Shown = {"media_topics": [shapes.topic(call.world, row, call.integer("media_limit", 100)) for row in rows]}
    photos = [number for row in rows for number in shapes.photos_of(row)]
    named = shapes.entities(call.world, [row["author"] for row in rows], [row["group_id"] for row in rows])
    if photos:
        named["group_photos"] = [shapes.photo(call.world, number) for number in photos]
    return answer | ({"entities": {kind: listed for kind, listed in named.items() if listed}} if rows else {})


def post(call: Call) -> object:
    """A topic of text blocks in a group; answers its bare number."""
    group = call.text("gid")
    if call.text("type") != "GROUP_THEME" or not group:
        raise OkError(100, "only topics of groups are written here")
    try:
        writing.get_group(call.world, group)
    except NotThere as fault:
        raise OkError(160) from fault
    if not writing.is_admin(call.world, group, call.user):
        raise OkError(50)
    attachment = call.args["attachment"]
    media = attachment.get("media")
    blocks = [block for block in media if isinstance(block, dict)] if isinstance(media, list) else []
    text = "\n".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text")
    if not text.strip():
        raise OkError(100, "attachment has no text")
    author = call.user if str(attachment.get("onBehalfOfGroup", "true")).lower() == "false" else ""
    closed = str(attachment.get("disableComments", "false")).lower() == "true"
    return writing.write_topic(call.world, group, writing.Draft(author, text), closed)


TABLE = (
    Method(
        "stream.get",
        "clients",
        (
            *(Param("gid", "id", required=True), Param("patterns"), Param("anchor"), DIRECTION),
            *(Param("count", "integer", low=1, high=1000), FIELDS),
        ),
        stream,
        VALUABLE,
    ),
    Method(
        "mediatopic.getByIds",
        "docs",
        (
            Param("topic_ids", "ids", required=True, most=100),
            *(Param("media_limit", "integer", low=1, high=3), FIELDS, Param("features")),
        ),
        by_ids,
        VALUABLE,
    ),
    Method(
        "mediatopic.post",
        "docs",
        (
            *(Param("uid", "id"), Param("type", required=True), Param("gid", "id")),
            *(Param("attachment", "json", required=True), Param("set_status", "boolean"), Param("devices")),
            *(Param("text_link_preview", "boolean"), Param("hidden_post", "boolean")),
        ),
        post,
        ("VALUABLE_ACCESS", "GROUP_CONTENT"),
    ),
)
