"""How a row is kept so that its cells come out again as they went in, without a second copy of anybody's words. Pure.

A text that stands in a table of ours is kept as what stood around it in the cell: {"t": [before, behind]}.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from otklik.exchange.moving import columns as c
from otklik.exchange.moving.cells import kept, unkept
from otklik.lib.cell import Cell, text_of

ELSEWHERE = (*c.TEXTS, c.AUTHOR_URL)
ANSWERS = "#answers"
"""Under this name: column → which of the card's answers has its text."""


def keep(cells: Mapping[str, Cell], answers: Mapping[str, int]) -> dict[str, Any]:
    """As JSON."""
    stored_cells = {name: _text(cell) if name in ELSEWHERE else kept(cell) for name, cell in cells.items()}
    return {**stored_cells, ANSWERS: dict(answers)} if answers else stored_cells


def _text(cell: Cell) -> Any:
    if not isinstance(cell, str):
        return kept(cell)
    whole, bare = cell, text_of(cell)
    if not bare:
        return whole
    at = whole.index(bare)
    return {"t": [whole[:at], whole[at + len(bare) :]]}


def again(stored_cells: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Cell]:
    """The cells of the 47 columns; `texts` are those that stand in our own tables, by their columns."""
    cells: dict[str, Cell] = {}
    for name in c.COLUMNS:
        if name not in stored_cells:
            continue
        around = stored_cells[name].get("t") if isinstance(stored_cells[name], dict) else None
        if isinstance(around, list) and len(around) == 2:
            text = texts.get(name, "")
            cell: Cell | None = f"{around[0]}{text}{around[1]}" if text else ""
        else:
            cell = unkept(stored_cells[name])
        if cell is not None:
            cells[name] = cell
    return cells


def digest_of(cells: Mapping[str, Cell]) -> str:
    """The same for the same cells, in whatever order their columns stand."""
    cells_json = json.dumps({name: kept(cell) for name, cell in cells.items()}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(cells_json.encode()).hexdigest()
