"""What the watching step would have written of each clock by now, and what it still has to do."""

from datetime import datetime, timedelta
from random import Random

from otklik.demo.history.opening import WARN_BEFORE
from otklik.demo.history.tale import CLOCKS, Tale
from otklik.routing.models import Deadline, Norm


def settle(tale: Tale) -> None:
    """Warnings and misses of all clocks of a card, after its story has been told."""
    for deadline in tale.deadlines:
        _settle(tale, deadline)


def _settle(tale: Tale, deadline: Deadline) -> None:
    now = tale.cast.now
    ended = min((at for at in (deadline.met_at, deadline.cancelled_at, now) if at), default=now)
    # A clock younger than a warning's lead is only looked at when it runs out.
    long = deadline.limit_at - deadline.starts_at > WARN_BEFORE
    seen = max(deadline.limit_at - WARN_BEFORE, tale.row.created_at) if long else deadline.limit_at
    if seen < ended and seen < deadline.limit_at:
        deadline.warned_at = _written(tale, deadline, "warn", seen, ended)
    if deadline.missed_at is None and deadline.limit_at < ended:
        deadline.missed_at = _written(tale, deadline, "overdue", deadline.limit_at, ended)
    if deadline.met_at is None and deadline.cancelled_at is None and deadline.missed_at is None:
        deadline.due_at = deadline.limit_at if deadline.warned_at or not long else seen


def _written(tale: Tale, deadline: Deadline, verb: str, due: datetime, ended: datetime) -> datetime:
    """The entry; the worker looks within seconds."""
    second = deadline.clock == Norm.Clock.SECOND_ANSWER  # it came later: the rest of the history is drawn as before
    rng = Random(f"{tale.row.number}/{verb}/{due}") if second else tale.rng
    at = min(due + timedelta(seconds=rng.uniform(0.2, 15)), ended)
    tale.stage.ledger.tell(at, CLOCKS, verb, tale.row.pk, data={"deadline": deadline.pk, "clock": str(deadline.clock)})
    return at
