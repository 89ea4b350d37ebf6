"""`python -m bench.moving`: an export of N made-up incidents goes in and comes out again; seconds, memory, the longest
transaction. Exit code 1 when a promise is missed, so that a person looks."""

import argparse
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.beside import Writer
from bench.desk.database import database
from bench.moving.making import write

NAME = "otklik_bench_moving"
ROWS, PROMISED = 100_000, 300
LONGEST = 0.2


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.moving", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"how many incidents ({ROWS})")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", action="store_true", help="only read the file: our reader, then openpyxl")
    args = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="otklik-bench-"))
    try:
        if args.reader:
            return _readers(folder / "in.xlsx", args.rows, args.seed)
        with database(args.database, folder, again=False, keep=False, name=NAME):
            return _run(args, folder)
    finally:
        shutil.rmtree(folder)


def _run(args: argparse.Namespace, folder: Path) -> int:
    from otklik.demo.region import load_reference
    from otklik.exchange.moving import leaving, sheet_out
    from otklik.exchange.moving.taking import take
    from otklik.incidents.models import Incident
    from otklik.lib import clock

    load_reference(clock.now(), lambda done, total: None)
    _made(folder / "in.xlsx", args.rows, args.seed)
    began, used = time.monotonic(), time.process_time()
    with Writer() as beside:
        done = take(folder / "in.xlsx", ZoneInfo("Europe/Moscow"), lambda remarks: None, lambda done, total: None)
        took = time.monotonic() - began
    _say(
        f"{args.database}: {done.new} incidents in after {took:.0f} s ({time.process_time() - used:.0f} s of this "
        f"process), longest transaction {done.longest * 1000:.0f} ms, memory at most {_memory()} MB"
    )
    _say(f"somebody else's write meanwhile, ms: {beside.summary}")
    began = time.monotonic()
    again = take(folder / "in.xlsx", ZoneInfo("Europe/Moscow"), lambda remarks: None, lambda done, total: None)
    _say(f"the same file once more: {again.same} known, {again.new} new, {time.monotonic() - began:.0f} s")
    for masked in (False, True):
        began = time.monotonic()
        count = sheet_out.write(folder / "out.xlsx", leaving.rows(Incident.objects.all(), masked=masked))
        how = "masked" if masked else "with authors"
        _say(f"{count} out, {how}: {time.monotonic() - began:.0f} s, memory at most {_memory()} MB")
    late = args.database == "sqlite" and done.longest > LONGEST
    return int(took > PROMISED * args.rows / ROWS or done.new != args.rows or again.new != 0 or late)


def _readers(path: Path, rows: int, seed: int) -> int:
    """Every cell is read and thrown away."""
    import openpyxl

    from otklik.exchange.moving.reading import opened

    _made(path, rows, seed)
    began = time.monotonic()
    with opened(path) as export:
        cells = sum(len(export_row.cells) for export_row in export.rows())
    _say(f"our reader: {cells} cells, {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    cells = sum(cell is not None for row in sheet.iter_rows(values_only=True) for cell in row)
    _say(f"openpyxl: {cells} cells, {time.monotonic() - began:.1f} s")
    return 0


def _made(path: Path, rows: int, seed: int) -> None:
    """In a process of its own: a careful writer of shared texts keeps all of them in memory."""
    maker = get_context("spawn").Process(target=write, args=(path, rows, seed))
    maker.start()
    maker.join()
    if maker.exitcode:
        raise SystemExit("the export was not made")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
