"""Cards as columns of small whole numbers, and the bytes that a month of them is kept as. Pure.

A column is an array with one place a card. Moments are seconds from 1970 (UTC), lengths are seconds after `started`,
ids are those of the tables, 0 is none; words are codes of this process (`code`), 0 is "".
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Columns = Mapping[str, Column]

NEVER = -(1 << 31)
"""In a column of lengths: it has not happened."""

# Without unsigned numbers of four bytes: together with signed ones they would make eight.
_WIDTHS = (np.uint8, np.uint16, np.int32, np.int64)
_ALIGNED = 8

_codes: dict[str, int] = {"": 0}
_words: list[str] = [""]
_lock = Lock()


def code(word: str) -> int:
    """The number of a word in this process, the same in every column. There are at most 256 of them: states, kinds,
    networks; never what somebody has typed. Raises OverflowError for one more."""
    known = _codes.get(word)
    if known is not None:
        return known
    with _lock:
        if word not in _codes:
            if len(_words) > 255:
                raise OverflowError(f"there are too many words for one byte: {word!r}")
            _words.append(word)
            _codes[word] = len(_words) - 1
    return _codes[word]


def word(number: int) -> str:
    """The word of a code."""
    return _words[number]


def words_column(words: Iterable[str]) -> Column:
    return np.fromiter(map(code, words), np.uint8)


def narrow(values: Column) -> Column:
    """The same numbers, as narrow as they allow."""
    if not values.size:
        return values.astype(np.uint8)
    low, high = int(values.min()), int(values.max())
    for width in _WIDTHS:
        if np.iinfo(width).min <= low and high <= np.iinfo(width).max:
            return values.astype(width, copy=False)
    raise OverflowError(f"no whole number of eight bytes holds {low}…{high}")


def capped(ids: Column, most: int) -> Column:
    """The ids, none above `most`: of what is newer than a table its last place speaks, which holds none. A column may
    be too narrow for that number, and then none of it is above."""
    return ids if most >= np.iinfo(ids.dtype).max else np.minimum(ids, most)


def size_of(columns: Columns) -> int:
    """Bytes in memory."""
    return sum(column.nbytes for column in columns.values())


def rows_in(columns: Columns) -> int:
    return next((len(column) for column in columns.values()), 0)


def pack(columns: Columns, worded: Sequence[str]) -> bytes:
    """One line that says what follows, then each column as it lies in memory, the widest first so that all lie
    aligned. The columns named in `worded` are kept with their words: codes are this process's alone."""
    column_specs, bodies = [], []
    for name in sorted(columns, key=lambda one: (-columns[one].dtype.itemsize, one)):
        column = np.ascontiguousarray(columns[name])
        words: list[str] = []
        if name in worded:
            present, column = np.unique(column, return_inverse=True)
            by_word = sorted(range(len(present)), key=lambda at: word(int(present[at])))
            words = [word(int(present[at])) for at in by_word]
            places = np.empty(max(len(by_word), 1), np.uint8)
            places[by_word] = np.arange(len(by_word), dtype=np.uint8)
            column = places[column]
        column_specs.append([name, column.dtype.str, words])
        bodies.append(column.tobytes())
    head = json.dumps({"rows": rows_in(columns), "columns": column_specs}, ensure_ascii=False).encode()
    head += b" " * (-(len(head) + 1) % _ALIGNED) + b"\n"
    return head + b"".join(bodies)


def unpack(kept: bytes) -> dict[str, Column]:
    """What was packed; the columns of numbers are views into `kept` and cannot be written to.

    Raises ValueError for bytes that are no such thing.
    """
    end = kept.index(b"\n") + 1
    head = json.loads(kept[:end])
    rows, columns = head["rows"], {}
    for name, kind, words in head["columns"]:
        column = np.frombuffer(kept, dtype=np.dtype(kind), count=rows, offset=end)
        end += column.nbytes
        columns[name] = words_column(words)[column] if words else column
    return columns
