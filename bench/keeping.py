"""How long the clock's forgetting takes, and whom it keeps waiting: `python -m bench.keeping`.

A made-up export of N incidents moves in, a year and a day go by, and everything that is kept for its time is forgotten,
a piece at a time, while somebody writes to the journal every twentieth of a second, as the product does. Beside the
authors are as many payloads and looks. Figures for each kind: rows, the time of a piece at the beginning and at the end
of it, which stays the same where a piece does not look through what has been done with. Exit code 1 when that wait is
longer than promised, so that a person looks.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.beside import Writer
from bench.desk.database import database
from bench.moving.making import write

ROWS = 20_000
LATER = timedelta(days=366)
LONGEST = 200.0
"""Milliseconds that a write of somebody else may wait, for 99 of 100."""
BODY = b"{}" * 1500
LEASE = timedelta(minutes=10)
SHARE = 0.1
"""Of the pieces of a kind: the beginning and the end of it."""


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.keeping", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"how many incidents ({ROWS})")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    args = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="otklik-bench-"))
    try:
        with database(args.database, folder, again=False, keep=False, name="otklik_bench_keeping"):
            return _run(args.rows, folder)
    finally:
        shutil.rmtree(folder)


def _run(rows: int, folder: Path) -> int:
    from otklik.lib import clock
    from otklik.privacy import retain
    from otklik.privacy.kinds import KINDS
    from otklik.privacy.models import Sweep

    _fill(rows, folder / "in.xlsx")
    now = clock.now() + LATER
    retain.plant(now)
    _say(f"{'kind':<10}{'rows':>8}{'s':>8}{'ms a piece':>12}{'at the end':>12}{'longest':>9}   a write beside, ms")
    late = False
    for kind in KINDS:
        with Writer() as beside:
            pieces = list(_pieces(kind.code, now))
        sweep = Sweep.objects.get(kind=kind.code)
        tenth = max(1, int(len(pieces) * SHARE))
        whole = pieces[:-1] or pieces  # the last turn only finds that nothing is left
        first, last = statistics.mean(whole[:tenth]), statistics.mean(whole[-tenth:])
        _say(
            f"{kind.code:<10}{sweep.count or 0:>8}{sum(pieces) / 1000:>8.1f}{first:>12.1f}{last:>12.1f}"
            f"{max(pieces):>9.1f}   {beside.summary}"
        )
        late = late or beside.most > LONGEST
    return int(late)


def _pieces(code: str, now: datetime) -> Iterator[float]:
    """Milliseconds of each turn of the step, until the round has ended."""
    from otklik.lib.due import claim
    from otklik.privacy import retain
    from otklik.privacy.models import Sweep

    Sweep.objects.filter(kind=code).update(due_at=now)
    while rows := claim(Sweep, now, LEASE, 1):
        began = time.monotonic()
        retain.retain(rows, now)
        yield 1000 * (time.monotonic() - began)


def _fill(rows: int, path: Path) -> None:
    from otklik.demo.region import load_reference
    from otklik.exchange.moving.taking import take
    from otklik.journal.models import Look
    from otklik.lib import clock
    from otklik.networks.models import RawEvent

    load_reference(clock.now(), lambda done, total: None)
    write(path, rows)
    take(path, ZoneInfo("Europe/Moscow"), lambda remarks: None, lambda done, total: None)
    at = clock.now()
    RawEvent.objects.bulk_create(
        (RawEvent(network="vk", origin="bench", body=BODY, received_at=at, due_at=None) for _ in range(rows)), 1000
    )
    Look.objects.bulk_create((Look(user=1, incident=number, quarter=at, at=at) for number in range(rows)), 1000)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
