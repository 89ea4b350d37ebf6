import json
import pathlib
from typing import Any

import pytest

from sandbox.max import rights
from sandbox.max.errata import ERRATA
from sandbox.max.errors import CODES
from sandbox.max.methods import OPERATIONS
from sandbox.max.methods.messages import NEW_MESSAGE
from sandbox.max.spec import Operation
from sandbox.validation import Param
from tests.sandbox import max_schema

pytestmark = max_schema.needed
STABS = max_schema.FOLDER / "fixtures" / "client-go" / "stabs"
ADDED = {erratum.path for erratum in ERRATA if erratum.change == "extra"}
PUBLISHED = [operation for operation in OPERATIONS if f"operation:{operation.name}" not in ADDED]


def parameters(operation: Operation, where: str) -> dict[str, Any]:
    published_params = max_schema.operations()[operation.name].get("parameters", [])
    return {parameter["name"]: parameter for parameter in published_params if parameter["in"] == where}


def described(param: Param) -> tuple[object, ...]:
    return (param.kind, param.required, param.low, param.high, param.choices)


def expected(parameter: dict[str, Any]) -> tuple[object, ...]:
    schema = parameter["schema"]
    if "$ref" in schema:
        schema = max_schema.raw()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type", "array" if "items" in schema else "string")
    if kind == "array":
        kind = f"{schema['items']['type']}s"
    required = bool(parameter.get("required"))
    return (kind, required, schema.get("minimum"), schema.get("maximum"), tuple(schema.get("enum", ())))


@pytest.mark.parametrize("operation", PUBLISHED, ids=lambda operation: operation.name)
def test_a_call_stands_where_it_is_published_and_takes_exactly_the_published_parameters(operation: Operation) -> None:
    theirs = max_schema.operations()[operation.name]
    assert (operation.verb, operation.path) == (theirs["verb"], theirs["path"])
    ours = {each.name: described(each) for each in operation.params}
    for name in [name for name in ours if f"parameter:{operation.name}.{name}" in ADDED]:
        del ours[name]
    assert ours == {name: expected(parameter) for name, parameter in parameters(operation, "query").items()}
    inside = {part.strip("{}") for part in operation.path.split("/") if part.startswith("{")}
    assert set(parameters(operation, "path")) == inside


def test_messages_subscriptions_rights_and_refusals_take_what_is_published_or_an_erratum() -> None:
    schemas = max_schema.raw()["components"]["schemas"]
    theirs = schemas["NewMessageBody"]["properties"]
    assert {field.name for field in NEW_MESSAGE} == set(theirs)
    for field in NEW_MESSAGE:
        assert field.nullable == bool(theirs[field.name].get("nullable")), field.name
    assert next(field for field in NEW_MESSAGE if field.name == "text").longest == theirs["text"]["maxLength"]
    theirs = schemas["SubscriptionRequestBody"]
    (subscribe,) = [operation for operation in OPERATIONS if operation.name == "subscribe"]
    fields = {field.name: field for field in subscribe.fields or ()}
    assert set(theirs["properties"]) - set(fields) == {"self_signed_cert"}  # no longer allowed
    assert set(fields) <= set(theirs["properties"])
    assert f"^{fields['secret'].pattern}$" == theirs["properties"]["secret"]["pattern"]
    assert [name for name, field in fields.items() if field.required] == theirs["required"]
    assert set(rights.RIGHTS) == set(schemas["ChatAdminPermission"]["enum"])
    words = max_schema.raw()["info"]["description"]
    for status in CODES:
        is_documented = status == 500 or f"`{status}` &mdash;" in words  # 500 stands with every operation
        assert is_documented or f"status:{status}" in ADDED, status


def test_every_erratum_has_a_reason_a_source_and_something_to_correct() -> None:
    schemas = max_schema.raw()["components"]["schemas"]
    for erratum in ERRATA:
        assert erratum.reason
        assert erratum.source
        kind, _, path = erratum.path.partition(":")
        name, _, field = path.partition(".")
        if kind == "schema" and erratum.change == "optional" and field not in ("", "*"):
            assert json.dumps(field) in json.dumps(schemas[name])
        if kind == "schema" and erratum.change == "extra":
            assert (name in schemas) == bool(field)
            assert not field or f'"{field}": {{' not in json.dumps(schemas[name])
        if kind == "operation" and erratum.change == "extra":
            assert name not in max_schema.operations()


def schema_of(path: pathlib.Path) -> str:
    kinds = {"update": "UpdateList", "webhook": "Update", "error": "Error", "get-pin": "GetPinnedMessageResult"}
    return next((schema for word, schema in kinds.items() if path.name.startswith(word)), "Chat")


def test_every_official_sample_fits_the_schema_with_our_errata(shared: pathlib.Path) -> None:
    samples = sorted(STABS.rglob("*.json"))
    assert samples
    for path in samples:
        assert max_schema.problems(max_schema.named(schema_of(path)), json.loads(path.read_bytes())) == [], path.name
