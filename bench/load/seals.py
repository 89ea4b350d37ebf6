"""How long the seals take to catch up, after nobody has sealed for a while."""

import argparse
import time

from bench.load.installation import header, installation, say
from bench.machine import share

AT_ONCE = 1000


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--entries", type=int, default=100_000, help="how many have no seal (default 100000)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when the journal is not whole in the end."""
    with installation(args.database, model=False):
        from otklik.journal import book, seals
        from otklik.lib import clock

        now = clock.now()
        for start in range(0, args.entries, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, args.entries))
            with book.writing():
                book.write_all([book.Line(now, "machine:bench", "probe", f"probe:{number}") for number in numbers])
        began = time.perf_counter()
        waiting = seals.tail()
        looked, took = time.perf_counter() - began, list[float]()
        cpu = time.thread_time()
        while waiting.count:
            began = time.perf_counter()
            if not seals.seal_next(now):
                break
            took.append(1000 * (time.perf_counter() - began))
        cpu = time.thread_time() - cpu
        say(header(f"{waiting.count} entries without a seal"))
        say(
            f"caught up in {sum(took) / 1000:.1f} s, {cpu:.1f} of them of the processor, in {len(took)} batches: p50 "
            f"{share(took, 0.5):.1f} ms, the longest {max(took):.1f} ms; counting them took {1000 * looked:.1f} ms"
        )
        return int(seals.tail().count > 0 or seals.broken_at() is not None)
