"""The published MAX schema with our errata laid over it: the judge of all that leaves the emulator."""

import functools
import json
import pathlib
from typing import Any

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sandbox.max.errata import ERRATA
from sandbox.max.events import TYPES
from tests.sandbox import outgoing

FOLDER = outgoing.NETWORKS / "max"
FILE = FOLDER / "spec" / "schema-0.0.30.yaml"
PRESENT = FILE.is_file()
needed = pytest.mark.skipif(not PRESENT, reason=outgoing.MISSING)
SITE = "http://schema.invalid/max"


@functools.cache
def raw() -> Any:
    """The schema as published."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@functools.cache
def operations() -> dict[str, Any]:
    """Every published operation by name, with its `verb` and `path`."""
    return {
        operation["operationId"]: operation | {"verb": verb.upper(), "path": path}
        for path, verbs in raw()["paths"].items()
        for verb, operation in verbs.items()
    }


def answer_schema(name: str) -> Any:
    """The schema of a good answer of an operation, by the schema or by an erratum."""
    added = next((item.shape for item in ERRATA if item.path == f"operation:{name}"), None)
    if added is not None:
        return dict(added)
    response = {str(status): answer for status, answer in operations()[name]["responses"].items()}["200"]
    if "$ref" in response:
        response = raw()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return response["content"]["application/json"]["schema"]


@functools.cache
def definitions() -> dict[str, Any]:
    """All schemas in the JSON Schema dialect, errata applied."""
    schemas: dict[str, Any] = json.loads(json.dumps(raw()["components"]["schemas"]))
    for item in ERRATA:
        kind, _, path = item.path.partition(":")
        if kind == "schema":
            _apply(schemas, item.change, path, item.shape)
    parents = {name for name, schema in schemas.items() if "discriminator" in schema}
    for name in parents:
        _split(schemas, name)
    for name, schema in schemas.items():
        if name.endswith("__Base") or name in parents:
            continue
        for part in schema.get("allOf", ()):
            parent = part.get("$ref", "").rpartition("/")[2]
            if parent in parents:
                part["$ref"] += "__Base"
    return {name: lifted(schema, top=True) for name, schema in schemas.items()}


def _apply(schemas: dict[str, Any], change: str, path: str, shape: Any) -> None:
    name, _, field = path.partition(".")
    if change == "extra" and not field:
        schemas[name] = json.loads(json.dumps(shape))
        schemas["Update"]["discriminator"]["mapping"][name] = f"#/components/schemas/{name}"
    elif change == "extra":
        _own(schemas[name])["properties"][field] = dict(shape)
    elif change == "optional":
        for schema in schemas.values() if name == "*" else [schemas[name]]:
            own = _own(schema)
            nullable = {key for key, value in own.get("properties", {}).items() if value.get("nullable")}
            gone = {field} if field and field != "*" else nullable
            own["required"] = [each for each in own.get("required", []) if each not in gone]


def _own(schema: dict[str, Any]) -> dict[str, Any]:
    """Where a schema's own properties stand: beside or behind those of its parents."""
    parts: list[dict[str, Any]] = schema.get("allOf", [])
    return next((part for part in parts if "properties" in part), schema)


def _split(schemas: dict[str, Any], name: str) -> None:
    """A parent becomes its own properties (`__Base`) and a choice by the discriminator."""
    schema = schemas[name]
    discriminator = schema.pop("discriminator")
    schema.pop("oneOf", None)
    schemas[f"{name}__Base"] = schema
    field, mapping = discriminator["propertyName"], discriminator["mapping"]
    choices = [
        {"if": {"properties": {field: {"const": word}}}, "then": {"$ref": reference}}
        for word, reference in mapping.items()
    ]
    only = {"properties": {field: {"enum": list(mapping)}}, "required": [field]}
    schemas[name] = {"allOf": [only, *choices]}


def lifted(node: Any, *, top: bool = False) -> Any:
    """OpenAPI 3.0 in words of JSON Schema 2020-12. Objects are closed where they are used: nothing unknown passes."""
    if isinstance(node, list):
        return [lifted(item, top=True) for item in node]
    if not isinstance(node, dict):
        return node
    new: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            new[key] = {name: lifted(item) for name, item in value.items()}
        else:
            new[key] = lifted(value, top=key in ("if", "then"))
    nullable = new.pop("nullable", False)
    if "$ref" in new and new["$ref"].startswith("#/components/schemas/"):
        new["$ref"] = f"{SITE}#/$defs/{new['$ref'].rpartition('/')[2]}"
    if not top and ("$ref" in new or "allOf" in new):
        new["unevaluatedProperties"] = False
    if nullable:
        return {"anyOf": [new, {"type": "null"}]}
    return new


@functools.cache
def registry() -> Any:
    resource = Resource.from_contents({"$defs": definitions()}, default_specification=DRAFT202012)
    return Registry[Any]().with_resource(SITE, resource)


def problems(schema: dict[str, Any], thing: Any) -> list[str]:
    return outgoing.problems(jsonschema.Draft202012Validator(lifted(schema), registry=registry()), thing)


def named(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def check_answer(method: str, status: int, answer: Any) -> None:
    """One answer against the schema of its own kind. A refusal may come with status 200, too."""
    if status != 200:
        assert problems(named("Error"), answer) == [], (method, status)
        return
    if "error_code" in answer:  # a planned fault; the network's pages tell of it, the schema does not
        return
    schema = named("SimpleQueryResult") if answer.get("success") is False else answer_schema(method)
    assert problems(schema, answer) == [], method


def check_answers(record: pathlib.Path) -> None:
    for answer in outgoing.answers(record, "max"):
        check_answer(answer["method"], answer["status"], json.loads(answer["body"]))


def check_events(state: pathlib.Path) -> None:
    """Every update that the emulator made by itself, pulled or pushed."""
    query = "SELECT type, body FROM max_update UNION ALL SELECT event, body FROM push WHERE network = 'max'"
    for kind, body in outgoing.rows(state, query):
        if kind in TYPES:
            assert problems(named("Update"), json.loads(body)) == [], kind
