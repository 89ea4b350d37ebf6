"""A bulk append to the journal: told in any order, written in the order of time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from otklik.journal.book import digest_of_words
from otklik.journal.models import Entry, Reason
from otklik.lib.insert import insert

PIECE = 2_000


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One entry to be; the fields are those of `book.write`."""

    at: datetime
    order: int
    actor: str
    verb: str
    subject: str
    incident: int
    reason: str
    words: str
    data: tuple[tuple[str, Any], ...]


class Ledger:
    """Entries waiting to be written. Entries of one moment keep the order in which they were told."""

    def __init__(self) -> None:
        self._entries: list[EntryDraft] = []

    def __len__(self) -> int:
        return len(self._entries)

    def tell(
        self,
        at: datetime,
        actor: str,
        verb: str,
        incident: int,
        *,
        subject: str = "",
        reason: str = "",
        words: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """As `workflow.record` does: `verb` without «incident.», the subject is the card unless another is named."""
        self._entries.append(
            EntryDraft(
                at=at,
                order=len(self._entries),
                actor=actor,
                verb=f"incident.{verb}",
                subject=subject or f"incident:{incident}",
                incident=incident,
                reason=reason,
                words=words,
                data=tuple((data or {}).items()),
            )
        )

    def write(self, rng: Random, progress: Callable[[int, int], None]) -> None:
        """Append everything behind what the journal holds. Inside a transaction."""
        self._entries.sort(key=lambda draft: (draft.at, draft.order))
        number = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for start in range(0, len(self._entries), PIECE):
            entries, reasons = [], []
            for draft in self._entries[start : start + PIECE]:
                number += 1
                entry, reason = _entry(draft, number, rng)
                entries.append(entry)
                reasons += [reason] if reason else []
            insert(Entry, entries)
            Reason.objects.bulk_create(reasons)
            progress(start + len(entries), len(self._entries))


def _entry(draft: EntryDraft, number: int, rng: Random) -> tuple[Entry, Reason | None]:
    salt = f"{rng.getrandbits(128):032x}" if draft.words else ""
    entry = Entry(
        pk=number,
        at=draft.at.astimezone(UTC),
        actor=draft.actor,
        verb=draft.verb,
        subject=draft.subject,
        incident=draft.incident,
        reason=draft.reason,
        reason_seal=digest_of_words(salt, draft.words) if salt else "",
        data=dict(draft.data),
    )
    return entry, Reason(entry=entry, salt=salt, text=draft.words) if salt else None
