"""Is the journal's chain whole? Checked piece by piece, so that no request runs for minutes."""

from dataclasses import dataclass

from otklik.journal import book
from otklik.journal.models import Entry

PIECE = 10_000


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the check has come. `broken` is the first entry that does not fit, 0 for none yet."""

    upto: int
    last: int
    broken: int

    @property
    def over(self) -> bool:
        return bool(self.broken) or self.upto >= self.last

    @property
    def percent(self) -> int:
        return 100 if self.upto >= self.last else 100 * self.upto // max(self.last, 1)


def check(after: int, upto: int = 0) -> Checked:
    """The entries after the one with this id, at most PIECE of them. Three queries.

    `upto` is the last entry there was when the check began: those written meanwhile wait for the next one. Each piece
    starts from the stored hash of the entry before it, which the piece before has checked.
    """
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last = min(upto, newest) if upto > 0 else newest
    earlier = (
        Entry.objects.filter(pk__lte=after).order_by("-pk").values_list("pk", "hash").first() if after > 0 else None
    )
    reached, before = earlier or (0, book.FIRST)
    piece = Entry.objects.filter(pk__gt=reached, pk__lte=last).order_by("pk").select_related("free_reason")[:PIECE]
    for entry in piece.iterator(chunk_size=2000):
        if entry.before != before or not fits(entry):
            return Checked(reached, last, entry.pk)
        reached, before = entry.pk, entry.hash
    return Checked(reached, last, 0)


def fits(entry: Entry) -> bool:
    """Whether the row's own seal is right, and that of its free words while they exist."""
    return entry.hash == book.seal(entry) and book.reason_fits(entry)
