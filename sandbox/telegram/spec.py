"""How a method is written down: its parameters with the published types, and the function that does it."""

import dataclasses
import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from sandbox import validation
from sandbox.telegram.errors import bad

INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
FILE_TYPES = ("InputFile",)


@dataclasses.dataclass(frozen=True)
class Param:
    """One parameter. `types` are spelt as published: "Integer", "String", "Boolean", "InputFile", "Array of …", or the
    name of an object."""

    name: str
    types: tuple[str, ...]
    required: bool = False


@dataclasses.dataclass(frozen=True)
class Upload:
    """A file of a multipart form."""

    name: str
    content: bytes


@dataclasses.dataclass(frozen=True)
class Call(validation.Call):
    """A call of the bot `bot` (its row)."""

    bot: sqlite3.Row
    files: Mapping[str, Upload]

    @property
    def me(self) -> int:
        return int(self.bot["id"])


@dataclasses.dataclass(frozen=True)
class ResultWithWords:
    """A result with the words that some methods add to it."""

    result: object
    description: str


@dataclasses.dataclass(frozen=True)
class Method:
    name: str
    params: tuple[Param, ...]
    run: Callable[[Call], object]
    returns: tuple[str, ...]


def take(*rows: str) -> tuple[Param, ...]:
    """Parameters written as "name! Integer, String": the mark says that it is required."""
    params = []
    for row in rows:
        name, _, types = row.partition(" ")
        params.append(Param(name.rstrip("!"), tuple(types.split(", ")), name.endswith("!")))
    return tuple(params)


OBJECTS: Mapping[str, tuple[Param, ...]] = {
    "ReplyParameters": take(
        "message_id! Integer",
        "chat_id Integer, String",
        "allow_sending_without_reply Boolean",
        "quote String",
        "quote_parse_mode String",
        "quote_entities Array of MessageEntity",
        "quote_position Integer",
        "checklist_task_id Integer",
        "poll_option_id String",
    ),
    "LinkPreviewOptions": take(
        "is_disabled Boolean",
        "url String",
        "prefer_small_media Boolean",
        "prefer_large_media Boolean",
        "show_above_text Boolean",
    ),
    "InputMediaPhoto": take(
        "type! String",
        "media! String",
        "caption String",
        "parse_mode String",
        "caption_entities Array of MessageEntity",
        "show_caption_above_media Boolean",
        "has_spoiler Boolean",
    ),
}
"""Objects whose insides are checked; other objects only have to be objects."""


class _WrongType(Exception):
    """This is none of the type asked for; another of the parameter's types may fit."""


def read_args(method: Method, raw_args: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    """Check and convert what came in. 400 for an unknown, missing or ill-typed parameter."""
    known = {param.name for param in method.params}
    unknown = sorted(set(raw_args) - known)
    if unknown and strict:
        raise bad(f"unknown parameter {unknown[0]!r}")
    return _read(method.params, raw_args, missing=_missing)


def _missing(name: str) -> str:
    own = {"chat_id": "chat_id is empty", "text": "message text is empty", "file_id": "file_id not specified"}
    return own.get(name, f"parameter {name!r} is required")


def _read(params: tuple[Param, ...], raw_args: Mapping[str, Any], missing: Callable[[str], str]) -> dict[str, Any]:
    args: dict[str, Any] = {}
    for param in params:
        raw = raw_args.get(param.name)
        if raw is None or raw == "":
            if param.required and not set(param.types) & set(FILE_TYPES):
                raise bad(missing(param.name))
            continue
        args[param.name] = _convert(param, raw)
    return args


def _convert(param: Param, raw: Any) -> Any:
    for kind in param.types:
        try:
            return _as(kind, raw)
        except _WrongType:
            continue
    raise bad(f"can't parse {param.name}: expected {' or '.join(param.types)}")


def _as(kind: str, raw: Any) -> Any:
    if kind == "Integer":
        return _integer(raw)
    if kind == "Boolean":
        return _boolean(raw)
    if kind in ("String", *FILE_TYPES):
        return _string(raw)
    parsed = raw
    if isinstance(raw, str):
        try:
            parsed = json.loads(raw)
        except (ValueError, RecursionError) as fault:
            raise _WrongType from fault
    if kind.startswith("Array of "):
        if not isinstance(parsed, list):
            raise _WrongType
        return [_as(kind.removeprefix("Array of "), item) for item in parsed]
    if not isinstance(parsed, dict):
        raise _WrongType
    return check_object(kind, parsed)


def check_object(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    """The object with its parts converted, if its kind is one whose insides are checked."""
    params = OBJECTS.get(kind)
    if params is None:
        return thing
    unknown = sorted(set(thing) - {param.name for param in params})
    if unknown:
        raise bad(f"can't parse {kind}: unknown field {unknown[0]!r}")
    return _read(params, thing, lambda name: f"can't parse {kind}: field {name!r} must be specified")


def _string(raw: Any) -> str:
    if not isinstance(raw, str):
        raise _WrongType
    try:
        raw.encode()
    except UnicodeEncodeError as fault:
        raise bad("strings must be encoded in UTF-8") from fault
    return raw


def _integer(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise _WrongType
    if isinstance(raw, str) and not INTEGER.fullmatch(raw):
        raise _WrongType
    value = int(raw)
    if not -(2**63) < value < 2**63:
        raise _WrongType
    return value


def _boolean(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).lower()
    if word in ("true", "1", "yes", "y", "t"):
        return True
    if word in ("false", "0", "no", "n", "f"):
        return False
    raise _WrongType
