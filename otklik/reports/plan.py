"""The step of a Schedule, and its verbs: when its hour comes, each reader's sending is written, once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from otklik.journal import book
from otklik.lib.due import finish
from otklik.people.models import User
from otklik.reports.models import Schedule, Sending
from otklik.reports.spans import Cycle, last_whole, next_time


@dataclass(frozen=True, slots=True)
class When:
    """As the fields of a Schedule."""

    cycle: Cycle
    hour: int
    day: int

    def next(self, now: datetime) -> datetime:
        return next_time(self.cycle, self.hour, self.day, now, ZoneInfo(settings.TIME_ZONE))


def plan(rows: list[Schedule], now: datetime) -> None:
    """Inside its step's transaction. After a stop the last whole period goes out and no older one."""
    zone = ZoneInfo(settings.TIME_ZONE)
    for row in rows:
        cycle = Cycle(row.cycle)
        period = last_whole(cycle, now, zone)
        sendings = [
            Sending(schedule=row, user=reader, period=period, made_at=now, due_at=now)
            for reader in row.readers.order_by("pk")
        ]
        Sending.objects.bulk_create(sendings, ignore_conflicts=True)
        finish(row, When(cycle, row.hour, row.day).next(now))


def add(when: When, ending: str, readers: Collection[User], by: User, at: datetime) -> Schedule:
    """The first one goes out at the next such hour."""
    with book.turn():
        row = Schedule.objects.create(
            cycle=when.cycle, ending=ending, hour=when.hour, day=when.day, by=by, at=at, due_at=when.next(at)
        )
        row.readers.set(readers)
        _write("schedule.add", row, by, at, len(readers))
    return row


def remove(row: Schedule, by: User, at: datetime) -> bool:
    """With the sendings that have not gone yet. False when somebody was quicker."""
    with book.turn():
        pk, count = row.pk, row.readers.count()
        if not Schedule.objects.filter(pk=pk).delete()[0]:
            return False
        row.pk = pk  # deleting takes it from the object
        _write("schedule.remove", row, by, at, count)
    return True


def leave(row: Schedule, reader: User, at: datetime) -> None:
    """One reader less; what waits for him does not go. Without readers nothing is sent."""
    with book.turn():
        row.readers.remove(reader)
        Sending.objects.filter(schedule=row, user=reader, state=Sending.State.WAITING).delete()
        _write("schedule.leave", row, reader, at, row.readers.count())


def _write(verb: str, row: Schedule, by: User, at: datetime, readers: int) -> None:
    data = {"hour": row.hour, "day": row.day, "readers": readers}
    book.write(
        at=at,
        actor=f"user:{by.pk}",
        verb=verb,
        subject=f"schedule:{row.pk}",
        reason=f"{row.cycle}.{row.ending}",
        data=data,
    )
