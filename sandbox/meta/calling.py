"""A call of the graph as everybody who answers it sees it: who asks, about which thing, with which values."""

import dataclasses
from typing import Any

from sandbox import validation


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
class Call(validation.Call):
    """`files` are uploaded bytes."""

    token: Token
    node: Node
    version: str
    files: tuple[bytes, ...] = ()
