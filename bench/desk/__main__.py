"""Builds ten thousand cards and measures, makes more of them and measures again; one table at the end."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.desk.database import database


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when a promise is missed at the largest size, so that a person looks."""
    parser = argparse.ArgumentParser("python -m bench.desk", description=__doc__)
    parser.add_argument("--cards", type=int, default=100_000, help="how many cards in the end (default 100000)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, help="where the file is kept (default: a new temporary folder)")
    parser.add_argument("--n", type=int, default=60, help="how many times each page is asked for (default 60)")
    parser.add_argument("--only", default="", help="only pages whose title holds this")
    parser.add_argument(
        "--again", action="store_true", help="measure what an earlier --keep has left, and build nothing"
    )
    parser.add_argument("--keep", action="store_true", help="leave the database there")
    args = parser.parse_args(words)
    folder = args.folder or Path(tempfile.mkdtemp(prefix="otklik-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with database(args.database, folder, args.again, args.keep or args.again):
            return _run(args)
    finally:
        if not (args.keep or args.again):
            shutil.rmtree(folder)


def _run(args: argparse.Namespace) -> int:
    from django.db import connection

    from bench.desk import block, multiply, table
    from bench.desk.measure import Measured, measure
    from bench.desk.pages import pages, plant
    from otklik.lib import clock
    from otklik.reports.folding import fold_all

    now = clock.now()
    rows: dict[str, list[Measured]] = {}
    targets: list[str] = []
    sizes = [args.cards] if args.again else sorted({block.BLOCK, args.cards})
    for size in sizes:
        began = time.monotonic()
        if not args.again:
            block.fill(now) if size == block.BLOCK else multiply.multiply(size // block.BLOCK)
            fold_all(clock.now())  # as a worker does
            block.analyze()
        planted = plant()
        _say(f"{size} cards are there after {time.monotonic() - began:.0f} s")
        for page in pages(now, planted):
            if args.only not in page.title:
                continue
            rows.setdefault(page.title, []).append(measure(page, args.n))
            targets += [page.title] if page.target else []
            last = rows[page.title][-1]
            _say(f"  {page.title}: {1000 * last.high:.0f} ms, work {1000 * last.work:.0f} ms")
    version = ".".join(map(str, connection.get_database_version()))
    lines = [table.header(connection.vendor, version, args.n), "", *table.lines(sizes, rows, targets)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if table.missed(rows, targets) else 0


def _say(line: str) -> None:
    """Beside the table, for whoever waits."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
