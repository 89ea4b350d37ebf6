"""Behaviours of a network that are not known for certain: both answers can be switched on."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox.state import get_setting, put_setting


class BadSwitch(ValueError):
    """Unknown switch or a value it does not take."""


def read(db: sqlite3.Connection, kind: str, name: str, allowed: Mapping[str, tuple[object, ...]]) -> Any:
    """The value of one switch of network `kind`."""
    return get_setting(db, f"switch:{kind}:{name}", allowed[name][0])


def put(db: sqlite3.Connection, kind: str, name: str, value: object, allowed: Mapping[str, tuple[object, ...]]) -> None:
    """Set a switch. BadSwitch if the name or the value is not in the network's table.

    A switch with a single value in the table takes any value of the same type as that default.
    """
    if name not in allowed:
        raise BadSwitch(f"unknown switch {name}")
    choices = allowed[name]
    fits = type(value) is type(choices[0]) if len(choices) == 1 else value in choices
    if not fits:
        raise BadSwitch(f"{name} takes {', '.join(map(repr, choices))}")
    put_setting(db, f"switch:{kind}:{name}", value)


def read_all(db: sqlite3.Connection, kind: str, allowed: Mapping[str, tuple[object, ...]]) -> dict[str, Any]:
    """All switches of a network by name."""
    return {name: read(db, kind, name, allowed) for name in allowed}
