"""«Взять себе»: a card before one operator, so that two do not judge the same one. A hint between people, no state.

A card is held for `HOLD` and then free again by itself: whoever went to lunch stands in nobody's way.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import as_stored, hold, record
from otklik.people.models import User

HOLD = timedelta(minutes=30)
ENDED = (State.NOISE, State.DONE)
CANDIDATES, AGAIN = 20, 5
Around = Callable[[Incident], AbstractContextManager[Any]]


class NotFree(Exception):
    """The card is before somebody else (`holder`), or has ended meanwhile (`holder` is None). Nothing was done."""

    def __init__(self, holder: User | None) -> None:
        super().__init__(f"held by {holder.pk}" if holder else "ended")
        self.holder = holder


def holder_of(incident: Incident, at: datetime) -> User | None:
    """Who has the card before him at that moment; nobody once his time is over. `taken_by` is read if not there."""
    if incident.taken_by_id is None or incident.taken_at is None or incident.taken_at < at - HOLD:
        return None
    return incident.taken_by


def must_not_be_anothers(incident: Incident, user: User, at: datetime) -> Incident:
    """The card as the database has it now; raises NotFree when somebody else has it before him. Inside
    `book.writing()`.
    """
    now = as_stored(incident)
    if now.taken_by_id != user.pk and (holder := holder_of(now, at)) is not None:
        raise NotFree(holder)
    return now


def free(cards: QuerySet[Incident], user: User, at: datetime) -> QuerySet[Incident]:
    """Those that the user could take next: nobody has them, or somebody else's time is over. Never his own."""
    lapsed = Q(taken_at__lt=at - HOLD) & ~Q(taken_by=user)
    return cards.filter(Q(taken_by__isnull=True) | lapsed, state=State.NEW)


def take_up(incident: Incident, user: User, at: datetime, from_another: bool = False) -> Incident:
    """Put the card before this user; his own is held for longer. One guarded UPDATE, so never to two.

    `from_another` takes it out of a colleague's hands: that is asked for in so many words, and journalled as such.
    Raises NotFree. Returns the card as it now stands.
    """
    with hold(incident.pk):
        before = Incident.objects.values_list("taken_by_id", "taken_at").get(pk=incident.pk)
        holder_pk, since = before
        open_cards = Incident.objects.filter(pk=incident.pk).exclude(state__in=ENDED)
        mine = Q(taken_by__isnull=True) | Q(taken_by=user) | Q(taken_at__lt=at - HOLD)
        asked = open_cards if from_another else open_cards.filter(mine)
        if not asked.update(taken_by=user, taken_at=at):
            raise NotFree(_holder(incident, user, at))
        running = since is not None and since >= at - HOLD
        if holder_pk != user.pk:
            verb = "take_over" if holder_pk and running else "take_up"
            record(incident, verb, at=at, actor=f"user:{user.pk}", data={"held_by": holder_pk or 0})
    incident.refresh_from_db()
    return incident


def let_go(incident: Incident, user: User, at: datetime) -> Incident:
    """Out of one's own hands. A card that one does not have stays as it is: that raises NotFree."""
    with hold(incident.pk):
        if not Incident.objects.filter(pk=incident.pk, taken_by=user).update(taken_by=None, taken_at=None):
            raise NotFree(_holder(incident, user, at))
        record(incident, "let_go", at=at, actor=f"user:{user.pk}")
    incident.refresh_from_db()
    return incident


def take_next(cards: QuerySet[Incident], user: User, at: datetime, around: Around = nullcontext) -> Incident | None:
    """The first free card in the order of `cards` that nobody snatched meanwhile; None when there is none.

    The order is read outside of the turn, which is short: each try is one guarded UPDATE. `around(card)` surrounds
    each try: the desk keeps there what can be taken back.
    """
    for _again in range(AGAIN):
        candidates = list(free(cards, user, at)[:CANDIDATES])
        for card in candidates:
            with suppress(NotFree), around(card):
                return take_up(card, user, at)
        if len(candidates) < CANDIDATES:
            return None
    return None


def _holder(incident: Incident, user: User, at: datetime) -> User | None:
    now = Incident.objects.select_related("taken_by").get(pk=incident.pk)
    holder = holder_of(now, at)
    return None if now.state in ENDED or holder == user else holder
