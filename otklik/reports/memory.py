"""Folded months that this process has unpacked, the latest used first to stay. Threads may ask at once."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

from otklik.reports.columns import Columns, size_of


class Memory:
    """By mark, up to so many bytes; what was used longest ago goes first. A mark never means anything else, so nothing
    here is ever old: it is only not asked for any more."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Columns] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, mark: str) -> Columns | None:
        with self._lock:
            if mark in self._kept:
                self._kept.move_to_end(mark)
            return self._kept.get(mark)

    def marks(self) -> list[str]:
        """Of all that is held."""
        with self._lock:
            return list(self._kept)

    def put(self, some: Mapping[str, Columns], most: int) -> None:
        """`most` is how many bytes there may be afterwards."""
        with self._lock:
            for mark, columns in some.items():
                if mark not in self._kept:
                    self._kept[mark] = columns
                    self._bytes += size_of(columns)
            while self._kept and self._bytes > most:
                _mark, gone = self._kept.popitem(last=False)
                self._bytes -= size_of(gone)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    @property
    def size(self) -> int:
        """Bytes held now."""
        return self._bytes


UNPACKED = Memory()
