"""The published specification of the Graph API with our errata laid over it: the judge of all that leaves the emulator.

It names edges, parameters, fields and types; webhooks it does not know, so those are held against recorded ones.
"""

import functools
import json
import pathlib
import re
import sqlite3
from typing import Any

import pytest

from sandbox.meta.api import EDGES
from sandbox.meta.errata import ERRATA
from sandbox.meta.events import signature
from sandbox.meta.spec import FIELDS
from sandbox.meta.world import APP, DEFAULT_SECRET
from tests.sandbox import outgoing

PACK = outgoing.NETWORKS / "meta"
FOLDER = PACK / "spec" / "codegen" / "api_specs" / "specs"
HOOKS = PACK / "fixtures" / "restfb" / "src" / "test" / "resources" / "json" / "webhooks"
PRESENT = FOLDER.is_dir()
needed = pytest.mark.skipif(not PRESENT, reason=outgoing.MISSING)

PATH = re.compile(r"/meta/v[0-9.]+(?:/([^/]+)(?:/([^/]+))?)?/?")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000")
KINDS = {"post": "PagePost", "comment": "Comment", "media": "IGMedia", "igcomment": "IGComment"}
EXTRA = {erratum.path for erratum in ERRATA if erratum.change == "extra"}


@functools.cache
def spec(node: str) -> Any:
    """The page of a node as published; None where there is none."""
    path = FOLDER / f"{node}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@functools.cache
def enums() -> dict[str, list[str]]:
    return {each["name"]: each["values"] for each in json.loads((FOLDER / "enum_types.json").read_text())}


def fields(node: str) -> dict[str, str]:
    """Published fields with their types; of a node that is not published our own, if the errata say so."""
    node_spec = spec(node)
    if node_spec is not None:
        return {field["name"]: field["type"] for field in node_spec["fields"]}
    assert node in EXTRA, f"{node} is neither published nor among the errata"
    return dict(FIELDS[node])


def operation(verb: str, node: str, edge: str) -> Any:
    """One published operation, None if there is none."""
    for api in (spec(node) or {"apis": []})["apis"]:
        if (api["method"], (api.get("endpoint") or "").strip("/")) == (verb, edge):
            return api
    return None


def edges(node: str) -> dict[str, str]:
    """What may be asked for as a listing, and the node that it lists."""
    apis = (spec(node) or {"apis": []})["apis"]
    published = {api["endpoint"]: api["return"] for api in apis if api["method"] == "GET" and api.get("endpoint")}
    ours = {
        edge.edge: edge.answers
        for edge in EDGES.values()
        if edge.verb == "GET" and edge.node == node and edge.edge and f"GET {node}/{edge.edge}" in EXTRA
    }
    return published | ours


def check_node(node: str, shown: Any) -> None:
    """Every key is a published field of its type, or a published edge."""
    assert isinstance(shown, dict), f"{node}: {shown!r} is no object"
    known, listings = fields(node), edges(node)
    for name, value in shown.items():
        if name in known and not (name in listings and isinstance(value, dict) and "data" in value):
            check_value(f"{node}.{name}", known[name], value)
        else:
            assert name in listings, f"{node} has no field {name}"
            check_listing(listings[name], value)


def check_value(path: str, kind: str, value: Any) -> None:
    plain = {
        "string": lambda: isinstance(value, str),
        "bool": lambda: isinstance(value, bool),
        "int": lambda: type(value) is int,
        "unsigned int": lambda: type(value) is int and value >= 0,
        "float": lambda: type(value) in (int, float),
        "datetime": lambda: isinstance(value, str) and bool(TIME.fullmatch(value)),
        "Object": lambda: isinstance(value, dict),
        "list": lambda: isinstance(value, list),
    }
    if kind in plain:
        assert plain[kind](), f"{path} is a {kind}, not {value!r}"
    elif kind.startswith("list<"):
        assert isinstance(value, list), f"{path} is a {kind}"
        for item in value:
            check_value(path, kind[5:-1], item)
    else:
        check_node(kind, value)


def check_listing(node: str, shown: Any) -> None:
    assert set(shown) <= {"data", "paging", "summary"}, f"{node}: {sorted(shown)}"
    for item in shown["data"]:
        check_node(node, item)
    assert bool(shown["data"]) == ("paging" in shown), f"{node}: pages without data or data without pages"


def check_error(status: int, shown: Any) -> None:
    error = shown["error"]
    assert status >= 400
    assert set(error) <= {"message", "type", "code", "error_subcode", "is_transient", "fbtrace_id"}
    assert isinstance(error["message"], str)
    assert isinstance(error["code"], int)
    assert {"type", "fbtrace_id"} <= set(error)


