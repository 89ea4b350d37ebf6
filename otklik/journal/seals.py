"""Sealing what was written, and checking that nobody has changed it.

Entries are appended by everybody at once; the step `seal` puts its seal on them right after, in batches: a hash over
every entry of the batch and over the seal before it. A batch ends where no transaction that is still running can add an
entry any more (`book.settled`), so a number that is missing from it was never used, and the seal says so: one that goes
missing later is a hole, one that comes later is an intruder.

Entries of earlier versions carry a hash each, of themselves and of the entry before; the first seal stands on the last
of these.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.db.models import Count, Min, QuerySet, Subquery
from django.db.models.functions import Coalesce

from otklik.journal import book
from otklik.journal.models import Entry, Seal, Sealing
from otklik.lib.due import finish

FIRST = "0" * 64
MOST = 512
"""Entries under one seal: so few that whoever looks for the changed one finds it."""
EVERY = timedelta(seconds=1)
LATE = timedelta(minutes=5)
"""After which an entry without a seal means that nobody seals."""
Gap = tuple[int, int]
_CHAINED = Entry.objects.exclude(hash="")


def seal(rows: list[Sealing], now: datetime) -> None:
    """The step of the Sealing: what has settled gets its seal, a batch at a time."""
    for row in rows:
        full = seal_next(now) == MOST
        finish(row, now if full else now + EVERY, {"entry": newest().last})


def seal_next(now: datetime) -> int:
    """Seals the next batch of what has settled; returns of how many entries. Three queries, five on PostgreSQL.

    Two that seal at once make one seal: the second finds its place taken, and its transaction fails.
    """
    before = newest()
    entries = list(_between(before.last, book.settled())[:MOST])
    if entries:
        numbers = [entry.pk for entry in entries]
        made = Seal(after=before.last, last=numbers[-1], at=now, gaps=_gaps(before.last, numbers))
        made.hash = _hash(before.hash, made, entries)
        made.save(force_insert=True)
    return len(entries)


def seal_all(now: datetime) -> None:
    """Everything that has settled, for whoever leaves the journal to others: a restore, a history that was loaded."""
    while seal_next(now):
        pass


def newest() -> Seal:
    """The last seal; where there is none yet, one (not saved) that stands for the old chain."""
    last_seal = Seal.objects.order_by("-after").first()
    if last_seal is not None:
        return last_seal
    last, chained = _CHAINED.order_by("-pk").values_list("pk", "hash").first() or (0, FIRST)
    return Seal(after=-1, last=last, hash=chained)


@dataclass(frozen=True, slots=True)
class Tail:
    """What has no seal yet: how many entries, and since when the oldest waits."""

    count: int
    since: datetime | None


def tail() -> Tail:
    """One query."""
    return Tail(**_waiting().aggregate(count=Count("pk"), since=Min("at")))


def late(before: datetime) -> QuerySet[Entry]:
    """The first entry that has no seal yet, where it was written before this moment; or no row. May be one part of a
    union."""
    first = _waiting().order_by("pk").values("pk")[:1]
    return Entry.objects.filter(pk__in=first, at__lt=before).order_by()


def _waiting() -> QuerySet[Entry]:
    """What has no seal yet."""
    sealed = Subquery(Seal.objects.order_by("-after").values("last")[:1])
    chained = Subquery(_CHAINED.order_by("-pk").values("pk")[:1])
    return Entry.objects.filter(pk__gt=Coalesce(sealed, chained, 0))


def proof_of(entry: Entry) -> str:
    """The hash of everything in the row, its number included; what the old chain says of an entry of that time."""
    return entry.hash or _digest(entry)


def head() -> tuple[int, str]:
    """The last sealed entry and its seal; (0, FIRST) of an empty journal."""
    last = newest()
    return last.last, last.hash


def hashes(numbers: Iterable[int]) -> dict[int, str]:
    """By entry the seal that ends with it, or its own hash in the old chain; entries that are gone are left out."""
    asked = list(numbers)
    ends = dict(Seal.objects.filter(last__in=asked).values_list("last", "hash"))
    there = dict(Entry.objects.filter(pk__in=asked).values_list("pk", "hash"))
    return {number: ends.get(number) or chained for number, chained in there.items()}


def went_back(number: int, life: str) -> int | None:
    """The last entry before this one (0 for none), if this one tells of the restore that began that life."""
    if not Entry.objects.filter(pk=number, verb="database.restore", data__copy=life).exists():
        return None
    return Entry.objects.filter(pk__lt=number).order_by("-pk").values_list("pk", flat=True).first() or 0


@dataclass(frozen=True, slots=True)
class Place:
    """How far a check has come: everything up to the entry `last` is whole, and the next seal stands on `hash`. Between
    the place before and this one are so many `entries`."""

    last: int = 0
    hash: str = FIRST
    entries: int = field(default=0, compare=False)


def place_before(entry: int) -> Place:
    """The last place up to this entry from which a check can go on, if everything before was found whole."""
    one = Seal.objects.filter(last__lte=entry, after__lt=entry).order_by("-after").first()
    if one is not None:
        return Place(one.last, one.hash)
    return Place(*(_CHAINED.filter(pk__lte=entry).order_by("-pk").values_list("pk", "hash").first() or (0, FIRST)))


def broken_at() -> int | None:
    """The first entry that does not fit its seal, or whose reason was changed; None = whole. Of a batch in which an
    entry was changed, its first. What has no seal yet is not judged, but for its reasons."""
    for _place, broken in pieces(Place()):
        if broken:
            return broken
    return None


def pieces(start: Place) -> Iterator[tuple[Place, int]]:
    """The check piece by piece from a place that was found whole: how far it has come, and the first entry that does
    not fit, 0 for none; it ends with that one."""
    place = start
    for entry in _old_chain(start.last).iterator(chunk_size=2000):
        broken = _misfit(entry, place.hash)
        place = Place(entry.pk, entry.hash, 1)
        yield (place, broken)
        if broken:
            return
    for one in Seal.objects.filter(after__gte=place.last).order_by("after").iterator(chunk_size=200):
        entries = list(_between(place.last, one.last))
        broken = _broken_in(one, place, entries)
        place = Place(one.last, one.hash, len(entries))
        yield (place, broken)
        if broken:
            return
    for entry in _between(place.last, None).iterator(chunk_size=2000):
        if not reason_fits(entry):
            yield (place, entry.pk)
            return


def _old_chain(after: int) -> QuerySet[Entry]:
    """What is left of it behind this entry. It ends before the first seal: nobody adds to it."""
    first = Seal.objects.order_by("after").first() or newest()
    left = Entry.objects.filter(pk__lte=first.last if first.after < 0 else first.after)
    left = left.filter(pk__gt=after) if after else left  # from the beginning on, below every number that is given out
    return left.order_by("pk").select_related("free_reason")


def _misfit(entry: Entry, before: str) -> int:
    return 0 if entry.hash == chained(entry, before) and reason_fits(entry) else entry.pk


def _broken_in(one: Seal, place: Place, entries: Sequence[Entry]) -> int:
    """The entry that went missing or came later; else the one whose reason was changed; else, when the hash differs,
    the first of the batch: which of them was changed a hash over all does not say."""
    gap_numbers = set(_numbers(_gaps(place.last, [*(entry.pk for entry in entries), one.last + 1])))
    strange = gap_numbers ^ set(_numbers(one.gaps))
    unfit = [entry.pk for entry in entries if not reason_fits(entry)]
    if strange or unfit or (one.after == place.last and one.hash == _hash(place.hash, one, entries)):
        return next(iter(sorted(strange) or unfit), 0)
    return entries[0].pk if entries else one.last


def reason_fits(entry: Entry) -> bool:
    """Whether the free words, where they are still kept, are those that were sealed."""
    free = getattr(entry, "free_reason", None)
    return free is None or book.digest_of_words(free.salt, free.text) == entry.reason_seal


def chained(entry: Entry, before: str) -> str:
    """The hash that the old chain gave an entry: of everything in the row, and of the hash before it."""
    return _sha256([before, *_content(entry)])


def _between(after: int, upto: int | None) -> QuerySet[Entry]:
    """The entries behind the one and up to the other, in their order."""
    within = Entry.objects.filter(pk__gt=after, **({} if upto is None else {"pk__lte": upto}))
    return within.order_by("pk").select_related("free_reason")


def _gaps(after: int, numbers: Sequence[int]) -> list[Gap]:
    """The numbers between these, from the one after `after` on, as pairs of the first and the last one of each gap."""
    return [(one + 1, two - 1) for one, two in pairwise([after, *numbers]) if two - one > 1]


def _numbers(gaps: Iterable[Sequence[int]]) -> Iterator[int]:
    for first, last in gaps:
        yield from range(first, last + 1)


def _hash(before: str, made: Seal, entries: Sequence[Entry]) -> str:
    gaps = [list(gap) for gap in made.gaps]
    return _sha256([before, made.after, made.last, gaps, *(_digest(entry) for entry in entries)])


def _digest(entry: Entry) -> str:
    return _sha256([entry.pk, *_content(entry)])


def _content(entry: Entry) -> list[object]:
    return [
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.verb,
        entry.subject,
        entry.incident,
        entry.reason,
        entry.reason_seal,
        entry.data,
    ]


def _sha256(whole: list[object]) -> str:
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
