"""How a method is written down: its tokens, parameters, own errors and the function that does it."""

import dataclasses
import json
import math
import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox.state import World
from sandbox.vk.errors import VkError

TokenKind = Literal["user", "group", "service"]
Kind = Literal["integer", "string", "boolean", "number", "integers", "strings", "json"]
BIGGEST = 2**63 - 1
INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
NUMBER = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,17})?", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Param:
    """One parameter. `low` and `high` bound numbers (or each item), `longest` bounds text or the list's length."""

    name: str
    kind: Kind
    required: bool = False
    low: int | None = None
    high: int | None = None
    longest: int | None = None
    choices: tuple[str, ...] = ()
    too_long: int = 100  # the error for a text over `longest`


@dataclasses.dataclass(frozen=True)
class Token:
    """Who calls: `holder` is the person's or the community's id, 0 for a service token."""

    kind: TokenKind
    holder: int
    text: str


@dataclasses.dataclass(frozen=True)
class Call:
    """A checked call: every given parameter has its type."""

    world: World
    token: Token
    args: Mapping[str, Any]

    @property
    def db(self) -> sqlite3.Connection:
        return self.world.db

    def integer(self, name: str, default: int = 0) -> int:
        return int(self.args.get(name, default))

    def text(self, name: str) -> str:
        return str(self.args.get(name, ""))


@dataclasses.dataclass(frozen=True)
class Method:
    name: str
    tokens: frozenset[TokenKind]
    params: tuple[Param, ...]
    run: Callable[[Call], object]
    errors: tuple[int, ...] = ()  # its own, besides the general ones


def tokens(*kinds: TokenKind) -> frozenset[TokenKind]:
    return frozenset(kinds)


COMMON = frozenset(
    {"access_token", "v", "lang", "test_mode", "captcha_sid", "captcha_key", "captcha_ts", "captcha_attempt"}
    | {"success_token", "device_id"}
)
"""Parameters that every method takes (captcha answers, language)."""


def read_args(method: Method, given: Mapping[str, str]) -> dict[str, Any]:
    """Check and convert what came in. VkError 100 for an unknown, missing or ill-typed parameter."""
    known = {param.name: param for param in method.params}
    for name in given:
        if name not in known and name not in COMMON:
            raise VkError(100, f"{name} is unknown")
    args: dict[str, Any] = {}
    for param in method.params:
        raw = given.get(param.name, "")
        if raw:
            args[param.name] = _convert(param, raw)
        elif param.required:
            raise VkError(100, f"{param.name} is undefined")
    return args


def _convert(param: Param, raw: str) -> Any:
    if param.kind in ("integers", "strings"):
        return _convert_list(param, [item.strip() for item in raw.split(",") if item.strip()])
    if param.kind == "integer":
        return _integer(param, raw)
    if param.kind == "boolean":
        return _boolean(param, raw)
    if param.kind == "number":
        return _number(param, raw)
    if param.kind == "json":
        _json(param, raw)
    return _text(param, raw)


def _convert_list(param: Param, items: list[str]) -> list[Any]:
    if param.longest is not None and len(items) > param.longest:
        raise VkError(100, f"{param.name} has too many items")
    if param.kind == "integers":
        return [_integer(param, item) for item in items]
    return items


def _integer(param: Param, raw: str) -> int:
    if not INTEGER.fullmatch(raw):
        raise VkError(100, f"{param.name} not integer")
    value = int(raw)
    if param.low is not None and value < param.low:
        raise VkError(100, f"{param.name} should be greater or equal to {param.low}")
    high = BIGGEST if param.high is None else param.high
    if value > high or value < -BIGGEST:
        raise VkError(100, f"{param.name} should be less or equal to {high}")
    if param.choices and raw not in param.choices:
        raise VkError(100, f"{param.name} should be one of {', '.join(param.choices)}")
    return value


def _boolean(param: Param, raw: str) -> bool:
    if raw.lower() not in ("0", "1", "true", "false"):
        raise VkError(100, f"{param.name} not boolean")
    return raw.lower() in ("1", "true")


def _number(param: Param, raw: str) -> float:
    if not NUMBER.fullmatch(raw) or not math.isfinite(float(raw)):
        raise VkError(100, f"{param.name} not number")
    return float(raw)


def _json(param: Param, raw: str) -> None:
    try:
        parsed = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise VkError(100, f"{param.name} is not JSON") from fault
    if not isinstance(parsed, dict):
        raise VkError(100, f"{param.name} must be an object")


def _text(param: Param, raw: str) -> str:
    if param.longest is not None and len(raw) > param.longest:
        raise VkError(param.too_long, f"{param.name} is too long")
    if param.choices and raw not in param.choices:
        raise VkError(100, f"{param.name} should be one of {', '.join(param.choices)}")
    return raw
