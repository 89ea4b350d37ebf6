"""The published Bot API with our errata laid over it: the judge of all that leaves the emulator."""

import functools
import json
import pathlib
import re
from typing import Any

import jsonschema
import pytest

from sandbox.telegram.errata import ERRATA
from tests.sandbox import outgoing

FOLDER = outgoing.NETWORKS / "telegram" / "spec"
PRESENT = FOLDER.is_dir()
needed = pytest.mark.skipif(not PRESENT, reason=outgoing.MISSING)
EXTRA = {erratum.path for erratum in ERRATA if erratum.change == "extra"}
PLAIN = {"String": "string", "Boolean": "boolean", "Integer": "integer", "Float": "number"}


@functools.cache
def book() -> Any:
    """Bot API 10.1."""
    return json.loads((FOLDER / "bot-api-10.1.json").read_bytes())


@functools.cache
def second_book() -> dict[str, dict[str, Any]]:
    """Methods and types of Bot API 10.2, scraped by somebody else, by name in lower case."""
    items = json.loads((FOLDER / "bot-api-10.2.json").read_bytes())["items"]
    return {child["name"].lower(): child for item in items for child in item.get("children", [])}


def _schema(kind: str) -> dict[str, Any]:
    if kind.startswith("Array of "):
        return {"type": "array", "items": _schema(kind.removeprefix("Array of "))}
    return {"type": PLAIN[kind]} if kind in PLAIN else {"$ref": f"#/definitions/{kind}"}


def _object(kind: str, described: dict[str, Any]) -> dict[str, Any]:
    """Nothing unknown passes. A field that is always one word says so in its description alone."""
    if described.get("subtypes"):
        return {"anyOf": [_schema(one) for one in described["subtypes"]]}
    properties: dict[str, Any] = {path.partition(".")[2]: {} for path in EXTRA if path.startswith(f"{kind}.")}
    for field in described.get("fields", []):
        always = re.search(r"(?:always|must be) [“\"]?(\w+)[”\"]?\.?$", field["description"])
        word = {"enum": [always[1]]} if always and field["types"] == ["String"] else {}
        properties[field["name"]] = {"anyOf": [_schema(one) for one in field["types"]], **word}
    required = [field["name"] for field in described.get("fields", []) if field["required"]]
    needed_fields = {"required": required} if required else {}
    return {"type": "object", "properties": properties, "additionalProperties": False, **needed_fields}


@functools.cache
def _validator(kind: str) -> jsonschema.Draft4Validator:
    definitions = {name: _object(name, described) for name, described in book()["types"].items()}
    return jsonschema.Draft4Validator({"allOf": [_schema(kind)], "definitions": definitions})


def problems(kind: str, value: Any) -> list[str]:
    """What in a value does not fit the published type."""
    return outgoing.problems(_validator(kind), value)


def check(kind: str, value: Any) -> None:
    assert problems(kind, value) == []


def check_answers(record: pathlib.Path) -> None:
    """A refusal has its code as the status too."""
    for answer in outgoing.answers(record, "telegram"):
        if answer["method"] != "file":
            check_answer(answer["method"], answer["status"], json.loads(answer["body"]))


def check_events(state: pathlib.Path) -> None:
    """Every pushed update but those that a test made up."""
    for (body,) in outgoing.rows(state, "SELECT body FROM push WHERE network = 'telegram'"):
        check_update(json.loads(body))


def check_answer(method: str, status: int, answer: Any) -> None:
    if answer["ok"] is False:
        assert set(answer) - {"parameters"} == {"ok", "error_code", "description"}, answer
        assert answer["error_code"] == status
        if "parameters" in answer:
            check("ResponseParameters", answer["parameters"])
        return
    added = {"description"} if f"{method}.description" in EXTRA else set()
    assert set(answer) - added == {"ok", "result"}, answer
    if method == "getUpdates":
        # A test may put broken updates there; what the emulator itself says is told apart by its kind.
        for update in answer["result"]:
            check_update(update)
        return
    tries = [problems(kind, answer["result"]) for kind in book()["methods"][method]["returns"]]
    assert [] in tries, tries


def check_update(update: Any) -> None:
    if "test" not in update:
        check("Update", update)
