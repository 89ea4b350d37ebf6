"""What some entries of the journal are about, read by sets; and what follows from them, written by sets."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import QuerySet

from otklik.answers.models import Answer
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, Watch
from otklik.incidents.workflow import Change, lock, record_all
from otklik.journal.models import Entry
from otklik.notify.alerts.models import Chase
from otklik.notify.alerts.people import Staff
from otklik.notify.alerts.tell import News, tell_all
from otklik.people.models import User
from otklik.routing.models import Deadline, Inquiry

Row = TypeVar("Row", Deadline, Answer, Watch, Rating, Inquiry, User)
ACTOR = "machine:alerts"


class Batch:
    """Entries with their cards. Each kind of row that they name is one question, and none where no entry names one."""

    def __init__(self, entries: Sequence[Entry], now: datetime) -> None:
        self.now = now
        self._entries = entries
        self._kept: dict[str, dict[int, Any]] = {}
        self._news: list[tuple[Sequence[int], News]] = []
        self._chases: list[Chase] = []
        self._changes: list[Change] = []

    @cached_property
    def cards(self) -> dict[int, Incident]:
        named = {entry.incident for entry in self._entries if entry.incident}
        return Incident.objects.select_related("agency", "place").in_bulk(named) if named else {}

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.cards.values())

    @cached_property
    def _begun(self) -> set[int]:
        chases = Chase.objects.filter(entry__in=[entry.pk for entry in self._entries])
        return set(chases.values_list("entry", flat=True))

    def row(self, rows: QuerySet[Row], entry: Entry, name: str) -> Row | None:
        """The one of these rows that the entry names in its data."""
        if name not in self._kept:
            named = {_number(one.data.get(name)) for one in self._entries}
            self._kept[name] = {row.pk: row for row in rows.filter(pk__in=named - {0})}
        return self._kept[name].get(_number(entry.data.get(name)))

    def tell(self, people: Iterable[int], news: News) -> None:
        self._news.append((list(people), news))

    def begin(self, entry: Entry, kind: str, incident: Incident, due_at: datetime, **about: Any) -> Chase | None:
        """What is followed up from this entry on; None where that has begun already."""
        if entry.pk in self._begun:
            return None
        chase = Chase(entry=entry.pk, kind=kind, incident=incident, since=self.now, due_at=due_at, **about)
        self._chases.append(chase)
        return chase

    def runs(self, rating: Rating) -> bool:
        """Whether this reply is followed up already."""
        here = any(one.rating == rating for one in self._chases)
        return here or Chase.objects.filter(rating=rating, due_at__isnull=False).exists()

    def record(self, change: Change) -> None:
        self._changes.append(change)

    def write(self) -> None:
        """Inside `book.writing()`. First what is said of cards, since cards are locked before letters."""
        if self._changes:
            lock({one.incident for one in self._changes})
            record_all(self._changes, at=self.now, actor=ACTOR)
        if self._chases:
            Chase.objects.bulk_create(self._chases)
        tell_all(self._news, self.now)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
