from typing import Any

import pytest

from sandbox.validation import Param
from sandbox.vk import events
from sandbox.vk.errata import ERRATA
from sandbox.vk.errors import MESSAGES
from sandbox.vk.methods import METHODS
from sandbox.vk.spec import Method
from tests.sandbox import vk_schema

pytestmark = vk_schema.needed
ADDED = {erratum.path for erratum in ERRATA if erratum.change == "extra"}


def published(method: Method) -> dict[str, Any]:
    return {parameter["name"]: parameter for parameter in vk_schema.methods()[method.name].get("parameters", [])}


def kind_of(parameter: dict[str, Any]) -> str:
    """The published type in the words of our tables."""
    kind = parameter["type"]
    if isinstance(kind, list):
        return "string"
    if kind == "array":
        items = parameter["items"].get("type", "string")
        return "integers" if items == "integer" else "strings"
    if kind == "string" and parameter.get("$ref", "").rpartition("/")[2] in ("messages_keyboard", "messages_forward"):
        return "json"
    return str(kind)


def choices_of(parameter: dict[str, Any]) -> tuple[str, ...]:
    if "$ref" in parameter:
        file, _, name = parameter["$ref"].removeprefix("../").partition("#/definitions/")
        parameter = vk_schema.raw(file)["definitions"][name]
    return tuple(str(choice) for choice in parameter.get("enum", ()))


def described(param: Param) -> tuple[object, ...]:
    return (param.kind, param.required, param.low, param.high, param.longest, param.most, param.choices)


def expected(parameter: dict[str, Any]) -> tuple[object, ...]:
    low = parameter.get("minimum", parameter.get("items", {}).get("minimum"))
    longest, most = parameter.get("maxLength"), parameter.get("maxItems")
    required, high = parameter.get("required", False), parameter.get("maximum")
    return kind_of(parameter), required, low, high, longest, most, choices_of(parameter)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_has_exactly_the_published_parameters_kinds_of_token_and_errors(name: str) -> None:
    method = METHODS[name]
    theirs = published(method)
    ours = {param.name: param for param in method.params if f"{name}.{param.name}" not in ADDED}
    known = {key: described(param) for key, param in ours.items()}
    assert known == {key: expected(parameter) for key, parameter in theirs.items()}
    assert sorted(method.tokens) == sorted(vk_schema.methods()[name]["access_token_type"])
    assert set(method.errors) <= vk_schema.errors_of(name)


def test_error_texts_are_the_published_ones_and_every_callback_flag_is_an_event_of_ours() -> None:
    texts = {error["code"]: error["description"] for error in vk_schema.raw("errors.json")["errors"].values()}
    assert {code: texts.get(code) for code in MESSAGES} == dict(MESSAGES)
    settings = vk_schema.methods()["groups.setCallbackSettings"]["parameters"]
    assert {each["name"] for each in settings if each["type"] == "boolean"} == set(events.NAMES)


@pytest.mark.parametrize("erratum", ERRATA, ids=lambda erratum: erratum.path)
def test_an_erratum_has_a_reason_and_contradicts_the_schema(erratum: Any) -> None:
    assert erratum.reason
    assert erratum.source
    file, hash_sign, place = erratum.path.partition("#")
    if not hash_sign:
        method, _, parameter = erratum.path.rpartition(".")
        assert parameter not in {p["name"] for p in vk_schema.methods()[method]["parameters"]}
        return
    definition, _, field = place.partition(".")
    properties = vk_schema.properties_of(vk_schema.raw(file)["definitions"][definition])
    if erratum.change == "optional":
        assert properties[field]["required"] is True
    elif erratum.change == "negative":
        assert properties[field]["minimum"] == 0
    else:
        assert field not in properties
