"""The published OpenAPI of X with our errata laid over it: the judge of all that leaves the emulator."""

import functools
import json
import pathlib
from typing import Any

import jsonschema
import pytest

from sandbox.x.errata import ERRATA
from tests.sandbox import outgoing

FILE = outgoing.NETWORKS / "x" / "spec" / "openapi-2.167.json"
PRESENT = FILE.is_file()
needed = pytest.mark.skipif(not PRESENT, reason=outgoing.MISSING)
RENAMED = {erratum.wire: erratum.path.rpartition(".")[2] for erratum in ERRATA if erratum.change == "renamed"}
EXTRA = {tuple(erratum.path.split(".")) for erratum in ERRATA if erratum.change == "extra"}
NAMED = {erratum.path for erratum in ERRATA if erratum.change == "named"}
LISTED = {"invalid-request", "resource-not-found", "not-authorized-for-resource", "internal-error"}
ENVELOPE = {"event_uuid", "filter", "event_type", "tag", "payload", "includes"}


@functools.cache
def spec() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))


@functools.cache
def operations() -> dict[str, dict[str, Any]]:
    """Every published operation by its name, with its path and verb."""
    operations_by_name = {}
    for path, verbs in spec()["paths"].items():
        for verb, operation in verbs.items():
            if isinstance(operation, dict) and "operationId" in operation:
                operations_by_name[operation["operationId"]] = {**operation, "path": path, "verb": verb.upper()}
    return operations_by_name


def followed(node: Any) -> Any:
    """A reference replaced by what it names."""
    while isinstance(node, dict) and "$ref" in node:
        at: Any = spec()
        for part in node["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        node = at
    return node


@functools.cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": _lifted(spec()["components"]["schemas"])}}
    return jsonschema.Draft202012Validator(root)


def _lifted(node: Any) -> Any:
    """`nullable: true` of OpenAPI 3.0 as a second type."""
    if isinstance(node, list):
        return [_lifted(item) for item in node]
    if not isinstance(node, dict):
        return node
    new = {key: _lifted(value) for key, value in node.items()}
    if new.pop("nullable", False) and isinstance(new.get("type"), str):
        new["type"] = [new["type"], "null"]
    return new


def respelled(value: Any) -> Any:
    """The clients' names turned into the published ones."""
    if isinstance(value, dict):
        return {RENAMED.get(name, name): respelled(each) for name, each in value.items()}
    return [respelled(each) for each in value] if isinstance(value, list) else value


def check(name: str, value: Any) -> None:
    """Against one published schema; the names must be published too, although its objects are open."""
    _validator(name).validate(value)
    _check_names(spec()["components"]["schemas"][name], value, name)


def _check_names(schema: Any, value: Any, name: str) -> None:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
    schema = followed(schema)
    if isinstance(value, list) and "items" in schema:
        for item in value:
            _check_names(schema["items"], item, name)
    if not isinstance(value, dict) or "properties" not in schema:
        return
    for key, each in value.items():
        if (name, key) in EXTRA:
            continue
        assert key in schema["properties"], f"{name} has no {key}"
        _check_names(schema["properties"][key], each, name)


def check_answer(answer: dict[str, Any]) -> None:
    """One recorded answer against the schema of its operation, or of a refusal."""
    body = respelled(json.loads(answer["body"]))
    if answer["status"] >= 400:
        check_refusal(answer["status"], body)
        return
    operation = operations()[answer["method"]]
    reference = operation["responses"][str(answer["status"])]["content"]["application/json"]["schema"]["$ref"]
    name = reference.rpartition("/")[2]
    if name == "CreateActivitySubscriptionResponse":  # all three shapes as the published one
        data = body["data"]
        body = {"data": {"subscription": data[0] if isinstance(data, list) else data.get("subscription", data)}}
    check(name, body)


def check_refusal(status: int, body: dict[str, Any]) -> None:
    if "title" not in body:  # the old shape
        assert status == 429
        for error in body["errors"]:
            _validator("Error").validate(error)
        return
    assert {"title", "detail", "type", "status"} <= set(body)
    assert body["status"] == status
    kind = body["type"].rpartition("/")[2] if "/" in body["type"] else body["type"]
    assert kind in LISTED | NAMED, kind
    if kind in LISTED:
        _validator("Problem").validate(body)


def check_token_answer(status: int, body: dict[str, Any]) -> None:
    """RFC 6749, sections 5.1 and 5.2."""
    if status >= 400:
        assert set(body) == {"error", "error_description"}
        assert all(isinstance(text, str) and text for text in body.values())
        return
    assert set(body) == {"token_type", "expires_in", "access_token", "refresh_token", "scope"}
    assert (body["token_type"], type(body["expires_in"])) == ("bearer", int)


def check_answers(record: pathlib.Path) -> None:
    """Answers of unknown paths have no schema, and the token endpoint has those of RFC 6749."""
    for answer in outgoing.answers(record, "x"):
        if answer["method"] == "oauth2/token":
            check_token_answer(answer["status"], json.loads(answer["body"]))
        elif answer["method"] in operations() or answer["status"] >= 400:
            check_answer(answer)


def check_event(body: bytes) -> None:
    """One envelope, with the errata: signed numbers, wrapped users, and messages that the schema does not know."""
    event = respelled(json.loads(body))["data"]
    assert set(event) <= ENVELOPE
    _validator("ActivitySubscriptionFilter").validate(event["filter"])
    assert event["event_uuid"].removeprefix("-").isdigit()
    users = event.get("includes", {}).get("users", [])
    if event["event_type"].startswith("dm."):
        assert set(event["payload"]) == {"direct_message_events", "users"}
        users = list(event["payload"]["users"].values())
    elif event["event_type"] == "post.delete":
        check("PostDeleteActivityResponsePayload", event["payload"])
    else:
        check("Post", event["payload"])
    for user in users:
        check("User", user.get("data", user))


def check_events(state: pathlib.Path) -> None:
    for (body,) in outgoing.rows(state, "SELECT body FROM x_event"):
        check_event(body)
