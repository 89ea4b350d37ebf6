"""How a method is written down: its parameters, where they are known from, and the function that does it."""

import dataclasses
import re
from collections.abc import Callable
from typing import Literal

from sandbox import validation
from sandbox.ok.errors import OkError
from sandbox.validation import Mismatch, Param

Source = Literal["docs", "clients"]
"""docs: the network's published pages of methods (2017); clients: independent clients that ran against the network."""

_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
DISCUSSION_TYPES = (
    *("GROUP_TOPIC", "GROUP_PHOTO", "GROUP_MOVIE", "USER_STATUS", "USER_PHOTO", "USER_FORUM", "USER_ALBUM"),
    *("USER_2LVL_FORUM", "MOVIE", "SCHOOL_FORUM", "HAPPENING_TOPIC", "CITY_NEWS", "CHAT"),
)


@dataclasses.dataclass(frozen=True)
class Call(validation.Call):
    """`user` is the person whose token it is."""

    user: str

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


def _id(param: Param, raw: str) -> str:
    if not _ID.fullmatch(raw):
        raise Mismatch("id", param, raw)
    return raw


def _ids(param: Param, raw: str) -> list[str]:
    ids = [_id(param, item) for item in validation.items(raw)]
    if not ids:
        raise Mismatch("id", param, raw)
    validation.counted(param, len(ids), raw)
    return ids


DIALECT = validation.Dialect(
    kinds={
        "string": validation.text,
        "id": _id,
        "ids": _ids,
        "integer": validation.small,
        "boolean": validation.flag,
        "json": validation.json_object,
    },
    words={
        "unknown": "unknown parameter {name}",
        "required": "missing required parameter {name}",
        "integer": "{name} is not a number",
        "low": "{name} is out of range",
        "high": "{name} is out of range",
        "boolean": "{name} is not a boolean",
        "id": "{name} is not an id",
        "most": "{name} has too many items",
        "json": "{name} is not JSON",
        "object": "{name} must be an object",
        "choices": "{name} has an unknown value",
    },
    refusal=lambda fault, words: OkError(100, words),
)
