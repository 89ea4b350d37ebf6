"""When a letter goes out: gathered for some minutes, not in quiet hours, at once when it is pressing. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one wall time to another, over midnight where the second is earlier; the same twice is never."""

    start: time
    end: time

    def holds(self, local: time) -> bool:
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


NEVER = Quiet(time(0), time(0))


def leaves_at(now: datetime, pressing: bool, quiet: Quiet, gather: timedelta, zone: ZoneInfo) -> datetime:
    """The moment a letter begun now is to leave: `now` itself when it is pressing. Aware, in the zone of `now`.

    Whatever comes for the same person and way before that moment joins it.
    """
    if pressing:
        return now
    local = (now + gather).astimezone(zone)
    if not quiet.holds(local.time()):
        return now + gather
    end = datetime.combine(local.date(), quiet.end, zone)
    if end <= local:
        end = datetime.combine(local.date() + timedelta(days=1), quiet.end, zone)
    return end.astimezone(now.tzinfo)
