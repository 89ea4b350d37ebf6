"""Checking a JSON body against its table. Objects are closed: an unknown key is refused."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from sandbox import validation
from sandbox.validation import JSON, Mismatch, Param
from sandbox.x.problems import Problem, invalid


def read_body(table: Param, raw: bytes, content_type: str) -> Mapping[str, Any]:
    """The object that came. Problem 415 for another content type, 400 for anything that cannot be."""
    if content_type != "application/json":
        raise Problem(415, "", "Unsupported Media Type", "Content-Type must be application/json")
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise Problem(400, "invalid-request", "Invalid Request", "Request body is not valid JSON.") from fault
    BODY.read((table,), {table.name: value})
    return dict(value)


def read_form(table: Param, request: HttpRequest) -> Mapping[str, Any]:
    """The parts of a multipart form by the same table; a file comes as base64, as it would in JSON."""
    try:
        value = {name: str(part) for name, part in request.POST.items()}
        files = list(request.FILES.items())
    except MultiPartParserError as fault:
        raise Problem(400, "invalid-request", "Invalid Request", "Request body is no form.") from fault
    value |= {str(name): base64.b64encode(file.read()).decode() for name, file in files if not isinstance(file, list)}
    BODY.read((table,), {table.name: value})
    return value


def _refusal(fault: Mismatch, words: str) -> Problem:
    """Names the key that is unknown or missing, else the place of what is wrong."""
    if fault.reason == "one_of":
        return invalid(fault.param.one_of[0], "", words)
    return invalid(fault.param.name if fault.reason in ("unknown", "required") else fault.place, fault.value, words)


BODY = validation.Dialect(
    kinds=JSON,
    words={
        "unknown": "{place}: is not defined in the schema and the schema does not allow additional properties",
        "required": "{place}: is missing but it is required",
        "one_of": "{place}: one of {one_of} is required",
        "type": "{place}: {came} found, {kind} expected",
        "unicode": "{place}: is not valid UTF-8",
        "choices": "{place}: does not have a value in the enumeration [{choices}]",
        "pattern": "{place}: does not match the pattern {pattern}",
        "shortest": "{place}: the length is wrong",
        "longest": "{place}: the length is wrong",
        "least": "{place}: the number of items is wrong",
        "most": "{place}: the number of items is wrong",
        "low": "{place}: the number is out of bounds",
        "high": "{place}: the number is out of bounds",
    },
    refusal=_refusal,
    blank=True,
)
