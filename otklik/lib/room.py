"""How much room is left on the disk. A disk that fills up stops everything at once, so it is told of early."""

import shutil
from dataclasses import dataclass
from pathlib import Path

LITTLE_SHARE = 0.10
LITTLE_BYTES = 2 * 1024**3
NONE_BYTES = 50 * 1024**2
"""Below this nothing new is stored for long: SQLite's log alone may need it."""


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of one file system: what an ordinary user may still write, and its whole size."""

    free: int
    total: int

    @property
    def little(self) -> bool:
        """Under a tenth or under two gigabytes: a person should see to it this week."""
        return self.free < self.total * LITTLE_SHARE or self.free < LITTLE_BYTES

    @property
    def none(self) -> bool:
        return self.free < NONE_BYTES


def room(folder: Path) -> Room:
    """The file system that the folder lies on. Raises OSError when there is no such folder."""
    usage = shutil.disk_usage(folder)
    return Room(usage.free, usage.total)


def room_or_none(folder: Path) -> Room | None:
    """The same for a page, which says so when the disk itself is gone."""
    try:
        return room(folder)
    except OSError:
        return None
