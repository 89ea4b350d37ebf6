"""How much of its hourly budget a token has used, as the answer's headers tell. Pure.

Two headers: `X-Business-Use-Case-Usage` for tokens of pages and system users, `X-App-Usage` for the others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from otklik.networks.values import mapping, mappings, read, real

SLOW_FROM = 80  # percent
STOP_FROM = 100
_UNKNOWN_REST = timedelta(minutes=10)
_LONGEST_REST = timedelta(days=2)
_COUNTERS = ("call_count", "total_cputime", "total_time")


@dataclass(frozen=True, slots=True)
class Usage:
    """`percent` of the fullest budget; `regain` is how long until a used up one works again, None = not told."""

    percent: float = 0.0
    regain: timedelta | None = None

    @property
    def slow(self) -> bool:
        return self.percent >= SLOW_FROM

    @property
    def spent(self) -> bool:
        return self.percent >= STOP_FROM

    @property
    def rest(self) -> timedelta:
        return self.regain or _UNKNOWN_REST


def usage_of(headers: Mapping[str, str]) -> Usage:
    """The fullest of all budgets that the headers name; an empty Usage where they name none."""
    percent, regain = 0.0, None
    for entry in _entries(headers):
        percent = max([percent, *(real(entry.get(name)) or 0.0 for name in _COUNTERS)])
        minutes = real(entry.get("estimated_time_to_regain_access")) or 0.0
        if minutes > 0:
            told = min(timedelta(minutes=min(minutes, 10_000.0)), _LONGEST_REST)
            regain = max(regain or told, told)
    return Usage(percent, regain)


def _entries(headers: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    low = {name.lower(): value for name, value in headers.items()}
    yield mapping(read(low.get("x-app-usage", "").encode()))
    for entries in mapping(read(low.get("x-business-use-case-usage", "").encode())).values():
        yield from mappings(entries)
