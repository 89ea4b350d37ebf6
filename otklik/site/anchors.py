"""The journal's head written down elsewhere every night, and held against the journal: rewritten or cut off, it shows.

A line is a moment, what it is, the number of an entry and the seal that ends with it, and a signature. Of the journal
it knows no more than these two, so that its seals may change. Who has the server has the key to sign with, too; what he
has not is what lies on another machine.
"""

import hmac
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from otklik.backups.models import Run, note
from otklik.journal import seals
from otklik.lib import clock
from otklik.lib.mail import mail
from otklik.lib.outbox import Failure

HEAD = "head"
FAILURES = (OSError, Failure)
Line = tuple[str, int, str]
"""What it is (HEAD, or the life that a restore began), the number of an entry, its seal."""


def are_wanted() -> bool:
    return bool(settings.ANCHORS or settings.ANCHOR_MAIL)


def nightly() -> None:
    """What was written down is compared, tonight's head is written; what became of it stands in a row for people."""
    if not are_wanted():
        return
    at, fault = clock.now(), ""
    try:
        fault = astray()
        write(HEAD, *seals.head(), at)
    except FAILURES as failed:
        fault = fault or f"Отметку журнала не записать: {failed}"
    if fault:
        sys.stderr.write(f"{fault}\n")
    note(Run(kind=Run.Kind.ANCHOR, at=at, file=_file().name if settings.ANCHORS else "", ok=not fault, fault=fault))


def write(kind: str, number: int, seal: str, at: datetime) -> None:
    """One more line, on the disk, and a letter. Raises one of FAILURES; the letter is sent all the same."""
    entry = f"{at.astimezone(UTC).isoformat(timespec='seconds')} {kind} {number} {seal}"
    line = f"{entry} {_signature(entry)}\n"
    try:
        if settings.ANCHORS:
            handle = os.open(_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
    finally:
        if settings.ANCHOR_MAIL:
            mail(settings.ANCHOR_MAIL, f"Журнал: {settings.REGION}, запись {number}", line)


def astray() -> str:
    """Where the journal is not the one whose heads were written down, in a sentence; "" when it is. Raises OSError."""
    held: set[tuple[int, str]] = set()
    for kind, number, seal in lines():
        if kind != HEAD and (last := seals.went_back(number, kind)) is not None:
            # It went back to what a copy held: what came after that is gone, and everybody was told.
            held = {(earlier, kept) for earlier, kept in held if earlier <= last}
        held.add((number, seal))
    seal_by_number = seals.hashes(number for number, _seal in held)
    for number, seal in sorted(held):
        if number and seal_by_number.get(number) != seal:
            what = "другая" if number in seal_by_number else "её нет"
            return f"Журнал не тот: запись {number} отмечена в {_file()}, а в базе {what}."
    return ""


def lines() -> Iterator[Line]:
    """A line that was cut off, or is none of ours, is passed over. Raises OSError."""
    if not settings.ANCHORS or not _file().exists():
        return
    for line in _file().read_text(encoding="ascii", errors="replace").splitlines():
        parts = line.split(" ")
        if len(parts) == 5 and parts[2].isdecimal() and len(parts[2]) < 19 and len(parts[3]) == 64:
            yield parts[1], int(parts[2]), parts[3]


def soundness() -> str:
    """The journal in a word for `otklik audit`: "ok", or where it is broken, or not the one that was written down."""
    broken = seals.broken_at()
    if broken is not None:
        return f"broken at {broken}"
    try:
        return astray() or "ok"
    except OSError as failed:
        return f"Отметки журнала не прочесть: {failed}"


def _file() -> Path:
    return Path(settings.ANCHORS or ".") / "otklik-journal.txt"


def _signature(entry: str) -> str:
    own = hmac.digest(settings.SECRET_KEY.encode(), b"otklik: the head of the journal", "sha256")
    return hmac.digest(own, entry.encode(), "sha256").hex()
