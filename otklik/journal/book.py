"""Writing into the journal.

Entries are appended by everybody at once and get their seal a moment later (seals.py). Whoever writes says so at the
beginning of his transaction: on PostgreSQL by a shared advisory lock whose key holds the last number given out by then,
so that whoever reads on in the order of numbers knows up to which one nothing can come any more (`settled`). SQLite has
one writer at a time anyway.

Work on cards goes on side by side (`writing`); what changes the region's own data, its agencies, rules and people, is
alone for the moment that it takes (`turn`), since that work has looked at them.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import connection, transaction

from otklik.journal.models import Entry, Reason, check_code, check_data
from otklik.lib import wake

_WORK = 7_104_851
_MARK = 7_104 << 44
"""In the keys of marks, above the number that was the journal's last when a transaction began. The database's function
`journal_settled` (migration 0006) knows it, too."""
_LAST = "last_value - (CASE WHEN is_called THEN 0 ELSE 1 END)"
_inside: ContextVar[str] = ContextVar("inside", default="")
"""Whether a transaction that writes is open here: one of the two locks, or nothing."""
_BESIDE, _ALONE = "pg_advisory_xact_lock_shared", "pg_advisory_xact_lock"
_substitution: ContextVar[tuple[int, int]] = ContextVar("stands_in", default=(0, 0))
_program: ContextVar[int] = ContextVar("program", default=0)


class Row(Protocol):
    """Of a row of another layer the journal knows the key alone."""

    @property
    def pk(self) -> Any: ...


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
def writing(savepoint: bool = True) -> Iterator[None]:
    """A transaction that may write to the journal, beside others that do. What it relies on it has locked itself:
    work on cards by `workflow.hold`.

    Inside another one it is a savepoint, or a part of that: then whoever catches inside of the other one what leaves
    this block makes a savepoint of his own."""
    with _transaction(_BESIDE, savepoint):
        yield


@contextmanager
def turn() -> Iterator[None]:
    """A transaction that may write to the journal while nobody else does. Inside one that is open already it is part of
    that, and no more alone than that."""
    with _transaction(_ALONE):
        yield


@contextmanager
def _transaction(lock: str, savepoint: bool = True) -> Iterator[None]:
    """The locks come first, before any row is locked, so that two writers never wait for each other crosswise. The
    number is read before the mark is set, and numbers are taken after: none that this one takes lies under its mark."""
    with transaction.atomic(savepoint=savepoint or not _inside.get()):
        if _inside.get():
            yield
            return
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT {lock}(%s), {_BESIDE}(%s + {_LAST}) FROM journal_entry_id_seq",  # noqa: S608 our own
                    [_WORK, _MARK],
                )
        wake.after_commit()
        before = _inside.set(lock)
        try:
            yield
        finally:
            _inside.reset(before)


def alone() -> bool:
    """Whether nobody else writes until this transaction ends: it is a `turn`, or the database has one writer."""
    return _inside.get() == _ALONE or connection.vendor != "postgresql"


def settled() -> int:
    """The number up to which every entry that will ever be is there to be read by the next statement; whoever reads on
    in the order of numbers keeps no place behind it. What this transaction has written itself counts as there: the
    place is taken back together with that. One statement."""
    if connection.vendor != "postgresql":
        return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_settled()")
        return int(cursor.fetchone()[0])


def not_past(number: int, settled: int | None) -> int:
    """The place of reading that goes with something read after `settled_before()`, whose newest has this number."""
    return number if settled is None else min(number, settled)


def settled_before() -> int | None:
    """`settled`, for whoever reads next what has the numbers of entries and keeps the newest of them as his place. None
    where numbers come in their order: whatever is there then is there up to the newest."""
    return settled() if connection.vendor == "postgresql" else None


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
    """Append one entry; only inside `writing()` or `turn()`. `reason` is a code, `words` are free text kept apart.

    Raises ValidationError when anything but ids and codes is about to enter the journal.
    """
    if not _inside.get():
        raise RuntimeError("journal.write outside of a transaction that writes to the journal")
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
        reason_seal=digest_of_words(salt, words) if words else "",
        data=data,
    )
    entry.save(force_insert=True)
    if words:
        Reason.objects.create(entry=entry, salt=salt, text=words)
    return entry


def write_deed(
    kind: str, verb: str, row: Row, by: Row, at: datetime, data: Mapping[str, Any] | None = None, words: str = ""
) -> Entry:
    """Append what the person `by` did to a row, whose subject is `kind:pk`. Raises as `write` does."""
    return write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"{kind}:{row.pk}", data=data, words=words)


def write_all(lines: Sequence[Line]) -> list[int]:
    """Append many entries in their order; only inside `writing()`/`turn()`. Gives their ids. Raises as `write` does."""
    if not _inside.get():
        raise RuntimeError("journal.write_all outside of a transaction that writes to the journal")
    entries: list[Entry] = []
    salts: list[str] = []
    for line in lines:
        for code in (line.actor, line.verb, line.subject):
            check_code(code)
        check_data(line.data)
        salts.append(secrets.token_hex(16) if line.words else "")
        entries.append(
            Entry(
                at=line.at.astimezone(UTC),
                actor=line.actor,
                verb=line.verb,
                subject=line.subject,
                incident=line.incident,
                reason_seal=digest_of_words(salts[-1], line.words) if line.words else "",
                data={**line.data, **_for_whom(line.actor)},
            )
        )
    made = Entry.objects.bulk_create(entries)
    salted_lines = zip(made, lines, salts, strict=True)
    Reason.objects.bulk_create(
        Reason(entry=entry, salt=salt, text=line.words) for entry, line, salt in salted_lines if salt
    )
    return [entry.pk for entry in made]


def in_place_of(user: int, absent: int) -> None:
    """What this user does from here on in this thread he does by the right of `absent`; 0 is by his own.

    Said by whoever finds that a right was lent (people/access.py), and forgotten at the beginning of a request and
    of each batch of background work.
    """
    _substitution.set((user, absent))


@contextmanager
def by_program(token: int) -> Iterator[None]:
    """What people do meanwhile in this thread a program does for them, with this token: every entry says so."""
    before = _program.set(token)
    try:
        yield
    finally:
        _program.reset(before)


def _for_whom(actor: str) -> dict[str, int]:
    user, absent = _substitution.get()
    program = _program.get() if actor.startswith("user:") else 0
    stand_in = {"for": absent} if absent and actor == f"user:{user}" else {}
    return stand_in | ({"program": program} if program else {})


def forget_reason(entry: Entry) -> None:
    """Erase the free words of one entry; the entry and the chain stay whole."""
    Reason.objects.filter(entry=entry).delete()


def digest_of_words(salt: str, words: str) -> str:
    """What an entry says of its free words: it proves them while they exist, and says nothing after."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()
