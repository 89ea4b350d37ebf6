"""The folder where copies lie: their names, which one is the newest, and which have had their time.

Pure: no Django here.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

NAME = "otklik-"
_SCRATCH = ".otklik-scratch-"


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def named(folder: Path, beginning: str, at: datetime, ending: str = "") -> Path:
    """A name that is free, in the order of time."""
    numbers = ("", *(f"-{number}" for number in range(2, 1000)))
    wanted = (folder / f"{beginning}{stamp(at)}{number}.tar{ending}" for number in numbers)
    return next(path for path in wanted if not path.exists())


def newest(folder: Path) -> Path | None:
    """The newest copy in this folder, by its name."""
    return max(_copies(folder), key=lambda path: path.name, default=None)


def prune(folder: Path, keep: int) -> None:
    """The newest `keep` of the copies that we named stay; what was named by hand stays anyway."""
    for old in sorted(_copies(folder), key=lambda path: path.name)[:-keep]:
        old.unlink(missing_ok=True)


def _copies(folder: Path) -> list[Path]:
    return [*folder.glob(f"{NAME}*.tar"), *folder.glob(f"{NAME}*.tar.age")]


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A folder that is gone afterwards, on the disk whose room counts; those of processes that were killed go too."""
    for old in beside.glob(f"{_SCRATCH}*"):
        if not Path(f"/proc/{old.name.removeprefix(_SCRATCH).split('-')[0]}").exists():
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_SCRATCH}{os.getpid()}-", dir=beside) as folder:
        yield Path(folder)
