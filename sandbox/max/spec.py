"""How a call is written down: verb and path, parameters of the query, fields of the JSON body, what does it."""

import dataclasses
import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox.max.errors import MaxError
from sandbox.state import World

Kind = Literal["integer", "string", "boolean", "integers", "strings"]
FieldKind = Literal["string", "boolean", "object", "array", "strings"]
_BIGGEST = 2**63 - 1
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
PATH_PARTS = {
    "chatId": r"-?[0-9]{1,19}",
    "chatLink": r"@?[a-zA-Z]+[\w-]*",
    "messageId": r"(?:mid\.)?[a-zA-Z0-9_\-]{1,100}",
    "commentId": r"(?:mid\.)?[a-zA-Z0-9_\-]{1,100}",
}
COMMON = frozenset({"v"})
"""A parameter that every call takes: the version of the model."""


@dataclasses.dataclass(frozen=True)
class Param:
    """One parameter of the query. `low` and `high` bound numbers."""

    name: str
    kind: Kind
    required: bool = False
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Field:
    """One field of a JSON body. `longest` bounds a text, `pattern` is what it must look like as a whole."""

    name: str
    kind: FieldKind
    required: bool = False
    nullable: bool = False
    longest: int | None = None
    pattern: str = ""
    choices: tuple[str, ...] = ()
    fields: tuple["Field", ...] = ()


@dataclasses.dataclass(frozen=True)
class Call:
    """A checked call of a bot: every given parameter and field has its type; `parts` are those of the path."""

    world: World
    bot: int
    parts: Mapping[str, str]
    args: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def db(self) -> sqlite3.Connection:
        return self.world.db


@dataclasses.dataclass(frozen=True)
class Operation:
    """`name` is the schema's own word for the call. `fields` None: the call has no body."""

    name: str
    verb: str
    path: str
    run: Callable[[Call], dict[str, Any]]
    params: tuple[Param, ...] = ()
    fields: tuple[Field, ...] | None = None
    writes: bool = False  # counts for the limit of one chat
    waits: bool = False  # a long poll

    def match(self, path: str) -> dict[str, str] | None:
        pattern = re.sub(r"\{(\w+)\}", lambda found: f"(?P<{found[1]}>{PATH_PARTS[found[1]]})", self.path)
        found = re.fullmatch(pattern, path, re.ASCII)
        return found.groupdict() if found else None


def read_args(operation: Operation, given: Mapping[str, str]) -> dict[str, Any]:
    """Check and convert the query. MaxError 400 for an unknown, missing or ill-typed parameter."""
    known = {param.name: param for param in operation.params}
    for name in given:
        if name not in known and name not in COMMON:
            raise MaxError(400, f"{name}: unknown parameter")
    args: dict[str, Any] = {}
    for param in operation.params:
        if given.get(param.name):
            args[param.name] = _convert(param, given[param.name])
        elif param.required:
            raise MaxError(400, f"{param.name}: is required")
    return args


def _convert(param: Param, raw: str) -> Any:
    if param.kind == "integer":
        return _integer(param, raw)
    if param.kind == "boolean":
        if raw not in ("true", "false"):
            raise MaxError(400, f"{param.name}: must be true or false")
        return raw == "true"
    if param.kind in ("integers", "strings"):
        items = [item for item in raw.split(",") if item]
        return [_integer(param, item) for item in items] if param.kind == "integers" else items
    if param.choices and raw not in param.choices:
        raise MaxError(400, f"{param.name}: must be one of {', '.join(param.choices)}")
    return raw


def _integer(param: Param, raw: str) -> int:
    if not _INTEGER.fullmatch(raw) or abs(int(raw)) > _BIGGEST:
        raise MaxError(400, f"{param.name}: must be a whole number")
    value = int(raw)
    if (param.low is not None and value < param.low) or (param.high is not None and value > param.high):
        raise MaxError(400, f"{param.name}: must be from {param.low} to {param.high}")
    return value


def read_body(fields: tuple[Field, ...], given: object, where: str = "") -> dict[str, Any]:
    """Check a JSON body. MaxError 400 for an unknown, missing or ill-typed field."""
    if not isinstance(given, dict):
        raise MaxError(400, f"{where or 'body'}: must be an object")
    known = {field.name: field for field in fields}
    for name in given:
        if name not in known:
            raise MaxError(400, f"{where}{name}: unknown property")
    for field in fields:
        value = given.get(field.name)
        if field.name in given and (value is not None or not field.nullable):
            _check(field, value, where + field.name)
        elif field.required:
            raise MaxError(400, f"{where}{field.name}: is required")
    return given


_TYPES: Mapping[FieldKind, type] = {"string": str, "boolean": bool, "object": dict, "array": list, "strings": list}


def _check(field: Field, value: object, where: str) -> None:
    if not isinstance(value, _TYPES[field.kind]):
        raise MaxError(400, f"{where}: must be of type {field.kind}")
    if field.kind == "strings" and not all(isinstance(item, str) for item in value):  # type: ignore[attr-defined]
        raise MaxError(400, f"{where}: must hold strings")
    if isinstance(value, str):
        if field.longest is not None and len(value) > field.longest:
            raise MaxError(400, f"{where}: longer than {field.longest}")
        if field.pattern and not re.fullmatch(field.pattern, value, re.ASCII):
            raise MaxError(400, f"{where}: does not match {field.pattern}")
        if field.choices and value not in field.choices:
            raise MaxError(400, f"{where}: must be one of {', '.join(field.choices)}")
    if field.kind == "object" and field.fields:
        read_body(field.fields, value, f"{where}.")
