"""How an operation is written down: its tokens, scopes, parameters, body, limits and the function that does it."""

import contextlib
import dataclasses
import datetime
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox import validation
from sandbox.state import State
from sandbox.validation import Mismatch, Param
from sandbox.x.problems import invalid

TokenKind = Literal["oauth2", "oauth1", "bearer"]
ID = r"[0-9]{1,19}"
USER_ID = ID
ACCEPTED: frozenset[TokenKind] = frozenset({"oauth2", "oauth1", "bearer"})
USERS: frozenset[TokenKind] = frozenset({"oauth2", "oauth1"})


@dataclasses.dataclass(frozen=True)
class Token:
    """Who calls. `user` is "" for an app-only token."""

    kind: TokenKind
    user: str
    app: str
    text: str
    scopes: frozenset[str]


@dataclasses.dataclass(frozen=True)
class Call(validation.Call):
    """`body` is the JSON object that came, checked."""

    token: Token
    body: Mapping[str, Any]

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
    body: Param | None = None
    form: bool = False  # the body may also come as a multipart form
    status: int = 200


def _time(param: Param, raw: str) -> int:
    with contextlib.suppress(ValueError):
        return int(datetime.datetime.strptime(raw, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.UTC).timestamp())
    with contextlib.suppress(ValueError):
        moment = datetime.datetime.fromisoformat(raw)
        if moment.tzinfo is not None:
            return int(moment.timestamp())
    raise Mismatch("time", param, raw)


def _array(param: Param, raw: str) -> list[str]:
    """One text with commas."""
    items = raw.split(",")
    if len(items) > (param.most or 1000) or (len(set(items)) != len(items) and param.choices):
        raise Mismatch("most", param, raw)
    return [validation.text(param, item) for item in items]


_VALUE = "The `{name}` query parameter value [{value}] "
QUERY = validation.Dialect(
    kinds={"string": validation.text, "integer": validation.small, "time": _time, "array": _array},
    words={
        "unknown": "The query parameter [{name}] is not one of [{choices}]",
        "required": "The `{name}` query parameter can not be empty",
        "integer": _VALUE + "is not an integer",
        "low": _VALUE + "is not between {low} and {high}",
        "high": _VALUE + "is not between {low} and {high}",
        "time": "Invalid time: [{value}]. It must be RFC 3339 date-time",
        "most": "The number of values in the `{name}` query parameter list is wrong",
        "choices": _VALUE + "is not one of [{choices}]",
        "pattern": _VALUE + "is not valid",
        "shortest": "The length of the `{name}` query parameter value is wrong",
        "longest": "The length of the `{name}` query parameter value is wrong",
    },
    refusal=lambda fault, words: invalid(fault.param.name, fault.value, words),
    blank=True,
    comma=",",
)
"""Of the query and the path."""
