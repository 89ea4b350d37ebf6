"""The list of whom we forgot, twice: in the database, and in a file beside it that no restore makes older.

A line of the file is a keyed hash and a moment. It is only ever added to, and it is on disk before the first row of the
person is touched.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings

from otklik.inbox.models import Forgotten


def remember(mark: str, at: datetime) -> None:
    """From here on he is known as forgotten; twice is once, and the later moment holds."""
    if at > dict(lines()).get(mark, datetime.min.replace(tzinfo=UTC)):
        _append(f"{mark} {at.astimezone(UTC).isoformat(timespec='seconds')}\n")
    _keep(mark, at)


def take_over() -> int:
    """What the file knows and the database does not, as after a restore: how many lines of it are new to it."""
    known = dict(Forgotten.objects.values_list("mark", "at"))
    fresh = {mark: at for mark, at in lines() if mark not in known or known[mark] < at}
    for mark, at in fresh.items():
        _keep(mark, at)
    return len(fresh)


def lines() -> Iterator[tuple[str, datetime]]:
    """(mark, moment); a line that was cut off is passed over: whoever wrote it had not begun yet."""
    if not settings.FORGOTTEN_FILE.exists():
        return
    for line in settings.FORGOTTEN_FILE.read_text(encoding="ascii", errors="replace").splitlines():
        mark, _space, time_text = line.partition(" ")
        try:
            at = datetime.fromisoformat(time_text)
        except ValueError:
            continue
        if len(mark) == 64 and at.tzinfo is not None:
            yield mark, at


def _keep(mark: str, at: datetime) -> None:
    row, made = Forgotten.objects.get_or_create(mark=mark, defaults={"at": at})
    if not made and row.at < at:
        Forgotten.objects.filter(pk=row.pk).update(at=at)


def _append(line: str) -> None:
    handle = os.open(settings.FORGOTTEN_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
