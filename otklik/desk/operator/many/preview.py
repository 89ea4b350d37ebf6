"""Before anything is done: which cards can be done, which cannot and why, and what would become of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from otklik.desk.gate import integer
from otklik.desk.operator.many.base import Act
from otklik.incidents.cards import may_move, visible_to
from otklik.incidents.models import Incident
from otklik.incidents.taking import holder_of
from otklik.people.models import User

MOST = 500
MOST_NAMED = 30
SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Group:
    """Cards of which the same is said. `numbers` are the first of them, `more` is how many are not named."""

    words: str
    count: int
    numbers: list[int]

    @property
    def more(self) -> int:
        return self.count - len(self.numbers)


@dataclass(frozen=True, slots=True)
class Preview:
    """`unseen` counts the ids of cards that this user may not see: their numbers are not shown."""

    ready: list[Incident]
    outcomes: list[Group]
    held: list[Group]
    samples: list[tuple[int, str]]
    unseen: int
    asked: int

    @property
    def barred(self) -> int:
        return self.asked - len(self.ready)


def read_ids(text: str) -> list[int]:
    """From a hostile form, each once, in their order. One more than the most means: too many."""
    pks = (integer(part) for part in text.split(",", MOST + 1)[: MOST + 1])
    return list(dict.fromkeys(pk for pk in pks if pk > 0))


def cards_of(user: User, ids: Iterable[int]) -> list[Incident]:
    """Those that this user may see, in the order of their ids. One query."""
    order = {pk: place for place, pk in enumerate(ids)}
    seen = visible_to(user).select_related("theme__group", "place", "agency", "taken_by").filter(pk__in=order)
    return sorted(seen, key=lambda card: order[card.pk])


def look(user: User, act: Act, ids: Sequence[int], at: datetime) -> Preview:
    """Changes nothing. A fixed number of queries, whatever the number of cards."""
    cards = cards_of(user, ids)
    act.prepare(cards, at)
    ready: list[Incident] = []
    outcomes: dict[str, list[int]] = {}
    held: dict[str, list[int]] = {}
    for card in cards:
        why = obstacle(user, act, card, at)
        if not why:
            ready.append(card)
        numbers = held.setdefault(why, []) if why else outcomes.setdefault(act.outcome(card), [])
        numbers.append(card.number)
    samples = [(card.number, text) for card in ready[:SAMPLES] if (text := act.sample(card))]
    return Preview(ready, groups(outcomes), groups(held), samples, len(ids) - len(cards), len(ids))


def obstacle(user: User, act: Act, card: Incident, at: datetime) -> str:
    """Why this user cannot do this to the card now; "" when he can."""
    if not may_move(user, card, act.move):
        return _("на них у вас нет прав")
    holder = holder_of(card, at) if act.alone else None
    if holder is not None and holder.pk != user.pk:
        return _("сейчас у коллеги: %s") % holder.initials
    return act.obstacle(card)


def groups(numbers_by_words: dict[str, list[int]]) -> list[Group]:
    """The largest first."""
    ordered = sorted(numbers_by_words.items(), key=lambda pair: -len(pair[1]))
    return [Group(words, len(numbers), sorted(numbers)[:MOST_NAMED]) for words, numbers in ordered]
