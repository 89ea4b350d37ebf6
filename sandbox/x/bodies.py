"""Checking a JSON body against its table. Objects are closed: an unknown key is refused."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from sandbox.x.problems import Problem, invalid
from sandbox.x.spec import Field

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_body(table: Field, raw: bytes, content_type: str) -> Mapping[str, Any]:
    """The object that came. Problem 415 for another content type, 400 for anything that cannot be."""
    if content_type != "application/json":
        raise Problem(415, "", "Unsupported Media Type", "Content-Type must be application/json")
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise Problem(400, "invalid-request", "Invalid Request", "Request body is not valid JSON.") from fault
    check(table, value, "$")
    return dict(value)


def read_form(table: Field, request: HttpRequest) -> Mapping[str, Any]:
    """The parts of a multipart form by the same table; a file comes as base64, as it would in JSON."""
    try:
        value = {name: str(part) for name, part in request.POST.items()}
        files = list(request.FILES.items())
    except MultiPartParserError as fault:
        raise Problem(400, "invalid-request", "Invalid Request", "Request body is no form.") from fault
    value |= {str(name): base64.b64encode(file.read()).decode() for name, file in files if not isinstance(file, list)}
    check(table, value, "$")
    return value


def check(table: Field, value: Any, where: str) -> None:
    if table.kind == "object":
        _object(table, value, where)
    elif table.kind == "list":
        _list(table, value, where)
    elif table.kind == "text":
        _text(table, value, where)
    elif table.kind == "boolean" and not isinstance(value, bool):
        raise _wrong(where, value, "boolean")
    elif table.kind == "integer":
        _integer(table, value, where)


def _object(table: Field, value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(where, value, "object")
    unknown = [key for key in value if key not in table.inside]
    if unknown and table.closed:
        told = f"{where}.{unknown[0]}: is not defined in the schema and the schema does not allow additional properties"
        raise invalid(unknown[0], value[unknown[0]], told)
    for name, field in table.inside.items():
        if name in value:
            check(field, value[name], f"{where}.{name}")
        elif field.required:
            raise invalid(name, "", f"{where}.{name}: is missing but it is required")
    if table.one_of and not any(name in value for name in table.one_of):
        raise invalid(table.one_of[0], "", f"{where}: one of {', '.join(table.one_of)} is required")


def _list(table: Field, value: Any, where: str) -> None:
    if not isinstance(value, list):
        raise _wrong(where, value, "array")
    if len(value) < (table.least or 0) or (table.most is not None and len(value) > table.most):
        raise invalid(where, len(value), f"{where}: the number of items is wrong")
    for at, item in enumerate(value):
        check(table.inside[""], item, f"{where}[{at}]")


def _text(table: Field, value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise _wrong(where, value, "string")
    if _SURROGATE.search(value):
        raise invalid(where, "", f"{where}: is not valid UTF-8")
    if table.choices and value not in table.choices:
        raise invalid(where, value, f"{where}: does not have a value in the enumeration [{', '.join(table.choices)}]")
    if table.pattern and not re.fullmatch(table.pattern, value, re.ASCII):
        raise invalid(where, value, f"{where}: does not match the pattern {table.pattern}")
    if len(value) < (table.shortest or 0) or (table.longest is not None and len(value) > table.longest):
        raise invalid(where, value, f"{where}: the length is wrong")


def _integer(table: Field, value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(where, value, "integer")
    if value < (table.least or 0) or (table.most is not None and value > table.most):
        raise invalid(where, value, f"{where}: the number is out of bounds")


def _wrong(where: str, value: Any, wanted: str) -> Problem:
    found = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}.get(
        type(value), "number"
    )
    return invalid(where, value, f"{where}: {found} found, {wanted} expected")
