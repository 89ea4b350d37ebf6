"""How an operation is written down: its tokens, scopes, parameters, body, limits and the function that does it."""

import dataclasses
import datetime
import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox.state import State, World
from sandbox.x.problems import invalid

TokenKind = Literal["oauth2", "oauth1", "bearer"]
ID = r"[0-9]{1,19}"
USER_ID = ID
ACCEPTED: frozenset[TokenKind] = frozenset({"oauth2", "oauth1", "bearer"})
USERS: frozenset[TokenKind] = frozenset({"oauth2", "oauth1"})


@dataclasses.dataclass(frozen=True)
class Param:
    """One parameter of the query or the path. A list is one text with commas; `most` bounds its items."""

    name: str
    kind: Literal["text", "integer", "time", "list"]
    required: bool = False
    low: int | None = None
    high: int | None = None
    shortest: int | None = None
    longest: int | None = None
    most: int | None = None
    pattern: str = ""
    choices: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()  # further choices that the published schema does not list, see errata.py
    path: bool = False


@dataclasses.dataclass(frozen=True)
class Field:
    """One value of a JSON body. `inside` are an object's fields, or {"": the item's} for a list."""

    kind: Literal["text", "boolean", "integer", "object", "list"]
    required: bool = False
    pattern: str = ""
    choices: tuple[str, ...] = ()
    shortest: int | None = None
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    closed: bool = True
    inside: Mapping[str, "Field"] = dataclasses.field(default_factory=dict)
    one_of: tuple[str, ...] = ()  # at least one of these must be there


@dataclasses.dataclass(frozen=True)
class Token:
    """Who calls. `user` is "" for an app-only token."""

    kind: TokenKind
    user: str
    app: str
    text: str
    scopes: frozenset[str]


@dataclasses.dataclass(frozen=True)
class Call:
    """A checked call: every given parameter has its type. `body` is the JSON object that came."""

    world: World
    token: Token
    args: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def db(self) -> sqlite3.Connection:
        return self.world.db

    def text(self, name: str) -> str:
        return str(self.args.get(name, ""))

    def integer(self, name: str, default: int) -> int:
        return int(self.args.get(name, default))

    def items(self, name: str) -> list[str]:
        return list(self.args.get(name, ()))


@dataclasses.dataclass(frozen=True)
class Operation:
    """`outside` runs after the checks without an open transaction, since it calls somebody else's server."""

    name: str
    verb: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    tokens: frozenset[TokenKind]
    scopes: tuple[str, ...]
    params: tuple[Param, ...]
    limits: tuple[int, int]  # calls in fifteen minutes of an app and of a user; 0 = not told
    run: Callable[[Call], Mapping[str, Any]] | None = None
    outside: Callable[[State, Call], Mapping[str, Any]] | None = None
    body: Field | None = None
    form: bool = False  # the body may also come as a multipart form
    status: int = 200


def read_args(params: tuple[Param, ...], given: Mapping[str, str]) -> dict[str, Any]:
    """Check and convert what came in the query and the path. Problem 400 for anything that cannot be."""
    known = {param.name: param for param in params}
    for name, value in given.items():
        if name not in known:
            raise invalid(name, value, f"The query parameter [{name}] is not one of [{','.join(known)}]")
    args: dict[str, Any] = {}
    for param in params:
        if param.name in given:
            args[param.name] = _converted(param, given[param.name])
        elif param.required:
            raise invalid(param.name, "", f"The `{param.name}` query parameter can not be empty")
    return args


def _converted(param: Param, raw: str) -> Any:
    if param.kind == "integer":
        return _integer(param, raw)
    if param.kind == "time":
        return _time(param, raw)
    if param.kind == "list":
        return _list(param, raw)
    return _text(param, raw)


def _integer(param: Param, raw: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", raw, re.ASCII):
        raise invalid(param.name, raw, f"The `{param.name}` query parameter value [{raw[:60]}] is not an integer")
    value = int(raw)
    if (param.low is not None and value < param.low) or (param.high is not None and value > param.high):
        between = f"is not between {param.low} and {param.high}"
        raise invalid(param.name, raw, f"The `{param.name}` query parameter value [{raw}] {between}")
    return value


def _time(param: Param, raw: str) -> int:
    try:
        return int(datetime.datetime.strptime(raw, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.UTC).timestamp())
    except ValueError:
        pass
    try:
        found = datetime.datetime.fromisoformat(raw)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise invalid(param.name, raw, f"Invalid time: [{raw[:60]}]. It must be RFC 3339 date-time")
    return int(found.timestamp())


def _list(param: Param, raw: str) -> list[str]:
    items = raw.split(",")
    if len(items) > (param.most or 1000) or (len(set(items)) != len(items) and param.choices):
        raise invalid(param.name, raw, f"The number of values in the `{param.name}` query parameter list is wrong")
    return [_text(param, item) for item in items]


def _text(param: Param, raw: str) -> str:
    allowed = (*param.choices, *param.beside)
    if allowed and raw not in allowed:
        told = ",".join(param.choices)
        raise invalid(param.name, raw, f"The `{param.name}` query parameter value [{raw[:60]}] is not one of [{told}]")
    if param.pattern and not re.fullmatch(param.pattern, raw, re.ASCII):
        raise invalid(param.name, raw, f"The `{param.name}` query parameter value [{raw[:60]}] is not valid")
    if len(raw) < (param.shortest or 0) or (param.longest is not None and len(raw) > param.longest):
        raise invalid(param.name, raw, f"The length of the `{param.name}` query parameter value is wrong")
    return raw
