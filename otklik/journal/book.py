"""Writing into the journal, and checking that nobody has changed it.

The chain makes writers take turns. SQLite does so anyway; on PostgreSQL `turn()` takes one advisory lock at the
start of the transaction, before any row is locked, so that two writers can never wait for each other crosswise.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from otklik.journal.models import Entry, Reason, check_code, check_data

FIRST = "0" * 64
_LOCK = 7_104_851
_stands_in: ContextVar[tuple[int, int]] = ContextVar("stands_in", default=(0, 0))
_program: ContextVar[int] = ContextVar("program", default=0)


@dataclass(frozen=True, slots=True)
class Line:
    """One of many entries that are written at once, as `write` takes it."""

    at: datetime
    actor: str
    verb: str
    subject: str
    incident: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


@contextmanager
def turn() -> Iterator[None]:
    """A transaction that may write to the journal. Everything that changes a state runs inside one."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def write(
    *,
    at: datetime,
    actor: str,
    verb: str,
    subject: str,
    incident: int | None = None,
    reason: str = "",
    words: str = "",
    data: Mapping[str, Any] | None = None,
) -> Entry:
    """Append one entry; only inside `turn()`. `reason` is a code, `words` are free text kept apart.

    Raises ValidationError when anything but ids and codes is about to enter the journal.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("journal.write outside of journal.turn()")
    data = {**(data or {}), **_for_whom(actor)}
    for code in (actor, verb, subject, *([reason] if reason else [])):
        check_code(code)
    check_data(data)
    salt = secrets.token_hex(16) if words else ""
    entry = Entry(
        at=at.astimezone(UTC),
        actor=actor,
        verb=verb,
        subject=subject,
        incident=incident,
        reason=reason,
        reason_seal=_digest(salt, words) if words else "",
        data=data,
        before=Entry.objects.order_by("-pk").values_list("hash", flat=True).first() or FIRST,
    )
    entry.hash = seal(entry)
    entry.save(force_insert=True)
    if words:
        Reason.objects.create(entry=entry, salt=salt, text=words)
    return entry


def write_all(lines: Sequence[Line]) -> list[int]:
    """Append many entries in their order; only inside `turn()`. Gives their ids. Raises as `write` does."""
    if not connection.in_atomic_block:
        raise RuntimeError("journal.write_all outside of journal.turn()")
    before = Entry.objects.order_by("-pk").values_list("hash", flat=True).first() or FIRST
    entries: list[Entry] = []
    salts: list[str] = []
    for line in lines:
        for code in (line.actor, line.verb, line.subject):
            check_code(code)
        check_data(line.data)
        salts.append(secrets.token_hex(16) if line.words else "")
        entry = Entry(
            at=line.at.astimezone(UTC),
            actor=line.actor,
            verb=line.verb,
            subject=line.subject,
            incident=line.incident,
            reason_seal=_digest(salts[-1], line.words) if line.words else "",
            data=dict(line.data),
            before=before,
        )
        entry.hash = before = seal(entry)
        entries.append(entry)
    made = Entry.objects.bulk_create(entries)
    told = zip(made, lines, salts, strict=True)
    Reason.objects.bulk_create(Reason(entry=entry, salt=salt, text=line.words) for entry, line, salt in told if salt)
    return [entry.pk for entry in made]


def in_place_of(user: int, absent: int) -> None:
    """What this user does from here on in this thread he does by the right of `absent`; 0 is by his own.

    Said by whoever finds that a right was lent (people/access.py), and forgotten at the beginning of a request and
    of each batch of background work.
    """
    _stands_in.set((user, absent))


@contextmanager
def by_program(token: int) -> Iterator[None]:
    """What people do meanwhile in this thread a program does for them, with this token: every entry says so."""
    before = _program.set(token)
    try:
        yield
    finally:
        _program.reset(before)


def _for_whom(actor: str) -> dict[str, int]:
    user, absent = _stands_in.get()
    program = _program.get() if actor.startswith("user:") else 0
    told = {"for": absent} if absent and actor == f"user:{user}" else {}
    return told | ({"program": program} if program else {})


def seal(entry: Entry) -> str:
    """The hash of everything in the row and of the row before it."""
    told = [
        entry.before,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.verb,
        entry.subject,
        entry.incident,
        entry.reason,
        entry.reason_seal,
        entry.data,
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def broken_at() -> int | None:
    """The id of the first row that does not fit the one before, or whose reason was changed; None = whole."""
    before = FIRST
    for entry in Entry.objects.order_by("pk").select_related("free_reason").iterator(chunk_size=2000):
        if entry.before != before or entry.hash != seal(entry) or not reason_fits(entry):
            return int(entry.pk)
        before = entry.hash
    return None


def head() -> tuple[int, str]:
    """Number and hash of the last entry; (0, FIRST) of an empty journal."""
    return Entry.objects.order_by("-pk").values_list("pk", "hash").first() or (0, FIRST)


def hashes(numbers: Iterable[int]) -> dict[int, str]:
    """The hashes of those of these entries that are there."""
    return dict(Entry.objects.filter(pk__in=list(numbers)).values_list("pk", "hash"))


def went_back(number: int, life: str) -> int | None:
    """The last entry before this one (0 for none), if this one tells of the restore that began that life."""
    if not Entry.objects.filter(pk=number, verb="database.restore", data__copy=life).exists():
        return None
    return Entry.objects.filter(pk__lt=number).order_by("-pk").values_list("pk", flat=True).first() or 0


def forget_reason(entry: Entry) -> None:
    """Erase the free words of one entry; the entry and the chain stay whole."""
    Reason.objects.filter(entry=entry).delete()


def reason_fits(entry: Entry) -> bool:
    """Whether the free words, where they are still kept, are those that were sealed."""
    free = getattr(entry, "free_reason", None)
    return free is None or _digest(free.salt, free.text) == entry.reason_seal


def _digest(salt: str, words: str) -> str:
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()
