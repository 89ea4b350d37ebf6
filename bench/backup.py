"""What a copy costs: `python -m bench.backup [--cards 100000] [--database sqlite]`.

A copy is made while somebody writes to the journal every twentieth of a second, as the product does; then it is
checked, loaded into a scratch database and compared. Figures: seconds, megabytes, how long a write took before and
meanwhile.
The cards are copies of one block, and so is their journal: its chain is not asked for.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.beside import Writer
from bench.desk.database import database

BEFORE = 5.0  # seconds of writing without a copy, to compare with


def main(words: Sequence[str] | None = None) -> int:
    """Prints the table; ends in an error when what was loaded is not what was copied."""
    parser = argparse.ArgumentParser("python -m bench.backup", description=__doc__)
    parser.add_argument("--cards", type=int, default=100_000, help="how many cards (default 100000)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    args = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="otklik-bench-"))
    try:
        with database(args.database, folder, again=False, keep=False, name="otklik_bench_backup"):
            return _run(args.cards)
    finally:
        shutil.rmtree(folder)


def _run(cards: int) -> int:
    from django.conf import settings

    from bench.desk import block, multiply
    from otklik.backups import archive, folder
    from otklik.lib import clock
    from otklik.site import backup

    first = min(cards, block.BLOCK)
    block.fill(clock.now(), first)
    if cards > first:
        multiply.multiply(cards // first)
    alone, beside = Writer(), Writer()
    with alone:
        time.sleep(BEFORE)
    path = folder.named(Path(settings.DATA), folder.NAME, clock.now())
    with beside:
        making = _timed(lambda: backup.write(path, clock.now()))
    checking = _timed(lambda: archive.check(path))
    loaded = _timed(lambda: _load(path))
    lines = [
        f"cards                        {cards:>10}",
        f"copy, MB                     {path.stat().st_size / 1e6:>10.1f}",
        f"making it, s                 {making:>10.1f}",
        f"checking its sums, s         {checking:>10.1f}",
        f"loading and comparing, s     {loaded:>10.1f}",
        f"a write alone, ms            {alone.summary}",
        f"a write beside the copy, ms  {beside.summary}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _load(path: Path) -> None:
    """Raises Damaged unless what was loaded is what was copied."""
    from otklik.backups import folder, postgres
    from otklik.site import loading

    copy = loading.checked(path)
    manifest = copy.manifest
    with folder.scratch(path.parent) as room:
        file = loading.unpacked(copy, room)
        if manifest["database"] == "sqlite":
            loading.examine_sqlite(file, manifest)
            return
        with postgres.scratch() as name:
            postgres.load(file, name)
            loading.examine_postgres(name, manifest)


def _timed(what: Callable[[], object]) -> float:
    began = time.monotonic()
    what()
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
