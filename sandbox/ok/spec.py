"""How a method is written down: its parameters, where they are known from, and the function that does it."""

import dataclasses
import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox.ok.errors import OkError
from sandbox.state import World

Kind = Literal["string", "id", "ids", "integer", "boolean", "json"]
Source = Literal["docs", "clients"]
"""docs: the network's published pages of methods (2017); clients: independent clients that ran against the network."""

_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
DISCUSSION_TYPES = (
    *("GROUP_TOPIC", "GROUP_PHOTO", "GROUP_MOVIE", "USER_STATUS", "USER_PHOTO", "USER_FORUM", "USER_ALBUM"),
    *("USER_2LVL_FORUM", "MOVIE", "SCHOOL_FORUM", "HAPPENING_TOPIC", "CITY_NEWS", "CHAT"),
)


@dataclasses.dataclass(frozen=True)
class Param:
    """One parameter. `low` and `high` bound numbers, `longest` the items of a list."""

    name: str
    kind: Kind = "string"
    required: bool = False
    low: int | None = None
    high: int | None = None
    longest: int | None = None
    choices: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Call:
    """A checked call: every given parameter has its type. `user` is the person whose token it is."""

    world: World
    user: str
    args: Mapping[str, Any]

    @property
    def db(self) -> sqlite3.Connection:
        return self.world.db

    def text(self, name: str, default: str = "") -> str:
        return str(self.args.get(name, default))

    def integer(self, name: str, default: int) -> int:
        return int(self.args.get(name, default))

    def wants(self, *fields: str) -> bool:
        """Whether one of these is among the fields asked for, by itself or by "kind.*"."""
        asked = {each.strip() for each in self.text("fields").split(",")}
        return any(field in asked or f"{field.partition('.')[0]}.*" in asked or "*" in asked for field in fields)


@dataclasses.dataclass(frozen=True)
class Method:
    name: str
    source: Source
    params: tuple[Param, ...]
    run: Callable[[Call], object]
    rights: tuple[str, ...] = ()  # what the application must have been granted


FIELDS = Param("fields")
COMMON = frozenset({"application_key", "access_token", "session_key", "sig", "format", "method"})
"""Parameters that every call takes."""


def read_args(method: Method, given: Mapping[str, str]) -> dict[str, Any]:
    """Check and convert what came in. OkError 100 for an unknown, missing or ill-typed parameter."""
    known = {param.name: param for param in method.params}
    for name in given:
        if name not in known and name not in COMMON:
            raise OkError(100, f"unknown parameter {name}")
    args: dict[str, Any] = {}
    for param in method.params:
        raw = given.get(param.name, "")
        if raw:
            args[param.name] = _convert(param, raw)
        elif param.required:
            raise OkError(100, f"missing required parameter {param.name}")
    return args


def _convert(param: Param, raw: str) -> Any:
    if param.kind == "integer":
        return _integer(param, raw)
    if param.kind == "boolean":
        if raw.lower() not in ("true", "false", "1", "0"):
            raise OkError(100, f"{param.name} is not a boolean")
        return raw.lower() in ("true", "1")
    if param.kind in ("id", "ids"):
        return _ids(param, raw)
    if param.kind == "json":
        return _json(param, raw)
    if param.choices and raw not in param.choices:
        raise OkError(100, f"{param.name} has an unknown value")
    return raw


def _integer(param: Param, raw: str) -> int:
    if not _INTEGER.fullmatch(raw):
        raise OkError(100, f"{param.name} is not a number")
    value = int(raw)
    if (param.low is not None and value < param.low) or (param.high is not None and value > param.high):
        raise OkError(100, f"{param.name} is out of range")
    return value


def _ids(param: Param, raw: str) -> Any:
    items = [item.strip() for item in raw.split(",") if item.strip()] if param.kind == "ids" else [raw]
    if not items or not all(_ID.fullmatch(item) for item in items):
        raise OkError(100, f"{param.name} is not an id")
    if param.longest is not None and len(items) > param.longest:
        raise OkError(100, f"{param.name} has too many items")
    return items if param.kind == "ids" else items[0]


def _json(param: Param, raw: str) -> Any:
    try:
        parsed = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise OkError(100, f"{param.name} is not JSON") from fault
    if not isinstance(parsed, dict):
        raise OkError(100, f"{param.name} must be an object")
    return parsed
