"""The measurements as one table for people."""

from collections.abc import Iterable, Mapping, Sequence

from bench.desk.measure import Measured
from bench.machine import machine, pace

LIMIT, MOST = 0.1, 10


def header(kind: str, version: str, times: int) -> str:
    return f"{machine(kind, version)}; n = {times}; milliseconds in one process\n{pace()}"


def lines(sizes: Sequence[int], rows: Mapping[str, Sequence[Measured]], targets: Iterable[str]) -> list[str]:
    """The middle, the 95th percentile and the processor time for each size; «!»: missed at the largest."""
    kept = set(targets)
    heads = "".join(f"{f'{size:,}'.replace(',', ' '):>12}{'p95':>8}{'work':>8}" for size in sizes)
    table_lines = [f"{'page':<34}{heads}{'ratio':>8}{'queries':>9}"]
    for title, measures in rows.items():
        times = "".join(_times(one) for one in measures)
        ratio = measures[-1].middle / measures[0].middle
        missed = title in kept and (measures[-1].high >= LIMIT or measures[-1].queries > MOST)
        table_lines.append(f"{title:<34}{times}{ratio:>8.1f}{measures[-1].queries:>9}{' !' if missed else ''}")
    return table_lines


def _times(one: Measured) -> str:
    return f"{1000 * one.middle:>12.1f}{1000 * one.high:>8.1f}{1000 * one.work:>8.1f}"


def missed(rows: Mapping[str, Sequence[Measured]], targets: Iterable[str]) -> bool:
    kept = set(targets)
    return any(
        measures[-1].high >= LIMIT or measures[-1].queries > MOST for title, measures in rows.items() if title in kept
    )
