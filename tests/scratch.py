"""Where a run of the tests keeps what it makes: in memory where there is room, where a commit waits for no disk."""

import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 2_000_000_000  # bytes; two workers with their databases, copies and browsers take about a quarter of it


def folder() -> Path:
    """A new folder that the caller removes."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    return Path(tempfile.mkdtemp(prefix="otklik-test-", dir=MEMORY if roomy else None))
