"""Telling one person by a line of his own, in the transaction of what it tells of."""

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
    """A new line for each of them, save for whoever did it himself. Inside the transaction of what it tells of. Nobody
    else makes lines: whoever takes a change back knows them by this (`new_lines`)."""
    made = Notice.objects.bulk_create(
        Notice(user=user, kind=kind, incident=incident, note=note, by=by, at=at) for user in people if user.pk != by.pk
    )
    for lines in _lines.get():
        lines.extend(made)


@contextmanager
def new_lines() -> Iterator[list[Notice]]:
    """Every line that is told inside of the block, by when it ends."""
    lines: list[Notice] = []
    before = _lines.set((*_lines.get(), lines))
    try:
        yield lines
    finally:
        _lines.reset(before)
