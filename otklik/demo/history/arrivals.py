"""When messages come: a growing stream with the rhythm of a week and a day. Pure."""

from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

DAYS, LAST_DAYS = 212, 30
LAST_SHARE = 3_620 / 16_000
GROWTH = 0.8  # how much more comes at the end of the months before the last than at their beginning
FRESHEST = timedelta(minutes=2)

_WEEK = (1.12, 1.1, 1.05, 1.05, 1.0, 0.85, 0.75)
_DAY = (
    0.30, 0.18, 0.12, 0.10, 0.12, 0.25, 0.60, 1.10, 1.55, 1.65, 1.60, 1.50,
    1.55, 1.45, 1.35, 1.30, 1.35, 1.50, 1.75, 1.90, 1.95, 1.70, 1.20, 0.65,
)  # fmt: skip


def arrivals(rng: Random, count: int, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """`count` moments in order, all before `now`; a fixed share of them in the last thirty days, today included."""
    last = round(count * LAST_SHARE)
    first = now.astimezone(zone).date() - timedelta(days=LAST_DAYS - 1)
    start, turn = now - timedelta(days=DAYS), datetime.combine(first, time(), zone)
    moments = _between(rng, count - last, start, turn, GROWTH, zone)
    moments += _between(rng, last, turn, now - FRESHEST, 0.1, zone)
    return sorted(moments)


def _between(rng: Random, count: int, start: datetime, end: datetime, growth: float, zone: ZoneInfo) -> list[datetime]:
    hours = int((end - start).total_seconds() // 3600)
    slots = [start + timedelta(hours=number) for number in range(hours)]
    weights = [_weight(slot.astimezone(zone)) * (1 + growth * place / hours) for place, slot in enumerate(slots)]
    chosen = rng.choices(slots, weights, k=count)
    return [slot + timedelta(seconds=rng.randrange(3600)) for slot in chosen]


def _weight(local: datetime) -> float:
    return _WEEK[local.weekday()] * _DAY[local.hour]
