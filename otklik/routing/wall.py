"""When a clock on the wall shows a time: local times, which a zone may skip or show twice, as moments. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, in UTC, at which the clocks of the zone show that time or a later one.

    `local` is naive. Of a time that is shown twice it is the first showing; of one that is skipped, the jump itself.
    So what begins earlier by the wall never begins later by the world.
    """
    before, after = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return before if before <= after else _jump(after, before, zone)


def _jump(first: datetime, last: datetime, zone: ZoneInfo) -> datetime:
    """The second between the two at which the zone's offset changes."""
    offset = first.astimezone(zone).utcoffset()
    while last - first > _SECOND:
        middle = first + (last - first) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            first = middle
        else:
            last = middle
    return last.replace(microsecond=0)
