"""The graph itself: finding a node, whether a token may see it, and showing it with the fields asked for."""

import base64
import binascii
import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from sandbox.acts import NotThere
from sandbox.meta import talk
from sandbox.meta import world as w
from sandbox.meta.calling import Call, Node, Token
from sandbox.meta.errors import GraphError, gone
from sandbox.meta.selection import Field
from sandbox.meta.spec import BY_TIME, DEFAULTS, FIELDS, NO_ID
from sandbox.meta.switchboard import switch
from sandbox.state import World

TYPES = {"post": "PagePost", "comment": "Comment", "media": "IGMedia", "igcomment": "IGComment"}
PUBLIC_TYPES = frozenset({"Page", "PagePost", "Comment"})
USUAL, MOST = 25, 100  # of one page of a listing


def resolve(world: World, token: Token, name: str) -> Node:
    """The node with this id. GraphError as for a thing that is not there."""
    if name == "me":
        name = token.holder
    if name in ("app", w.APP):
        return Node("Application", w.APP, {})
    place = w.find_place(world, name, named=True)
    if place is not None:
        return Node("Page" if place["kind"] == "page" else "IGUser", place["id"], place, place["id"])
    text = w.find_text(world, name)
    if text is not None:
        return Node(TYPES[text["kind"]], name, text, text["place"])
    other = _thread(world, name) or _message(world, name) or _photo(world, name) or _person(world, name)
    if other is None:
        raise gone(name)
    return other


def _thread(world: World, name: str) -> Node | None:
    row = world.db.execute("SELECT * FROM meta_thread WHERE id = ?", (name,)).fetchone()
    return Node("UnifiedThread", name, row, row["place"]) if row else None


def _message(world: World, name: str) -> Node | None:
    try:
        row = talk.get(world, name)
    except NotThere:
        return None
    return None if row["deleted"] else Node("UnifiedMessage", name, row, row["place"])


def _photo(world: World, name: str) -> Node | None:
    row = world.db.execute("SELECT id, place, width, height FROM meta_photo WHERE id = ?", (name,)).fetchone()
    return Node("Photo", name, row, row["place"]) if row else None


def _person(world: World, name: str) -> Node | None:
    try:
        row = w.person_of(world, name)
    except (NotThere, ValueError):
        return None
    instagram = name.startswith("56") and len(name) == 16
    return Node("IGPerson" if instagram else "User", name, row)


def may_see(world: World, token: Token, node: Node, verb: str) -> None:
    """Whether the thing is any of this token's business. GraphError as for a thing that is not there."""
    if not node.place or node.place == token.holder:
        return
    place = w.get_place(world, node.place)
    if token.kind == "page" and place["page"] == token.holder:
        return
    if verb == "GET" and w.PUBLIC in token.rights and place["public"] and node.type in PUBLIC_TYPES:
        return
    if node.type == "Page":
        raise GraphError(
            100,
            "Object does not exist, cannot be loaded due to missing permission or reviewable feature, or does not"
            " support this operation. This endpoint requires the 'pages_read_engagement' permission or the"
            " 'Page Public Content Access' feature",
        )
    raise gone(node.id)


Expand = Callable[[Call, Field], dict[str, Any] | None]
Shapes = Mapping[str, Callable[[Call, Any], dict[str, Any]]]


@dataclasses.dataclass(frozen=True)
class Ref:
    """A node inside another one's field."""

    type: str
    row: Any


