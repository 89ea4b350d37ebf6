"""Who is judged first: what an author writes belongs to the card that his earlier words open.

Those may be judged at this very moment, in the same batch or by another worker, and then their card is not there yet.
"""

from collections.abc import Sequence
from datetime import datetime

from otklik.inbox.models import Message
from otklik.incidents.known import in_dialogue


def overtaking(messages: Sequence[Message], now: datetime) -> tuple[set[int], set[int]]:
    """The ids of those of this batch that come after earlier words of their author in it; and of those whose author's
    earlier words another worker has now. One query, of the few rows that somebody has.

    Ask before asking for cards: words that nobody has any more have their card by then.
    """
    asking = [one for one in messages if in_dialogue(one) or one.parent_external_id]
    if not asking:
        return set(), set()
    elsewhere = Message.objects.exclude(lease="").filter(leased_until__gt=now, own=False, due_at__isnull=False)
    names = ("pk", "author_id", "place", "thread_id", "network", "external_id")
    others = elsewhere.exclude(lease__in={one.lease for one in messages}).only(*names)
    here, there = _opening(messages), _opening(list(others))
    first = {one.pk for one in asking if here.get(_waits_for(one), one.pk) < one.pk}
    return first, {one.pk for one in asking if there.get(_waits_for(one), one.pk) < one.pk} - first


def _opening(messages: Sequence[Message]) -> dict[tuple[object, ...], int]:
    """The first of the messages by whatever a later one may refer to it."""
    found: dict[tuple[object, ...], int] = {}
    for one in sorted(messages, key=lambda one: one.pk):
        found.setdefault(_address(one, one.external_id), one.pk)
        if in_dialogue(one):
            found.setdefault(_dialogue(one), one.pk)
    return found


def _waits_for(one: Message) -> tuple[object, ...]:
    return _dialogue(one) if in_dialogue(one) else _address(one, one.parent_external_id)


def _address(one: Message, external_id: str) -> tuple[object, ...]:
    return one.author_id, one.network, external_id


def _dialogue(one: Message) -> tuple[object, ...]:
    return one.author_id, one.thread_id
