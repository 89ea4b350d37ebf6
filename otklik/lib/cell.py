"""What stands in a cell of a spreadsheet. Pure.

A cell is a str (as lib.text.clean leaves it), a Number (whatever its format: the column says whether it is a day, a
duration or a count), a Fault such as #N/A, or nothing.
"""

import math
from dataclasses import dataclass

NOTHING = ("", "-", "–", "—")


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its digits as the file has them."""

    digits: str

    @property
    def value(self) -> float:
        """NaN for what is no number after all."""
        try:
            number = float(self.digits)
        except ValueError:
            return math.nan
        return number if math.isfinite(number) else math.nan


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of a formula: «#N/A»."""

    code: str


Cell = str | Number | Fault | bool


def text_of(cell: Cell | None) -> str:
    """The text as people wrote it: without the apostrophe in front; «-» alone is nothing."""
    if cell is None or isinstance(cell, Fault):
        return ""
    if isinstance(cell, bool):
        return "Да" if cell else "Нет"
    if isinstance(cell, Number):
        value = cell.value
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else cell.digits
    text = cell.strip().removeprefix("'").strip()
    return "" if text in NOTHING else text
