"""Builds the cards, folds them, asks the pages of figures and their recount, and prints one table."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.desk.database import database

if TYPE_CHECKING:
    from bench.reports.measure import Row

NAME = "otklik_bench_reports"


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 when a promise is missed, so that a person looks."""
    parser = argparse.ArgumentParser("python -m bench.reports", description=__doc__)
    parser.add_argument("--cards", type=int, default=1_000_000, help="how many cards (default 1000000)")
    parser.add_argument("--years", type=int, default=5, help="over how many years they lie (default 5)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--name", default=NAME, help="of the server's database")
    parser.add_argument("--folder", type=Path, help="where files are kept (default: a new temporary folder)")
    parser.add_argument("--n", type=int, default=100, help="how many times each page is asked for (default 100)")
    parser.add_argument("--only", default="", help="only pages whose title holds this")
    parser.add_argument("--baseline", type=int, default=3, help="how many times the recount is asked (default 3)")
    parser.add_argument("--again", action="store_true", help="measure what an earlier --keep has left")
    parser.add_argument("--keep", action="store_true", help="leave the database there")
    args = parser.parse_args(words)
    folder = args.folder or Path(tempfile.mkdtemp(prefix="otklik-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with database(args.database, folder, args.again, args.keep or args.again, args.name):
            return _run(args)
    finally:
        if not (args.keep or args.again):
            shutil.rmtree(folder)


def _run(args: argparse.Namespace) -> int:
    from bench.reports import build, table
    from bench.reports.measure import measured, young
    from otklik.lib import clock
    from otklik.site.web import settle

    now = clock.now()
    began = time.monotonic()
    if not args.again:
        build.build(args.cards, args.years, now)
    _say(f"the cards are there after {time.monotonic() - began:.0f} s")
    settle()  # as the web server does
    first = [] if args.again else [_report(young(now, args.n))]
    folded = build.fold(clock.now())
    _say(f"folded: {folded.months} months, {folded.seconds:.1f} s")
    rows = first + [_report(row) for row in measured(now, args.n, args.baseline, args.only)]
    sys.stdout.write("\n".join([*table.header(args.n, folded), "", *table.lines(rows)]) + "\n")
    return 1 if table.missed(rows) else 0


def _report(row: "Row") -> "Row":
    _say(f"  {row.title}: {1000 * row.high:.0f} ms, work {1000 * row.work:.0f} ms")
    return row


def _say(line: str) -> None:
    """Beside the table, for whoever waits."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
