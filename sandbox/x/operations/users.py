"""Who is who."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.validation import Param
from sandbox.x import people, shapes
from sandbox.x.listing import TEXTS_OF_USER, wanted_of
from sandbox.x.operations.posts_read import READ
from sandbox.x.problems import missing
from sandbox.x.spec import ACCEPTED, USER_ID, USERS, Call, Operation

_NAME = r"[A-Za-z0-9_]{1,15}"


def _one(call: Call, row: sqlite3.Row | None, parameter: str, asked: str) -> Mapping[str, Any]:
    if row is None:
        return {"errors": [missing(parameter, asked, "user")]}
    return shapes.spelled(call.world, {"data": shapes.user(row, wanted_of(call))})


def _many(call: Call, lookups: Iterable[tuple[str, sqlite3.Row | None]], parameter: str) -> Mapping[str, Any]:
    there, errors = [], []
    for asked, row in lookups:
        if row is None:
            errors.append(missing(parameter, asked, "user"))
        else:
            there.append(shapes.user(row, wanted_of(call)))
    body: dict[str, Any] = ({"data": there} if there else {}) | ({"errors": errors} if errors else {})
    return shapes.spelled(call.world, body)


def _me(call: Call) -> Mapping[str, Any]:
    return _one(call, people.user(call.world, call.token.user), "id", call.token.user)


def _by_id(call: Call) -> Mapping[str, Any]:
    return _one(call, people.user(call.world, call.text("id")), "id", call.text("id"))


def _by_name(call: Call) -> Mapping[str, Any]:
    return _one(call, people.named(call.world, call.text("username")), "username", call.text("username"))


def _by_ids(call: Call) -> Mapping[str, Any]:
    return _many(call, ((each, people.user(call.world, each)) for each in call.items("ids")), "ids")


def _by_names(call: Call) -> Mapping[str, Any]:
    asked = call.items("usernames")
    return _many(call, ((each, people.named(call.world, each)) for each in asked), "usernames")


def _path(name: str, pattern: str) -> Param:
    return Param(name, required=True, pattern=pattern)


OPERATIONS = (
    Operation("getUsersMe", "GET", "/2/users/me", USERS, READ, TEXTS_OF_USER, (0, 75), _me),
    Operation(
        "getUsersByIds",
        "GET",
        "/2/users",
        ACCEPTED,
        READ,
        (Param("ids", "array", required=True, pattern=USER_ID, most=100), *TEXTS_OF_USER),
        (300, 900),
        _by_ids,
    ),
    Operation(
        "getUsersByUsernames",
        "GET",
        "/2/users/by",
        ACCEPTED,
        READ,
        (Param("usernames", "array", required=True, pattern=_NAME, most=100), *TEXTS_OF_USER),
        (300, 900),
        _by_names,
    ),
    Operation(
        "getUsersByUsername",
        "GET",
        "/2/users/by/username/{username}",
        ACCEPTED,
        READ,
        (_path("username", _NAME), *TEXTS_OF_USER),
        (300, 900),
        _by_name,
    ),
    Operation(
        "getUsersById",
        "GET",
        "/2/users/{id}",
        ACCEPTED,
        READ,
        (_path("id", USER_ID), *TEXTS_OF_USER),
        (300, 900),
        _by_id,
    ),
)
