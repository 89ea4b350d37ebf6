"""The rows of a sheet, one after the other, never more than a piece of them in memory. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from otklik.lib.cell import Cell, Fault, Number
from otklik.lib.xlsx import MOST_CELL, Package, WrongFile, parser, unescaped

MOST_COLUMNS = 1000
MOST_MERGED = 10_000
MOST_SPREAD = 5_000_000
"""Cells that get their value from a merged one: in a whole list merged column by column there are fewer."""
# Bounded at each step: a tag that never ends is looked through once, not anew from each of its words.
_MERGED = re.compile(
    rb"""<(?:\w{1,20}:)?mergeCell\s[^<>]{0,150}?ref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']"""
)
_ROW = re.compile(rb"<(?:\w+:)?row[\s>]")
_NUMBER = re.compile("[0-9]{1,7}")
_OVERLAP = 200

RawRow = tuple[int, dict[int, Cell]]
"""The number of the row in the sheet, from 1, and its cells by the number of the column, from 0."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One value over several cells: only the first of them holds it in the file."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(slots=True)
class Outline:
    """What a quick look at a sheet tells: about how many rows, and what is merged there."""

    rows: int = 0
    merged: list[Merged] = field(default_factory=list)


def outline(package: Package, part: str) -> Outline:
    """Merged cells stand behind the rows in the file, so that they have to be known before."""
    sheet_outline, tail = Outline(), b""
    for piece in package.chunks(part):
        body = tail + piece
        keep = max(len(body) - _OVERLAP, 0)
        for match in _MERGED.finditer(body):
            if match.end() > len(tail) and len(sheet_outline.merged) < MOST_MERGED:
                left, top, right, bottom = (part.decode() for part in match.groups())
                sheet_outline.merged.append(Merged(column_number(left), int(top), column_number(right), int(bottom)))
        sheet_outline.rows += sum(match.end() > len(tail) for match in _ROW.finditer(body))
        tail = body[keep:]
    return sheet_outline


def column_number(letters: str) -> int:
    """«A» is 0, «AA» is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def rows_of(package: Package, part: str, merged: list[Merged]) -> Iterator[RawRow]:
    """Rows with anything in them. Raises WrongFile."""
    reader, spread = _Rows(package), _Spread(merged)
    for piece in package.chunks(part):
        reader.feed(piece)
        yield from map(spread.over, reader.take())
    reader.feed(b"", last=True)
    yield from map(spread.over, reader.take())


class _Spread:
    """Gives the value of merged cells to each of them. The rows come from the top; of two that overlap, as no program
    makes them, the upper has the column."""

    def __init__(self, merged: list[Merged]) -> None:
        self._ahead = sorted(merged, key=lambda one: one.top, reverse=True)
        self._open: dict[int, tuple[int, Cell]] = {}
        self._left = MOST_SPREAD

    def over(self, row: RawRow) -> RawRow:
        number, cells = row
        while self._ahead and self._ahead[-1].top <= number:
            one = self._ahead.pop()
            if one.top == number and one.left in cells:
                for column in range(one.left, min(one.right, MOST_COLUMNS) + 1):
                    self._open.setdefault(column, (one.bottom, cells[one.left]))
        if self._open:
            self._open = {column: one for column, one in self._open.items() if one[0] >= number}
            self._left -= len(self._open)
            if self._left < 0:
                raise WrongFile("в листе слишком много объединённых ячеек: снимите объединение и сохраните снова")
            for column, (_bottom, cell) in self._open.items():
                cells.setdefault(column, cell)
        return number, cells


class _Rows:
    """Reads a sheet's XML as it comes."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._done: list[RawRow] = []
        self._row, self._next_row, self._cells = 0, 1, dict[int, Cell]()
        self._column, self._next_column, self._kind = 0, 0, ""
        self._parts: list[str] = []
        self._size, self._reads, self._spoken = 0, False, False
        self._tags: dict[str, str] = {}
        self._letters: dict[str, int] = {}
        self._parser = parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise WrongFile(f"файл повреждён: лист не читается дальше строки {self._row}") from error

    def take(self) -> list[RawRow]:
        """The rows that are whole by now."""
        done, self._done = self._done, []
        return done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._tags.get(tag) or self._tags.setdefault(tag, tag.rpartition("}")[2])
        if name == "c":
            self._kind = attributes.get("t", "n")
            self._column = self._column_of(attributes.get("r", ""))
            self._next_column = self._column + 1
            self._parts, self._size = [], 0
        elif name in ("v", "t"):
            self._reads = not self._spoken
        elif name == "row":
            row_ref = attributes.get("r", "")
            self._row = int(row_ref) if _NUMBER.fullmatch(row_ref) else self._next_row
            self._next_row, self._next_column, self._cells = self._row + 1, 0, {}
        elif name == "rPh":
            self._spoken = True

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if not letters:
            return self._next_column
        number = self._letters.get(letters)
        if number is None:
            plain = letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= 3
            number = self._letters[letters] = column_number(letters) if plain else MOST_COLUMNS
        return number

    def _text(self, text: str) -> None:
        if self._reads and self._size <= MOST_CELL:
            self._parts.append(text)
            self._size += len(text)

    def _end(self, tag: str) -> None:
        name = self._tags.get(tag, "")
        if name in ("v", "t"):
            self._reads = False
        elif name == "c":
            if self._parts and self._column < MOST_COLUMNS:
                self._put("".join(self._parts))
        elif name == "row":
            if self._cells:
                self._done.append((self._row, self._cells))
        elif name == "rPh":
            self._spoken = False

    def _put(self, raw_text: str) -> None:
        kind = self._kind
        if kind == "s":
            cell: Cell = self._package.text(raw_text.strip())
        elif kind in ("inlineStr", "str", "d"):
            cell = unescaped(raw_text)[: MOST_CELL + 1]
        elif kind == "b":
            cell = raw_text.strip() in ("1", "true")
        elif kind == "e":
            cell = Fault(raw_text.strip()[:40])
        else:
            cell = Number(raw_text.strip()[:40])
        if cell != "":
            self._cells[self._column] = cell
