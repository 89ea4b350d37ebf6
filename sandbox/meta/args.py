"""Checking what came with a call against an operation's parameters."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.meta.errors import GraphError
from sandbox.meta.spec import BY_TIME, COMMON, PAGING, Edge, Param

_INTEGER = re.compile(r"-?\d{1,19}", re.ASCII)
_UNSIGNED = re.compile(r"\d{1,19}", re.ASCII)


def check(edge: Edge, given: Mapping[str, str], *, lenient: bool = False) -> dict[str, Any]:
    """The parameters by name, each with its type. GraphError 100 for an unknown, missing or ill-typed one."""
    known = {param.name: param for param in edge.params}
    listing = bool(edge.answers)
    allowed = COMMON | (PAGING if listing else set()) | (BY_TIME if edge.answers == "PagePost" else set())
    for name in given:
        if name not in known and name not in allowed and not lenient:
            raise GraphError(100, f"Unexpected parameter: {name[:60]}")
    args: dict[str, Any] = {}
    for param in edge.params:
        raw = given.get(param.name, "")
        if raw:
            args[param.name] = _convert(param, raw)
        elif param.required:
            raise GraphError(100, f"The parameter {param.name} is required")
    if listing:
        args |= {name: given[name] for name in ("after", "before", "__paging_token") if given.get(name)}
        if edge.answers == "PagePost" and given.get("until"):
            args["until"] = _unsigned(Param("until"), given["until"])
        args["limit"] = _limit(given.get("limit", ""))
        args["summary"] = given.get("summary", "")
        if args["limit"] is None:
            del args["limit"]
    return args


def _limit(raw: str) -> int | None:
    if not raw:
        return None
    if not _UNSIGNED.fullmatch(raw):
        raise GraphError(100, "Param limit must be an integer")
    return int(raw)


def _convert(param: Param, raw: str) -> Any:
    convert = {
        "bool": _boolean,
        "int": _integer,
        "unsigned": _unsigned,
        "datetime": _moment,
        "object": _object,
        "strings": _strings,
        "enum": _choice,
        "enums": _choices,
    }.get(param.kind)
    return raw if convert is None else convert(param, raw)


def _boolean(param: Param, raw: str) -> bool:
    if raw.lower() not in ("0", "1", "true", "false"):
        raise GraphError(100, f"Param {param.name} must be a boolean")
    return raw.lower() in ("1", "true")


def _integer(param: Param, raw: str) -> int:
    if not _INTEGER.fullmatch(raw):
        raise GraphError(100, f"Param {param.name} must be an integer")
    return int(raw)


def _unsigned(param: Param, raw: str) -> int:
    if not _UNSIGNED.fullmatch(raw):
        raise GraphError(100, f"Param {param.name} must be an integer greater than or equal to 0")
    return int(raw)


def _moment(param: Param, raw: str) -> int:
    """Seconds, or a time written out."""
    if _UNSIGNED.fullmatch(raw) and int(raw) < 2**63:
        return int(raw)
    try:
        told = datetime.fromisoformat(raw)
    except ValueError as fault:
        raise GraphError(100, f"Param {param.name} must be a valid date/time") from fault
    return int((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp())


def _object(param: Param, raw: str) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise GraphError(100, f"Param {param.name} must be a JSON object") from fault
    if not isinstance(found, dict):
        raise GraphError(100, f"Param {param.name} must be a JSON object")
    return found


def _strings(param: Param, raw: str) -> list[str]:
    """A JSON list, or words with commas: clients differ."""
    if raw.startswith("["):
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError) as fault:
            raise GraphError(100, f"Param {param.name} must be an array") from fault
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise GraphError(100, f"Param {param.name} must be an array of strings")
        return found
    return [item.strip() for item in raw.split(",") if item.strip()]


def _choice(param: Param, raw: str) -> str:
    allowed = {choice.lower(): choice for choice in param.choices}
    if raw.lower() not in allowed:
        raise GraphError(100, f"Param {param.name} must be one of {{{', '.join(param.choices)}}}")
    return allowed[raw.lower()]


def _choices(param: Param, raw: str) -> list[str]:
    return [_choice(param, item) for item in _strings(param, raw)]
