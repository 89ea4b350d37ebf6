"""Where the wire of a network differs from what it has published: the only differences the tests let pass."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

Change = Literal["optional", "extra", "differs", "negative", "renamed", "loose", "named", "other", "stricter"]


@dataclasses.dataclass(frozen=True)
class Erratum:
    """`path` says where, in the network's own way; `reason` and `source` must be told.

    `change`: optional (the publication requires it, the wire may lack it), extra (the wire has it, the publication does
    not; `shape` is its JSON schema), differs or other (it is something else, see the reason), negative (it knows no
    owner below zero, on the wire communities are), renamed (the wire says `wire`), loose (a rule does not hold), named
    (a problem type that is not listed), stricter (this emulator refuses more than the real server).
    """

    path: str
    change: Change
    reason: str
    source: str
    shape: Mapping[str, Any] | None = None
    wire: str = ""
