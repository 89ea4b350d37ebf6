"""How a method is written down: its tokens, parameters, own errors and the function that does it."""

import dataclasses
import math
import re
from collections.abc import Callable
from typing import Literal

from sandbox import validation
from sandbox.validation import BIGGEST, Mismatch, Param
from sandbox.vk.errors import VkError

TokenKind = Literal["user", "group", "service"]
NUMBER = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,17})?", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Token:
    """Who calls: `holder` is the person's or the community's id, 0 for a service token."""

    kind: TokenKind
    holder: int
    text: str


@dataclasses.dataclass(frozen=True)
class Call(validation.Call):
    token: Token


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


def _integer(param: Param, raw: str) -> int:
    value = validation.bounded(param, validation.whole(param, raw), raw)
    if abs(value) > BIGGEST:
        raise Mismatch("biggest", param, raw)
    validation.text(param, raw)
    return value


def _number(param: Param, raw: str) -> float:
    if not NUMBER.fullmatch(raw) or not math.isfinite(float(raw)):
        raise Mismatch("number", param, raw)
    return float(raw)


def _json(param: Param, raw: str) -> str:
    validation.json_object(param, raw)
    return validation.text(param, raw)


def _list(of: validation.Kind) -> validation.Kind:
    def convert(param: Param, raw: str) -> list[object]:
        items = validation.items(raw)
        validation.counted(param, len(items), raw)
        return [of(param, item) for item in items]

    return convert


def _refusal(fault: Mismatch, words: str) -> VkError:
    return VkError((fault.param.too_long if fault.reason == "longest" else 0) or 100, words)


DIALECT = validation.Dialect(
    kinds={
        "integer": _integer,
        "string": validation.text,
        "boolean": validation.flag,
        "number": _number,
        "integers": _list(_integer),
        "strings": _list(validation.text),
        "json": _json,
    },
    words={
        "unknown": "{name} is unknown",
        "required": "{name} is undefined",
        "integer": "{name} not integer",
        "boolean": "{name} not boolean",
        "number": "{name} not number",
        "json": "{name} is not JSON",
        "object": "{name} must be an object",
        "low": "{name} should be greater or equal to {low}",
        "high": "{name} should be less or equal to {high}",
        "biggest": f"{{name}} should be less or equal to {BIGGEST}",
        "choices": "{name} should be one of {choices}",
        "longest": "{name} is too long",
        "most": "{name} has too many items",
    },
    refusal=_refusal,
)
