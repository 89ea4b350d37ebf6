"""Forgetting one person at his request: first a preview of what would be done, then the same for good.

1. Who it was is written down as a keyed hash, in the database and in a file that no restore touches: whatever is cut
   off from here on is brought to its end by again.py.
2. Others' words and the payloads, while his own are still there to tell what to look for.
3. His own words, table by table.
4. His name and number; then his cards are found by the words that are left.

The journal gets counts alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import transaction

from otklik.finding.index import renew
from otklik.finding.models import Sketch
from otklik.inbox.forgotten import mark
from otklik.inbox.models import Author
from otklik.incidents.models import Findable, Incident
from otklik.journal import book
from otklik.privacy import forgotten_file, raws, words
from otklik.privacy.kept import FILES, How
from otklik.privacy.parts import PARTS, settle_author
from otklik.privacy.trace import Trace, open_cards, trace

VERB = "person.forgotten"
FEW = 8
"""Cards of one transaction: each is read and put into dictionary forms anew."""


class StillOpen(Exception):
    """He is waiting for an answer. `numbers` are those of the cards."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(", ".join(str(number) for number in numbers))
        self.numbers = numbers


class NotAPerson(Exception):
    """A community, or one of our own accounts."""


@dataclass(frozen=True, slots=True)
class Account:
    """`rows`: how many of each model. `cards`: the numbers of his cards. `look_at`: of these the ones with files that a
    person has to check."""

    rows: Counter[str]
    look_at: list[int]
    cards: list[int]


def would(author: Author, at: datetime) -> Account:
    """What `forget` would do. Nothing changes. Raises NotAPerson."""
    person_trace = _trace_of(author, at)
    rows = words.near(person_trace, at, write=False) + words.far(person_trace, at, write=False)
    for part in PARTS:
        rows[part.model] += part.rows(person_trace).count()
    rows["networks.RawEvent"] += len(raws.with_him(person_trace))
    rows["inbox.Author"] += 1
    return Account(+rows, look_at(person_trace), numbers_of(person_trace))


def forget(author: Author, at: datetime, now: datetime, *, actor: str, with_open: bool = False) -> Account:
    """Forget what he wrote up to `at`, and him. In many short transactions; safe to repeat after it was cut off.

    Raises StillOpen while a card of his is in hand, unless `with_open`: then he gets no answer, what has not left is
    stopped as for a comment that its author deleted, and the card stays with the people who have it. Raises NotAPerson.
    """
    person_trace = _trace_of(author, at)
    waiting = [] if with_open else list(open_cards(person_trace).values_list("number", flat=True))
    if waiting:
        raise StillOpen(waiting)
    forgotten_file.remember(mark(author.network, author.external_id), at)
    rows = words.near(person_trace, now, write=True)
    if not person_trace.anew:
        rows += words.far(person_trace, now, write=True)
    heard = raws.with_him(person_trace)
    raws.empty(heard)
    rows["networks.RawEvent"] += len(heard)
    files, cards = look_at(person_trace), numbers_of(person_trace)
    for part in PARTS:
        rows[part.model] += part.run(person_trace, now)
    rows["inbox.Author"] += settle_author(person_trace, now)
    named = Findable.objects.filter(due_at=now).values_list("pk", flat=True)
    _find_anew({*person_trace.cards, *named}, now)
    rows = +rows
    with book.writing():
        entry_data = {model.lower(): number for model, number in sorted(rows.items())}
        book.write(at=now, actor=actor, verb=VERB, subject=f"author:{author.pk}", data=entry_data)
    return Account(rows, files, cards)


def numbers_of(person_trace: Trace) -> list[int]:
    return list(Incident.objects.filter(pk__in=person_trace.cards).order_by("number").values_list("number", flat=True))


def look_at(person_trace: Trace) -> list[int]:
    """The numbers of his cards with files that no program can read: a scanned act may contain his name."""
    cards: set[int] = set()
    for kept in FILES:
        if kept.how is How.LOOKED_AT:
            rows = apps.get_model(kept.model)._default_manager.filter(**{f"{kept.card}__in": person_trace.cards})
            cards |= set(rows.values_list(f"{kept.card}__number", flat=True))
    return sorted(cards)


def _trace_of(author: Author, at: datetime) -> Trace:
    if author.is_community or author.ours:
        raise NotAPerson
    return trace(author, at)


def _find_anew(cards: Iterable[int], now: datetime) -> None:
    """Index his cards anew at once, so that nothing of him is left when the index is merged (overwrite.py)."""
    ids = sorted(cards)
    for start in range(0, len(ids), FEW):
        piece = ids[start : start + FEW]
        with transaction.atomic():
            Sketch.objects.filter(incident__in=piece).delete()
            renew(piece, now)
