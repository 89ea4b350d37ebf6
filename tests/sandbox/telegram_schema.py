"""The published Bot API with our errata laid over it: the judge of all that leaves the emulator."""

import functools
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from otklik.sandbox.telegram.errata import ERRATA
from tests.sandbox import outgoing

FOLDER = outgoing.NETWORKS / "telegram" / "spec"
PRESENT = FOLDER.is_dir()
needed = pytest.mark.skipif(not PRESENT, reason=outgoing.MISSING)
EXTRA = {erratum.path for erratum in ERRATA if erratum.change == "extra"}
PLAIN: dict[str, tuple[type, ...]] = {"String": (str,), "Boolean": (bool,), "Integer": (int,), "Float": (int, float)}
ENVELOPE = {"ok", "result"}


@functools.cache
def book() -> dict[str, Any]:
    """Bot API 10.1."""
    told: dict[str, Any] = json.loads((FOLDER / "bot-api-10.1.json").read_bytes())
    return told


@functools.cache
def second_book() -> dict[str, dict[str, Any]]:
    """Methods and types of Bot API 10.2, scraped by somebody else, by name in lower case."""
    items = json.loads((FOLDER / "bot-api-10.2.json").read_bytes())["items"]
    return {child["name"].lower(): child for item in items for child in item.get("children", [])}


def problems(kind: str, value: Any, where: str = "") -> Iterator[str]:
    """What in a value does not fit the published type."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            yield f"{where}: no list"
            return
        for place, item in enumerate(value):
            yield from problems(kind.removeprefix("Array of "), item, f"{where}[{place}]")
    elif kind in PLAIN:
        if not isinstance(value, PLAIN[kind]) or (isinstance(value, bool) and kind != "Boolean"):
            yield f"{where}: {value!r} is no {kind}"
    else:
        yield from _object_problems(kind, value, where or kind)


def _object_problems(kind: str, value: Any, where: str) -> Iterator[str]:
    described = book()["types"][kind]
    if described.get("subtypes") and not described.get("fields"):
        tries = [list(problems(one, value, f"{where}<{one}>")) for one in described["subtypes"]]
        if all(tries):
            yield from min(tries, key=len)
        return
    if not isinstance(value, dict):
        yield f"{where}: no object"
        return
    fields = {field["name"]: field for field in described.get("fields", [])}
    for name in set(value) - set(fields):
        if f"{kind}.{name}" not in EXTRA:
            yield f"{where}.{name}: unknown"
    for name, field in fields.items():
        if name in value:
            tries = [list(problems(one, value[name], f"{where}.{name}")) for one in field["types"]]
            yield from [] if not all(tries) else min(tries, key=len)
            yield from _said(field, value[name], f"{where}.{name}")
        elif field["required"]:
            yield f"{where}.{name}: missing"


def _said(field: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    """A field that is always one word says so in its description alone."""
    always = re.search(r"(?:always|must be) [“\"]?(\w+)[”\"]?\.?$", field["description"])
    if always and isinstance(value, str) and value != always[1]:
        yield f"{where}: {value!r} is not {always[1]!r}"


def check(kind: str, value: Any) -> None:
    assert list(problems(kind, value)) == []


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
    assert set(answer) - added == ENVELOPE, answer
    if method == "getUpdates":
        # A test may put broken updates there; what the emulator itself says is told apart by its kind.
        for update in answer["result"]:
            check_update(update)
        return
    tries = [list(problems(kind, answer["result"], method)) for kind in book()["methods"][method]["returns"]]
    assert [] in tries, tries


def check_update(update: Any) -> None:
    if "test" not in update:
        check("Update", update)