def kind_of(db: sqlite3.Connection, name: str) -> str:
    """What kind of node this id is, by the emulator's own rows."""
    if name in (APP, "app"):
        return "Application"
    place = db.execute(
        "SELECT kind FROM meta_place WHERE id = ? OR (kind = 'page' AND username = ?)", (name, name)
    ).fetchone()
    if place:
        return "Page" if place[0] == "page" else "IGUser"
    text = db.execute("SELECT kind FROM meta_text WHERE id = ?", (name,)).fetchone()
    if text:
        return KINDS[text[0]]
    for table, kind in (("meta_thread", "UnifiedThread"), ("meta_message", "UnifiedMessage"), ("meta_photo", "Photo")):
        if db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (name,)).fetchone():  # noqa: S608 - our own words
            return kind
    return "IGPerson" if name.startswith("56") and len(name) == 16 else "User"


def check_answers(record: pathlib.Path) -> None:
    """What kind of node an answer shows is asked of the emulator's own rows, beside the record."""
    with outgoing.database(record.with_name("sandbox.sqlite3")) as db:
        for answer in outgoing.answers(record, "meta"):
            _check_answer(db, answer)


def _check_answer(db: sqlite3.Connection, answer: Any) -> None:
    shown = json.loads(answer["body"])
    if answer["status"] != 200:
        check_error(answer["status"], shown)
        return
    match = PATH.fullmatch(answer["path"])
    assert match, answer["path"]
    name, edge = match[1] or "", match[2] or ""
    if answer["verb"] != "GET":
        keys = {frozenset({"id"}), frozenset({"success"}), frozenset({"recipient_id", "message_id"})}
        assert frozenset(shown) in keys, shown
    elif not name:
        for each, node in shown.items():
            check_node(kind_of(db, each), node)
    elif name == "me":
        token = db.execute(
            "SELECT holder FROM meta_token WHERE token = ?", (answer["given"]["access_token"],)
        ).fetchone()
        _check_read(kind_of(db, token[0]), edge, shown)
    elif name != "debug_token":
        _check_read(kind_of(db, name), edge, shown)


def _check_read(node: str, edge: str, shown: Any) -> None:
    if edge:
        check_listing(edges(node)[edge], shown)
    else:
        check_node(node, shown)


@functools.cache
def recorded_values() -> dict[str, dict[str, set[type]]]:
    """What recorded events carry: for each field of changes the names inside, and the types seen of each."""
    seen: dict[str, dict[str, set[type]]] = {}
    for path in sorted(HOOKS.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]:
            for change in entry.get("changes", []):
                for name, value in change.get("value", {}).items():
                    seen.setdefault(change["field"], {}).setdefault(name, set()).add(type(value))
    return seen


INSTAGRAM: dict[str, dict[str, set[type]]] = {
    "comments": {"id": {str}, "text": {str}, "from": {dict}, "media": {dict}, "parent_id": {str}},
    "mentions": {"media_id": {str}, "comment_id": {str}},
}
MENTION: dict[str, set[type]] = {"comment_id": {str}}  # of a comment; recorded is only one of a post
MESSAGES = {
    "message": {"mid", "text", "attachments", "is_echo", "app_id", "is_deleted"},
    "message_edit": {"mid", "text", "num_edit"},
}


def check_event(body: Any) -> None:
    """One pushed body against what was recorded."""
    assert set(body) == {"object", "entry"}
    for entry in body["entry"]:
        assert isinstance(entry["id"], str)
        assert type(entry["time"]) is int
        for change in entry.get("changes", []):
            known = recorded_values().get(change["field"], {}) | INSTAGRAM.get(change["field"], {})
            known |= MENTION if change["field"] == "mention" else {}
            for name, value in change.get("value", {}).items():
                assert name in known, f"{change['field']} carries no {name}"
                assert type(value) in known[name], f"{change['field']}.{name} is {value!r}"
        for item in entry.get("messaging", []):
            assert {"sender", "recipient", "timestamp"} < set(item)
            assert item["timestamp"] > 10**12, "messages tell thousandths of a second"
            for name, keys in MESSAGES.items():
                assert set(item.get(name, {})) <= keys


def check_events(state: pathlib.Path) -> None:
    """Every pushed event, but for those that a test made up."""
    query = "SELECT headers, body FROM push WHERE network = 'meta' AND event != 'any'"
    for headers, body in outgoing.rows(state, query):
        check_event(json.loads(body))
        assert body.isascii(), "what is not ASCII is escaped before it is signed"
        assert json.loads(headers)["X-Hub-Signature-256"].startswith(signature(b"", DEFAULT_SECRET)[:7])
