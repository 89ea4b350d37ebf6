"""How a call is written down: verb and path, parameters of the query, fields of the JSON body, what does it."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox import validation
from sandbox.max.errors import MaxError
from sandbox.validation import BIGGEST, JSON, Mismatch, Param

PATH_PARTS = {
    "chatId": r"-?[0-9]{1,19}",
    "chatLink": r"@?[a-zA-Z]+[\w-]*",
    "messageId": r"(?:mid\.)?[a-zA-Z0-9_\-]{1,100}",
    "commentId": r"(?:mid\.)?[a-zA-Z0-9_\-]{1,100}",
}
COMMON = frozenset({"v"})
"""A parameter that every call takes: the version of the model."""


@dataclasses.dataclass(frozen=True)
class Call(validation.Call):
    """A call of a bot; `parts` are those of the path, `body` is the JSON object that came, checked."""

    bot: int
    parts: Mapping[str, str]
    body: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Operation:
    """`name` is the schema's own word for the call. `fields` None: the call has no body."""

    name: str
    verb: str
    path: str
    run: Callable[[Call], dict[str, Any]]
    params: tuple[Param, ...] = ()
    fields: tuple[Param, ...] | None = None
    writes: bool = False  # counts for the limit of one chat
    waits: bool = False  # a long poll

    def match(self, path: str) -> dict[str, str] | None:
        pattern = re.sub(
            r"\{(\w+)\}", lambda placeholder: f"(?P<{placeholder[1]}>{PATH_PARTS[placeholder[1]]})", self.path
        )
        placeholder = re.fullmatch(pattern, path, re.ASCII)
        return placeholder.groupdict() if placeholder else None


def _integer(param: Param, raw: str) -> int:
    value = validation.whole(param, raw)
    if abs(value) > BIGGEST:
        raise Mismatch("integer", param, raw)
    return validation.bounded(param, value, raw)


def _boolean(param: Param, raw: str) -> bool:
    if raw not in ("true", "false"):
        raise Mismatch("boolean", param, raw)
    return raw == "true"


def _strings(param: Param, value: object) -> object:
    if not isinstance(value, list):
        raise Mismatch("type", param, value)
    if not all(isinstance(item, str) for item in value):
        raise Mismatch("item", param, value)
    return value


def _refusal(_fault: Mismatch, words: str) -> MaxError:
    return MaxError(400, words)


QUERY = validation.Dialect(
    kinds={
        "integer": _integer,
        "string": validation.text,
        "boolean": _boolean,
        "integers": lambda param, raw: [_integer(param, item) for item in raw.split(",") if item],
        "strings": lambda _param, raw: [item for item in raw.split(",") if item],
    },
    words={
        "unknown": "{name}: unknown parameter",
        "required": "{name}: is required",
        "integer": "{name}: must be a whole number",
        "boolean": "{name}: must be true or false",
        "low": "{name}: must be from {low} to {high}",
        "high": "{name}: must be from {low} to {high}",
        "choices": "{name}: must be one of {choices}",
    },
    refusal=_refusal,
)
BODY = validation.Dialect(
    kinds={**JSON, "strings": _strings},
    words={
        "unknown": "{place}: unknown property",
        "required": "{place}: is required",
        "type": "{place}: must be of type {kind}",
        "item": "{place}: must hold strings",
        "longest": "{place}: longer than {longest}",
        "pattern": "{place}: does not match {pattern}",
        "choices": "{place}: must be one of {choices}",
    },
    refusal=_refusal,
    blank=True,
)
