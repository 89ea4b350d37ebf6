from typing import Any

import pytest

from sandbox.validation import Param
from sandbox.x import events, fields
from sandbox.x.errata import ERRATA
from sandbox.x.operations import OPERATIONS
from tests.sandbox import x_schema

pytestmark = x_schema.needed
SCHEMES = {"BearerToken": "bearer", "OAuth2UserToken": "oauth2", "UserToken": "oauth1"}
OURS = {"tweet.fields"}


def published(name: str) -> dict[str, Any]:
    return x_schema.operations()[name]


def parameters(name: str) -> dict[str, dict[str, Any]]:
    listed = [x_schema.followed(each) for each in published(name).get("parameters", [])]
    return {each["name"]: {**each, "schema": x_schema.followed(each["schema"])} for each in listed}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_stands_where_it_is_published_and_takes_exactly_that(name: str) -> None:
    ours, theirs = OPERATIONS[name], published(name)
    assert (ours.verb, ours.path) == (theirs["verb"], theirs["path"])
    assert str(ours.status) in theirs["responses"]
    taken = {param.name: described(param, ours.path) for param in ours.params if param.name not in OURS}
    assert taken == {key: expected(parameter) for key, parameter in parameters(name).items()}
    schemes = {key: scopes for each in theirs["security"] for key, scopes in each.items()}
    assert ours.tokens == {SCHEMES[key] for key in schemes}
    assert sorted(ours.scopes) == sorted(schemes.get("OAuth2UserToken", []))
    assert (ours.body is not None) == ("requestBody" in theirs)


def described(param: Param, path: str) -> tuple[object, ...]:
    in_path = f"{{{param.name}}}" in path
    bounds = (param.low, param.high, param.shortest, param.longest, param.most)
    return param.kind, param.required, in_path, bounds, frozenset(param.choices), param.pattern.strip("()")


def expected(parameter: dict[str, Any]) -> tuple[object, ...]:
    schema = parameter["schema"]
    kind = schema["type"]
    inner = x_schema.followed(schema.get("items", schema))
    if schema.get("format") == "date-time":
        kind = "time"
    bounds = tuple(schema.get(name) for name in ("minimum", "maximum", "minLength", "maxLength", "maxItems"))
    pattern = inner.get("pattern", "").removeprefix("^").removesuffix("$").strip("()")
    required, in_path = parameter.get("required", False), parameter["in"] == "path"
    return kind, required, in_path, bounds, frozenset(inner.get("enum", ())), pattern


def test_a_body_is_checked_exactly_as_published() -> None:
    for name, operation in OPERATIONS.items():
        if operation.body is not None:
            content = published(name)["requestBody"]["content"]
            same(operation.body, content["application/json"]["schema"], name)


def same(field: Param, schema: Any, where: str) -> None:
    schema = x_schema.followed(schema)
    assert field.kind == schema.get("type", "string"), where  # a file has none
    if field.kind == "object":
        _same_object(field, schema, where)
    if field.kind == "array":
        assert (field.least, field.most) == (schema.get("minItems"), schema.get("maxItems")), where
        same(field.item or Param(""), schema["items"], f"{where}[]")
    if field.kind == "string":
        assert set(field.choices) == set(schema.get("enum", ())), where
        assert field.pattern == schema.get("pattern", "").removeprefix("^").removesuffix("$"), where
        assert (field.shortest, field.longest) == (schema.get("minLength"), schema.get("maxLength")), where
    if field.kind == "integer":
        assert (field.low, field.high) == (schema.get("minimum"), schema.get("maximum")), where


def _same_object(field: Param, schema: dict[str, Any], where: str) -> None:
    if not field.fields:
        return  # refused whole, whatever is in it
    assert {inner.name for inner in field.fields} == set(schema["properties"]), where
    assert field.closed is (schema.get("additionalProperties") is False), where
    needed = {inner.name for inner in field.fields if inner.required}
    assert needed == set(schema.get("required", ())), where
    assert {name for each in schema.get("anyOf", ()) for name in each["required"]} == set(field.one_of), where
    for inner in field.fields:
        same(inner, schema["properties"][inner.name], f"{where}.{inner.name}")


def test_the_other_spelling_of_fields_and_every_kind_of_event_are_published() -> None:
    stream = {
        each["name"]: set(x_schema.followed(each["schema"])["items"]["enum"])
        for each in map(x_schema.followed, x_schema.spec()["paths"]["/2/tweets/search/stream"]["get"]["parameters"])
        if "items" in x_schema.followed(each["schema"])
    }
    assert set(fields.TWEET_FIELDS) == stream["tweet.fields"]
    assert set(fields.TWEET_EXPANSIONS) == stream["expansions"]
    assert set(fields.USER_FIELDS_OLD) == stream["user.fields"] - set(fields.USER_FIELDS)
    schema = x_schema.spec()["components"]["schemas"]["CreateActivitySubscriptionRequest"]
    assert set(events.TYPES) == set(schema["properties"]["event_type"]["enum"])


@pytest.mark.parametrize("erratum", ERRATA, ids=lambda erratum: erratum.path)
def test_an_erratum_has_a_reason_and_contradicts_the_schema(erratum: Any) -> None:
    assert erratum.reason
    assert erratum.source
    schemas = x_schema.spec()["components"]["schemas"]
    name, _, field = erratum.path.partition(".")
    if erratum.change == "renamed" and name in schemas:
        assert field in schemas[name]["properties"]
        assert erratum.wire not in schemas[name]["properties"]
    if erratum.change == "extra":
        assert field not in schemas[name]["properties"]
    if erratum.change == "loose":
        assert name in schemas
    if erratum.change == "named":
        listed = [x_schema.followed(each) for each in schemas["Problem"]["oneOf"]]
        assert not any(erratum.path in str(each["properties"]["type"]) for each in listed)
