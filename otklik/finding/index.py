"""The step of a Findable: everything said on a card becomes the words by which it is found, and its sketch.

Whatever changes a card writes into the journal, and that makes the card's Findable due (incidents/workflow.py).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from otklik.finding import sketches, store
from otklik.finding.card_texts import CardTexts, texts_of
from otklik.finding.models import Sketch
from otklik.finding.words import keys
from otklik.incidents.models import Findable
from otklik.incidents.workflow import find_anew
from otklik.journal import book
from otklik.lib.due import finish_all

# The name of an author is asked for after his card was opened, and its coming leaves no entry in the journal.
AFTER_NAMES = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Thought:
    """What these cards said when they were read: the words, and the sketches of those that are kept."""

    texts: Mapping[int, CardTexts]
    words: Mapping[int, frozenset[str]]
    drawn: Sequence[Sketch]


def index(rows: list[Findable], now: datetime) -> None:
    """Reads and thinks first, then writes in one short transaction. Of a card that has changed since nothing is
    written: it has come due anew by that. One whose author has no name yet comes again when that is due."""
    thought = _think([row.pk for row in rows], now)
    again: defaultdict[datetime | None, list[Findable]] = defaultdict(list)
    for row in rows:
        due = thought.texts[row.pk].name_due if row.pk in thought.texts else None
        again[max(due, now) + AFTER_NAMES if due else None].append(row)
    with book.writing():
        # Whoever changes several of these cards locks their rows in this order.
        mine = Findable.objects.select_for_update(no_key=True).filter(pk__in=[row.pk for row in rows]).order_by("pk")
        current = dict(mine.values_list("pk", "due_at"))
        _keep(thought, {row.pk for row in rows if current.get(row.pk) == row.due_at}, now)
        for time, some in again.items():
            finish_all(some, time)


def renew(ids: Sequence[int], now: datetime) -> None:
    """These cards are found by what they say now, at once. Inside `book.writing()`."""
    # A moment that no step has claimed them with: what it has read of them before, it does not write any more.
    find_anew(ids, now + timedelta(microseconds=1))
    _keep(_think(ids, now), set(ids), now)


def _think(ids: Sequence[int], now: datetime) -> Thought:
    card_texts = texts_of(ids)
    words = {pk: _keys(card_texts[pk]) if pk in card_texts else frozenset() for pk in ids}
    return Thought(card_texts, words, sketches.draw(ids, now))


def _keep(thought: Thought, cards: Collection[int], now: datetime) -> None:
    """Of these cards."""
    store.put({pk: keys for pk, keys in thought.words.items() if pk in cards})
    sketches.remember([row for row in thought.drawn if row.pk in cards], now)


def _keys(card_text: CardTexts) -> frozenset[str]:
    return keys(card_text.whole()) | card_text.links
