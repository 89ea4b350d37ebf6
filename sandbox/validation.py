"""How a parameter of a network's call is declared, and the one check of what came with a call.

Each network has its dialect: how a value of a kind is written there, and how a refusal reads.
"""

import contextlib
import dataclasses
import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sandbox.state import World

BIGGEST = 2**63 - 1
_TYPES: Mapping[str, type] = {"string": str, "boolean": bool, "integer": int, "object": dict, "array": list}
_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclasses.dataclass(frozen=True)
class Param:
    """One parameter of a query or a form, or one value of a JSON body.

    `low` and `high` bound a number, `shortest` and `longest` a text, `least` and `most` the number of a list's items;
    bounds of numbers and texts, `pattern` and `choices` hold for every item. `fields` are those of an object, `item`
    what an array holds.
    """

    name: str
    kind: str = "string"
    required: bool = False
    low: int | None = None
    high: int | None = None
    shortest: int | None = None
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    choices: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()  # further choices, which a refusal does not name
    nullable: bool = False
    too_long: int = 0  # the number of the refusal of a text over `longest`, where it has its own
    fields: tuple["Param", ...] = ()
    closed: bool = True  # no other fields than these
    one_of: tuple[str, ...] = ()  # at least one of these fields must be there
    item: "Param | None" = None


class Mismatch(Exception):
    """`value` is not what `param` takes.

    `reason` is "unknown", "required", "type", "unicode", a kind, or the attribute of Param that does not hold.
    """

    def __init__(self, reason: str, param: Param, value: object = "", where: str = "") -> None:
        super().__init__(reason, param.name)
        self.reason = reason
        self.param = param
        self.value = value
        self.where = where

    @property
    def place(self) -> str:
        """Of the value in a JSON body: "reply.ids[2]"."""
        return self.where.removeprefix(".")


Kind = Callable[[Param, Any], Any]
"""One value as the call gets it. Mismatch for a value that cannot be."""


@dataclasses.dataclass(frozen=True)
class Dialect:
    """`words` are refusals by their reason; `refusal` makes the network's own of them. `blank`: "" is a value."""

    kinds: Mapping[str, Kind]
    words: Mapping[str, str]
    refusal: Callable[[Mismatch, str], Exception]
    blank: bool = False
    comma: str = ", "

    def read(self, params: tuple[Param, ...], came: Mapping[str, Any], common: Collection[str] = ()) -> dict[str, Any]:
        """The parameters by name, each with its type. The network's refusal of an unknown, missing or wrong one."""
        try:
            return _read(self.kinds, params, came, common, blank=self.blank)
        except Mismatch as fault:
            raise self.refusal(fault, self._words(fault)) from fault

    def _words(self, fault: Mismatch) -> str:
        listed = {name: self.comma.join(getattr(fault.param, name)) for name in ("choices", "one_of")}
        listed |= {"value": str(fault.value)[:60], "came": _NAMES.get(type(fault.value), "number")}
        return self.words[fault.reason].format(**vars(fault.param) | listed, place=fault.place)


def _read(
    kinds: Mapping[str, Kind],
    params: tuple[Param, ...],
    came: Mapping[str, Any],
    common: Collection[str],
    *,
    blank: bool,
) -> dict[str, Any]:
    known = {param.name: param for param in params}
    for name, value in came.items():
        if name not in known and name not in common:
            raise Mismatch("unknown", Param(name, choices=tuple(known)), value, f".{name}")
    args: dict[str, Any] = {}
    for param in params:
        value = came.get(param.name, "")
        if param.name in came and (value != "" or blank) and (value is not None or not param.nullable):
            with _within(f".{param.name}"):
                args[param.name] = kinds[param.kind](param, value)
        elif param.required:
            raise Mismatch("required", param, where=f".{param.name}")
    return args


@contextlib.contextmanager
def _within(place: str) -> Iterator[None]:
    try:
        yield
    except Mismatch as fault:
        fault.where = place + fault.where
        raise


def whole(param: Param, raw: str, digits: int = 19) -> int:
    if not re.fullmatch(rf"-?[0-9]{{1,{digits}}}", raw, re.ASCII):
        raise Mismatch("integer", param, raw)
    return int(raw)


def bounded(param: Param, value: int, raw: object) -> int:
    if param.low is not None and value < param.low:
        raise Mismatch("low", param, raw)
    if param.high is not None and value > param.high:
        raise Mismatch("high", param, raw)
    return value


def small(param: Param, raw: str) -> int:
    """A number of up to 18 digits, which fits in 64 bits."""
    return bounded(param, whole(param, raw, 18), raw)


def flag(param: Param, raw: str) -> bool:
    if raw.lower() not in ("0", "1", "true", "false"):
        raise Mismatch("boolean", param, raw)
    return raw.lower() in ("1", "true")


def text(param: Param, raw: str) -> str:
    if (param.choices or param.beside) and raw not in (*param.choices, *param.beside):
        raise Mismatch("choices", param, raw)
    if param.pattern and not re.fullmatch(param.pattern, raw, re.ASCII):
        raise Mismatch("pattern", param, raw)
    if param.shortest is not None and len(raw) < param.shortest:
        raise Mismatch("shortest", param, raw)
    if param.longest is not None and len(raw) > param.longest:
        raise Mismatch("longest", param, raw)
    return raw


def items(raw: str) -> list[str]:
    """What stands between commas."""
    return [item.strip() for item in raw.split(",") if item.strip()]


def counted(param: Param, number: int, value: object) -> None:
    if number < (param.least or 0):
        raise Mismatch("least", param, value)
    if param.most is not None and number > param.most:
        raise Mismatch("most", param, value)


def json_object(param: Param, raw: str) -> dict[str, Any]:
    try:
        parsed = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise Mismatch("json", param, raw) from fault
    if not isinstance(parsed, dict):
        raise Mismatch("object", param, raw)
    return parsed


def json_value(param: Param, value: Any) -> Any:
    """A value of a JSON body, which is already what it is."""
    if not isinstance(value, _TYPES[param.kind]) or (param.kind == "integer" and isinstance(value, bool)):
        raise Mismatch("type", param, value)
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise Mismatch("unicode", param)
        text(param, value)
    elif isinstance(value, list):
        counted(param, len(value), len(value))
        for at, item in enumerate(value if param.item else ()):
            with _within(f"[{at}]"):
                json_value(param.item or param, item)
    elif isinstance(value, dict):
        _read(JSON, param.fields, value, () if param.closed else value, blank=True)
        if param.one_of and not set(param.one_of) & set(value):
            raise Mismatch("one_of", param)
    elif isinstance(value, int):
        bounded(param, value, value)
    return value


JSON: Mapping[str, Kind] = dict.fromkeys(_TYPES, json_value)


@dataclasses.dataclass(frozen=True)
class Call:
    """A checked call: every parameter that came has its type."""

    world: World
    args: Mapping[str, Any]

    @property
    def db(self) -> sqlite3.Connection:
        return self.world.db

    def text(self, name: str, default: str = "") -> str:
        return str(self.args.get(name, default))

    def integer(self, name: str, default: int = 0) -> int:
        return int(self.args.get(name, default))