@dataclasses.dataclass(frozen=True)
class Painter:
    """Shows nodes. `shapes` gives the values of each type, `expand` a listing of an edge asked for as a field."""

    shapes: Shapes
    expand: Expand

    def show(self, call: Call, kind: str, row: Any, asked: Sequence[Field] | None, *, bare: bool = False) -> Any:
        """`bare`: a node in another one's field tells only its id unless more is asked for."""
        known = FIELDS[kind]
        if asked is None:
            asked = [Field(name, {}) for name in (("id",) if bare else DEFAULTS[kind])]
        values = self.shapes[kind](call, row)
        shown: dict[str, Any] = {}
        for field in asked:
            if field.name in known:
                value = self._value(call, values, field)
            else:
                value = self.expand(dataclasses.replace(call, node=_node(kind, row)), field)
                if value is None:
                    raise GraphError(100, f"Tried accessing nonexisting field ({field.name}) on node type ({kind})")
            if value is not None and value != {}:
                shown[field.name] = value
        return shown if kind in NO_ID else shown | {"id": values["id"]}

    def _value(self, call: Call, values: Mapping[str, Any], field: Field) -> Any:
        value = values.get(field.name)
        if callable(value):
            value = value(field.args)
        if isinstance(value, Ref):
            return self.show(call, value.type, value.row, field.below, bare=True)
        if field.below is not None and isinstance(value, dict):
            wanted = {below.name for below in field.below}
            return {name: each for name, each in value.items() if name in wanted}
        return value

    def listing(
        self,
        call: Call,
        edge: str,
        kind: str,
        rows: Sequence[Any],
        asked: Sequence[Field] | None,
        query: dict[str, str],
    ) -> dict[str, Any]:
        """One page of an edge. `query` is what the link to the next page repeats, the token among it."""
        limit = min(int(call.args.get("limit", USUAL)), MOST)
        if kind == "PagePost" and switch(call.db, "feed_paging") == "time":
            return self._by_time(call, edge, rows, asked, query, limit)
        ids = [_id(row) for row in rows]
        start, end = _window(call, ids, limit)
        shown = [self.show(call, kind, row, asked) for row in rows[start:end]]
        if not shown:
            return {"data": []}
        cursors = {"before": _cursor(ids[start]), "after": _cursor(ids[end - 1])}
        paging: dict[str, Any] = {"cursors": cursors}
        base = f"{call.world.base}/meta/v{call.version}/{call.node.id}/{edge}"
        kept = {name: value for name, value in query.items() if name not in ("after", "before")}
        if end < len(rows):
            paging["next"] = f"{base}?{urlencode({**kept, 'limit': limit, 'after': cursors['after']})}"
        if start:
            paging["previous"] = f"{base}?{urlencode({**kept, 'limit': limit, 'before': cursors['before']})}"
        return {"data": shown, "paging": paging}

    def _by_time(
        self,
        call: Call,
        edge: str,
        rows: Sequence[Any],
        asked: Sequence[Field] | None,
        query: dict[str, str],
        limit: int,
    ) -> dict[str, Any]:
        """One page of a Page's posts as they were paged before cursors: the link tells the time to go on from."""
        left = _earlier(call, rows)
        shown = [self.show(call, "PagePost", row, asked) for row in left[:limit]]
        if not shown:
            return {"data": []}
        base = f"{call.world.base}/meta/v{call.version}/{call.node.id}/{edge}"
        kept = {name: value for name, value in query.items() if name not in BY_TIME} | {"limit": str(limit)}
        first, last = left[0], left[len(shown) - 1]
        back = {**kept, "since": first["created"], "__paging_token": first["id"], "__previous": "1"}
        paging = {"previous": f"{base}?{urlencode(back)}"}
        if len(left) > limit:
            on = {**kept, "until": last["created"], "__paging_token": last["id"]}
            paging["next"] = f"{base}?{urlencode(on)}&since&__previous"
        return {"data": shown, "paging": paging}


def _earlier(call: Call, rows: Sequence[Any]) -> list[Any]:
    """Posts up to the time asked for, and of that second only those behind the one named."""
    until, token = int(call.args.get("until", 2**53)), call.text("__paging_token")
    left = [row for row in rows if row["created"] <= until]
    ids = [row["id"] for row in left]
    return left[ids.index(token) + 1 :] if token in ids else left


def _window(call: Call, ids: Sequence[str], limit: int) -> tuple[int, int]:
    after, before = call.text("after"), call.text("before")
    if after:
        start = _place_in(ids, after) + 1
        return start, min(start + limit, len(ids))
    if before:
        end = _place_in(ids, before)
        return max(end - limit, 0), end
    return 0, min(limit, len(ids))


def _place_in(ids: Sequence[str], cursor: str) -> int:
    try:
        return list(ids).index(base64.urlsafe_b64decode(cursor).decode())
    except (ValueError, binascii.Error) as fault:
        raise GraphError(100, "The After Cursor specified exceeds the max limit supported by this endpoint") from fault


def _cursor(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def _id(row: Any) -> str:
    return str(row["id"]) if "id" in row.keys() else json.dumps(dict(row), default=str)  # noqa: SIM118 - rows of SQLite


def _node(kind: str, row: Any) -> Node:
    keys = row.keys()
    place = row["id"] if kind in ("Page", "IGUser") else row["place"] if "place" in keys else ""
    return Node(kind, str(row["id"]) if "id" in keys else "", row, place)
