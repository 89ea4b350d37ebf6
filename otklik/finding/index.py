"""The step of a Findable: everything said on a card becomes the words by which it is found, and its sketch.

Whatever changes a card writes into the journal, and that makes the card's Findable due (incidents/workflow.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from otklik.finding import sketches, store
from otklik.finding.said import Said, said_on
from otklik.finding.words import keys
from otklik.incidents.models import Findable
from otklik.lib.due import finish_all

# The name of an author is asked for after his card was opened, and its coming leaves no entry in the journal.
AFTER_NAMES = timedelta(seconds=5)


def index(rows: list[Findable], now: datetime) -> None:
    """All of it in the loop's one transaction. A card whose author has no name yet comes again when that is due."""
    said = renew([row.pk for row in rows], now)
    again: defaultdict[datetime | None, list[Findable]] = defaultdict(list)
    for row in rows:
        due = said[row.pk].name_due if row.pk in said else None
        again[max(due, now) + AFTER_NAMES if due else None].append(row)
    if len(again) > 1:  # whoever changes several of these cards locks their rows in this order
        list(Findable.objects.select_for_update(no_key=True).filter(pk__in=said).order_by("pk").values_list("pk"))
    for time, some in again.items():
        finish_all(some, time)


def renew(ids: Sequence[int], now: datetime) -> dict[int, Said]:
    """What is said on these cards now, and they are found by it at once. Inside a transaction."""
    said = said_on(ids)
    store.put({pk: _keys(said[pk]) if pk in said else frozenset() for pk in ids})
    sketches.remember(ids, now)
    return said


def _keys(said: Said) -> frozenset[str]:
    return keys(said.whole()) | said.links
