"""An export as it comes: finds its header, wherever it stands, and gives its rows by the names of columns. Pure."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from otklik.exchange.moving import columns as c
from otklik.exchange.moving.oddities import SHOWN, Odd
from otklik.lib.cell import Cell, text_of
from otklik.lib.xlsx import MOST_CELL, Package, WrongFile
from otklik.lib.xlsx_rows import Merged, RawRow, outline, rows_of

HEADER_WITHIN = 30
"""Rows in which the header is looked for: above it stand titles."""
ENOUGH = 5
"""Known names that make a row a header."""


@dataclass(slots=True)
class NamedRow:
    """A row by the names of its columns. `odd` is what the reading itself has noticed."""

    number: int
    cells: dict[str, Cell]
    odd: list[Odd] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Header:
    """`names` by the number of the column. `missing` are names that no column has, `twice` those that two have: the
    first of them is read, the other is kept as an unknown column."""

    sheet: str
    part: str
    row: int
    names: dict[int, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]


class Export:
    """An open export. `about` is how many rows it has, more or less."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.from_1904 = package.from_1904
        package.read_strings()
        self.header = _header(package)
        sheet_outline = outline(package, self.header.part)
        self._merged: list[Merged] = sheet_outline.merged
        self.merged = len(sheet_outline.merged)
        self.about = max(sheet_outline.rows - self.header.row, 0)

    def rows(self) -> Iterator[NamedRow]:
        """Below the header. Raises WrongFile where the file breaks off."""
        for number, cells in rows_of(self._package, self.header.part, self._merged):
            if number > self.header.row:
                yield _named_row(number, cells, self.header.names)


@contextmanager
def opened(path: Path) -> Iterator[Export]:
    """Raises WrongFile for what is no export, OSError for what cannot be read."""
    package = Package(path)
    try:
        yield Export(package)
    finally:
        package.close()


def _named_row(number: int, cells: dict[int, Cell], names: dict[int, str]) -> NamedRow:
    export_row = NamedRow(number, {})
    for at, cell in cells.items():
        name = names.get(at)
        if name is None:
            continue
        if isinstance(cell, str) and len(cell) > MOST_CELL:
            cell = cell[:MOST_CELL]
            export_row.odd.append(Odd("too_long", name, " ".join(cell[:SHOWN].split())))
        export_row.cells[name] = cell
    return export_row


def _header(package: Package) -> Header:
    best: tuple[int, str, str, RawRow] | None = None
    for title, part in package.sheets:
        for at, row in enumerate(rows_of(package, part, [])):
            if at >= HEADER_WITHIN:
                break
            known = sum(bool(c.name_of(text_of(cell))) for cell in row[1].values())
            if known >= ENOUGH and (best is None or known > best[0]):
                best = (known, title, part, row)
    if best is None:
        raise WrongFile("в файле нет заголовка выгрузки «Инцидент Менеджмента»: не найдено и пяти знакомых столбцов")
    return _read(*best[1:])


def _read(sheet: str, part: str, row: RawRow) -> Header:
    names: dict[int, str] = {}
    twice: list[str] = []
    unknown: list[str] = []
    taken: set[str] = set()
    for at, cell in sorted(row[1].items()):
        title = text_of(cell)
        name = c.name_of(title) or " ".join(title.split())[:120]
        if not name:
            continue
        if name in taken:
            twice.append(name)
            name = _free(name, taken)
        elif name not in c.COLUMNS:
            unknown.append(name)
        taken.add(name)
        names[at] = name
    missing = tuple(name for name in c.COLUMNS if name not in taken)
    if lost := [name for name in c.NEEDED if name in missing]:
        raise WrongFile(f"в заголовке (строка {row[0]}) нет обязательных столбцов: {', '.join(lost)}")
    return Header(sheet, part, row[0], names, missing, tuple(unknown), tuple(twice))


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
