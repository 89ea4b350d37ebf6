"""Checking what came with a call against an operation's parameters."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox import validation
from sandbox.meta.errors import GraphError
from sandbox.meta.spec import BY_TIME, COMMON, PAGING, Edge
from sandbox.validation import Mismatch, Param

_UNSIGNED = re.compile(r"\d{1,19}", re.ASCII)
_LISTING = (Param("after"), Param("before"), Param("__paging_token"), Param("limit", "limit"), Param("summary"))


def check(edge: Edge, raw_args: Mapping[str, str], *, lenient: bool = False) -> dict[str, Any]:
    """The parameters by name, each with its type. GraphError 100 for an unknown, missing or ill-typed one."""
    posts = edge.answers == "PagePost"
    common = COMMON | (PAGING if edge.answers else set()) | (BY_TIME if posts else set())
    args = DIALECT.read(edge.params, raw_args, raw_args if lenient else common)
    if edge.answers:
        until = (Param("until", "unsigned"),) if posts else ()
        args |= {"summary": ""} | DIALECT.read((*until, *_LISTING), raw_args, raw_args)
    return args


def _unsigned(param: Param, raw: str) -> int:
    if not _UNSIGNED.fullmatch(raw):
        raise Mismatch(param.kind, param, raw)
    return int(raw)


def _moment(param: Param, raw: str) -> int:
    """Seconds, or a time written out."""
    if _UNSIGNED.fullmatch(raw) and int(raw) <= validation.BIGGEST:
        return int(raw)
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as fault:
        raise Mismatch("datetime", param, raw) from fault
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _strings(param: Param, raw: str) -> list[str]:
    """A JSON list, or words with commas: clients differ."""
    if not raw.startswith("["):
        return validation.items(raw)
    try:
        parsed = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise Mismatch("array", param, raw) from fault
    if not isinstance(parsed, list) or not all(isinstance(item, str) for item in parsed):
        raise Mismatch("strings", param, raw)
    return parsed


def _choice(param: Param, raw: str) -> str:
    allowed = {choice.lower(): choice for choice in param.choices}
    if raw.lower() not in allowed:
        raise Mismatch("choices", param, raw)
    return allowed[raw.lower()]


DIALECT = validation.Dialect(
    kinds={
        "string": lambda _param, raw: raw,
        "bool": validation.flag,
        "int": validation.whole,
        "unsigned": _unsigned,
        "limit": _unsigned,
        "datetime": _moment,
        "object": validation.json_object,
        "strings": _strings,
        "enum": _choice,
        "enums": lambda param, raw: [_choice(param, item) for item in _strings(param, raw)],
    },
    words={
        "unknown": "Unexpected parameter: {name:.60}",
        "required": "The parameter {name} is required",
        "boolean": "Param {name} must be a boolean",
        "integer": "Param {name} must be an integer",
        "limit": "Param {name} must be an integer",
        "unsigned": "Param {name} must be an integer greater than or equal to 0",
        "datetime": "Param {name} must be a valid date/time",
        "json": "Param {name} must be a JSON object",
        "object": "Param {name} must be a JSON object",
        "array": "Param {name} must be an array",
        "strings": "Param {name} must be an array of strings",
        "choices": "Param {name} must be one of {{{choices}}}",
    },
    refusal=lambda _fault, words: GraphError(100, words),
)
