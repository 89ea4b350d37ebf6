"""What measurements have in common: what they say of the machine they were made on, and shares of times."""

import math
import os
import time
from collections.abc import Sequence


def machine(kind: str, version: str) -> str:
    """The database and the machine, in one line."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{kind} {version}; {os.cpu_count()} cores, load {load}"


def pace() -> str:
    """How fast it is now, by a loop that every machine can run."""
    took = sorted(_loop() for _ in range(9))
    return f"a million additions take {took[0]:.0f} ms at best, {took[4]:.0f} in the middle, {took[-1]:.0f} at worst"


def share(times: Sequence[float], part: float) -> float:
    """The time within which that part of them stays."""
    ordered = sorted(times)
    return ordered[math.ceil(len(ordered) * part) - 1]


def _loop() -> float:
    began, total = time.perf_counter(), 0
    for number in range(1_000_000):
        total += number
    return 1000 * (time.perf_counter() - began)
