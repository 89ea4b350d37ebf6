"""Pages by key: where the next one begins, as a word in an address line that anybody may have typed."""

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from otklik.desk.gate import integer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FARTHEST = 253_000_000_000_000_000
"""Microseconds to the year 9987."""


def mark_of(moment: datetime, pk: int) -> str:
    """The last row of a page, «microseconds.id»."""
    return f"{(moment - _EPOCH) // _MICROSECOND}.{pk}"


def read_mark(given: str) -> tuple[datetime, int] | None:
    """None for whatever is no mark."""
    moment, point, pk = given.partition(".")
    micros, number = integer(moment, -1), integer(pk, -1)
    if not point or not 0 <= micros <= _FARTHEST or number < 0:
        return None
    return _EPOCH + timedelta(microseconds=micros), number


def after(mark: tuple[datetime, int], column: str, *, falling: bool = False) -> Q:
    """The rows that follow it, in the order of that column and of ids."""
    moment, pk = mark
    way = "lt" if falling else "gt"
    return Q(**{f"{column}__{way}": moment}) | Q(**{column: moment, f"pk__{way}": pk})
