"""Paging through comments by time where neither their order in a listing nor its edges are known.

A window is `[low, high]` in milliseconds, `high` 0 = open. A listing that came full may have left out what is older
than its oldest or newer than its newest comment, so both sides are asked for again, with an overlap.
"""

from collections.abc import Callable
from typing import Any

from otklik.networks.max.pages import PAGE, time_of

Window = tuple[int, int]
Read = Callable[[int, int], list[dict[str, Any]]]


def bounds(window: Window) -> dict[str, int | None]:
    """The window as the call asks for it; a millisecond wider, since its edges may or may not belong to it."""
    low, high = window
    return {"after": max(low - 1, 0) or None, "before": high + 1 if high else None, "count": PAGE}


def rest_of(window: Window, items: list[dict[str, Any]]) -> list[Window]:
    """What is still to be read of a window after one listing of it."""
    times = [moment for item in items if (moment := time_of(item))]
    if len(items) < PAGE or not times:
        return []
    low, high = window
    oldest, newest = min(times), max(times)
    left: list[Window] = []
    if oldest > low:
        left.append((low, oldest))
    if not high or newest < high:
        left.append((newest, high))
    return [each for each in left if each != window]
