"""The published VK schema with our errata laid over it: the judge of all that leaves the emulator."""

import functools
import json
import pathlib
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from sandbox.vk.errata import ERRATA
from tests.sandbox import outgoing

FOLDER = outgoing.NETWORKS / "vk" / "spec" / "vk-api-schema"
PRESENT = FOLDER.is_dir()
needed = pytest.mark.skipif(not PRESENT, reason=outgoing.MISSING)
SITE = "http://schema.invalid/"

# The definition of an event's object, where it is not called as the event.
DEFINITIONS = {"wall_reply_delete": "wall_comment_delete", "message_reply": "message"}
for _kind in ("photo_comment", "video_comment"):
    DEFINITIONS |= {f"{_kind}_{how}": _kind for how in ("new", "edit", "restore")}


@functools.cache
def raw(name: str) -> Any:
    """A file of the schema as published."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def lifted(node: Any) -> Any:
    """`required: true` stands on the properties in the published dialect; draft 7 wants a list above them."""
    if isinstance(node, list):
        return [lifted(item) for item in node]
    if not isinstance(node, dict):
        return node
    new = {key: lifted(value) for key, value in node.items() if key != "required" or not isinstance(value, bool)}
    properties = node.get("properties")
    if isinstance(properties, dict):
        names = [name for name, value in properties.items() if isinstance(value, dict) and value.get("required")]
        if names:
            new["required"] = names
    return new


def properties_of(definition: Any) -> Any:
    """The properties that a definition names itself, alone or beside what it takes over."""
    named = [part["properties"] for part in definition.get("allOf", [definition]) if "properties" in part]
    return named[-1]


def with_errata(name: str, content: Any) -> Any:
    """Required properties that the wire may lack are no longer required, and owners may be communities."""
    for erratum in ERRATA:
        file, _, place = erratum.path.partition("#")
        if file == name and erratum.change == "optional":
            definition, _, field = place.partition(".")
            content["definitions"][definition]["required"].remove(field)
        if file == name and erratum.change == "negative":
            definition, _, field = place.partition(".")
            del properties_of(content["definitions"][definition])[field]["minimum"]
    return content


@functools.cache
def registry() -> Registry[Any]:
    resources = []
    for path in [*sorted(FOLDER.glob("*/*.json")), FOLDER / "errors.json"]:
        name = path.relative_to(FOLDER).as_posix()
        content = with_errata(name, lifted(raw(name)))
        resources.append((SITE + name, Resource.from_contents(content, default_specification=DRAFT7)))
    return Registry().with_resources(resources)


@functools.cache
def validator(reference: str) -> jsonschema.Draft7Validator:
    """A validator of one definition, e.g. "wall/responses.json#/definitions/wall_get_response"."""
    return jsonschema.Draft7Validator({"$ref": SITE + reference}, registry=registry())


@functools.cache
def methods() -> dict[str, Any]:
    """Every published method by name."""
    methods_by_name = {}
    for path in sorted(FOLDER.glob("*/methods.json")):
        for method in raw(path.relative_to(FOLDER).as_posix())["methods"]:
            methods_by_name[method["name"]] = method
    return methods_by_name


def errors_of(method: str) -> set[int]:
    """Numbers of the general errors and of those published for this method."""
    book = raw("errors.json")["errors"]
    own = {book[error["$ref"].rpartition("/")[2]]["code"] for error in methods()[method].get("errors", [])}
    return own | {error["code"] for error in book.values() if error.get("global")}


def check_answer(method: str, extended: bool, answer: Any) -> None:
    """One answer of a method against the schema of its own kind of answer."""
    if "error" in answer:
        validator("base/objects.json#/definitions/base_error").validate(answer["error"])
        if method in methods():
            assert answer["error"]["error_code"] in errors_of(method), f"{method} has no such error: {answer}"
        return
    kinds: dict[str, Any] = dict(methods()[method]["responses"])
    extended_kind = kinds.pop("extendedResponse", None)
    wanted = [extended_kind] if extended and extended_kind else list(kinds.values())
    tries = [outgoing.problems(validator(schema["$ref"].removeprefix("../")), answer) for schema in wanted]
    assert [] in tries, f"{method} answered what the schema does not know: {tries}"


def check_answers(record: pathlib.Path) -> None:
    for answer in outgoing.answers(record, "vk"):
        extended = answer["given"].get("extended", "0").lower() in ("1", "true")
        check_answer(answer["method"], extended, json.loads(answer["body"]))


def check_event(event: Any) -> None:
    """One envelope and its object."""
    validator("callback/objects.json#/definitions/callback_base").validate(event)
    if event["type"] != "confirmation":
        definition = DEFINITIONS.get(event["type"], event["type"])
        validator(f"callback/objects.json#/definitions/callback_{definition}").validate(event["object"])


def check_events(state: pathlib.Path) -> None:
    """Every event that the emulator itself tells of."""
    query = "SELECT group_id, event_id, type, object FROM vk_event"
    for group, number, kind, thing in outgoing.rows(state, query):
        event = {"group_id": group, "event_id": number, "type": kind, "v": "5.199", "object": json.loads(thing)}
        check_event(event)
