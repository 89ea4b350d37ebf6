"""Acts of destruction: each entry of the journal that tells of a forgotten person is one. Nothing of the person is in
it; the seals of the journal prove it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from otklik.journal.models import Entry
from otklik.journal.seals import proof_of
from otklik.privacy.forget import VERB


@dataclass(frozen=True, slots=True)
class Destruction:
    """`number` is one of their own row, without holes. `rows`: how many of each model, its label in lower case."""

    number: int
    entry: int
    at: datetime
    actor: str
    rows: Counter[str]
    hash: str


def newest(most: int) -> list[Destruction]:
    """Two queries."""
    entries = list(Entry.objects.filter(verb=VERB).order_by("-pk")[:most])
    last = Entry.objects.filter(verb=VERB).count() if entries else 0
    return _acts(entries, last)


def act(entry: int) -> Destruction | None:
    """By the id of its entry."""
    entries = list(Entry.objects.filter(verb=VERB, pk=entry))
    return next(iter(_acts(entries, Entry.objects.filter(verb=VERB, pk__lte=entry).count())), None)


def act_of(author: int) -> int:
    """The entry of the newest act on this author's row; 0 for none."""
    entries = Entry.objects.filter(verb=VERB, subject=f"author:{author}").order_by("-pk")
    return entries.values_list("pk", flat=True).first() or 0


def _acts(entries: Sequence[Entry], last: int) -> list[Destruction]:
    return [
        Destruction(last - at, one.pk, one.at, one.actor, _rows(one), proof_of(one)) for at, one in enumerate(entries)
    ]


def _rows(entry: Entry) -> Counter[str]:
    """Without what the journal itself adds, as in whose place somebody acts."""
    return Counter({label: number for label, number in entry.data.items() if "." in label})
