"""Reads that lag: what an office has just answered is not in the lists yet, as where a network reads from copies of
itself. Whoever looks for his own answer then does not find it, though it stands there.
"""

import dataclasses
import json
from collections import defaultdict
from typing import Any

from django.http import HttpResponse

from sandbox import faults
from sandbox.registry import NETWORKS
from sandbox.state import State, World, first_number

PIECE = 1000
KEPT = 3600  # seconds that an answer is remembered beyond what was asked for


@dataclasses.dataclass
class _Known:
    """What was read of a network's shelves so far: each is gone through once, not at every call."""

    marks: defaultdict[int, int] = dataclasses.field(default_factory=lambda: defaultdict(int))
    answers: list[tuple[int, str]] = dataclasses.field(default_factory=list)


_read: dict[tuple[str, int], _Known] = {}  # by network and by the state's own first number: a reset begins anew


def hide(state: State, network: str, method: str, response: HttpResponse) -> None:
    """Take what is too fresh out of the answer's lists, if such a fault is planned; used up where something was."""
    with state.write() as world:
        row = faults.waiting(world.db, network, method, {faults.LAG})
        fresh = _fresh(world, network, world.now - row["seconds"]) if row else frozenset()
        if row is None or not fresh:
            return
        try:
            body = json.loads(response.content)
        except ValueError:
            return
        left = _without(body, fresh)
        if left != body:
            response.content = json.dumps(left, ensure_ascii=False).encode()
            faults.use_up(world.db, row)


def _fresh(world: World, network: str, since: float) -> frozenset[str]:
    """The words that offices have answered since then."""
    known = _read.setdefault((network, first_number(world.db)), _Known())
    for number, shelf in enumerate(next(one.shelves for one in NETWORKS if one.kind == network)):
        while rows := world.db.execute(shelf.query, (known.marks[number], PIECE)).fetchall():
            known.marks[number] = int(rows[-1]["number"])
            items = [shelf.readable(world, row).item for row in rows]
            known.answers += [(item.at, item.text) for item in items if item.official and item.parent and item.text]
    known.answers = [(at, text) for at, text in known.answers if at > since - KEPT]
    return frozenset(text for at, text in known.answers if at > since)


def _without(value: Any, fresh: frozenset[str]) -> Any:
    """The same JSON without those objects of its lists that say one of these words."""
    if isinstance(value, dict):
        return {name: _without(each, fresh) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, fresh) for each in value if not (isinstance(each, dict) and _says(each, fresh))]
    return value


def _says(value: Any, fresh: frozenset[str]) -> bool:
    """Whether the object itself says them; what stands in its own lists is judged there."""
    if isinstance(value, dict):
        return any(_says(each, fresh) for each in value.values())
    return isinstance(value, str) and any(words in value for words in fresh)
