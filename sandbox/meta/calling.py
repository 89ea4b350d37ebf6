"""A call of the graph as everybody who answers it sees it: who asks, about which thing, with which values."""

import dataclasses
import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox.state import World


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    holder: str
    rights: frozenset[str]
    text: str


@dataclasses.dataclass(frozen=True)
class Node:
    """A thing of the graph. `place` is the Page or account to which it belongs, "" = to none."""

    type: str
    id: str
    row: Any
    place: str = ""


@dataclasses.dataclass(frozen=True)
class Call:
    """A checked call: every given parameter has its type. `files` are uploaded bytes."""

    world: World
    token: Token
    node: Node
    version: str
    args: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    files: tuple[bytes, ...] = ()

    @property
    def db(self) -> sqlite3.Connection:
        return self.world.db

    def text(self, name: str) -> str:
        return str(self.args.get(name, ""))
