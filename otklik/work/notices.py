"""Notices for one person, written in the transaction of what they are about."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from otklik.incidents.models import Incident, Note
from otklik.people.models import User
from otklik.work.models import Notice

_lines: ContextVar[tuple[list[Notice], ...]] = ContextVar("lines", default=())


def tell(
    people: Iterable[User],
    kind: Notice.Kind,
    *,
    by: User,
    at: datetime,
    incident: Incident | None = None,
    note: Note | None = None,
) -> None:
    """A new notice for each of them, except for `by` himself. Inside the transaction of the change. Nothing else
    creates notices, so that undo finds those of a change (`new_lines`)."""
    made = Notice.objects.bulk_create(
        Notice(user=user, kind=kind, incident=incident, note=note, by=by, at=at) for user in people if user.pk != by.pk
    )
    for lines in _lines.get():
        lines.extend(made)


@contextmanager
def new_lines() -> Iterator[list[Notice]]:
    """Every notice that is created inside of the block; complete when the block ends."""
    lines: list[Notice] = []
    before = _lines.set((*_lines.get(), lines))
    try:
        yield lines
    finally:
        _lines.reset(before)
