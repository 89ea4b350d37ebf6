"""Every text that a network holds, one after the other: what somebody compares with who has read all of it.

A network keeps its texts on shelves, one for each of its tables. They are gone through in order, each from the lowest
of its running numbers, so that a listing of any length needs no more than a mark to go on from.
"""

import dataclasses
import sqlite3
from collections.abc import Callable, Sequence

from sandbox.acts import Item
from sandbox.state import World


@dataclasses.dataclass(frozen=True)
class Readable:
    """One text and who can read it. `places` are ids: of the place itself, as `Acts` takes it, and of the bots that
    hear it there. `dialogue` is the address of a private one, "" for public words; `network` tells the networks of one
    emulator apart, "" where it has but one."""

    item: Item
    places: tuple[str, ...]
    dialogue: str = ""
    network: str = ""


@dataclasses.dataclass(frozen=True)
class Shelf:
    """`query` takes a running number and how many; its rows are those behind it, by their column `number`."""

    query: str
    readable: Callable[[World, sqlite3.Row], Readable]


def page(world: World, shelves: Sequence[Shelf], after: str, most: int) -> tuple[list[Readable], str]:
    """The next texts behind the mark ("" at first), and the mark to go on from: the same when nothing is left.

    ValueError for what is no mark.
    """
    shelf, _, behind = (after or "0.0").partition(".")
    place, number, texts = int(shelf), int(behind), list[Readable]()
    while place < len(shelves) and len(texts) < most:
        rows = world.db.execute(shelves[place].query, (number, most - len(texts))).fetchall()
        texts += [shelves[place].readable(world, row) for row in rows]
        if rows:
            number = int(rows[-1]["number"])
        elif place + 1 == len(shelves):
            break
        else:
            place, number = place + 1, 0
    return texts, f"{place}.{number}"
