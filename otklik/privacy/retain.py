"""The step of a Sweep: what has been kept for its time is forgotten, a piece at a time, once a night."""

from datetime import datetime

from django.db.models import F

from otklik.feedback.registers.follow import next_night
from otklik.journal import book
from otklik.lib.due import finish
from otklik.networks.models import RawEvent
from otklik.privacy import again
from otklik.privacy.kinds import BY_CODE, KINDS, Kind
from otklik.privacy.models import Sweep
from otklik.privacy.parts import ACTOR

AGAIN = "again"
"""Not by the clock: who is on the list and has come back with an older database is forgotten again."""


def retain(sweeps: list[Sweep], now: datetime) -> None:
    """One piece of each; opens its own transactions. A round that has ended tells the journal how much it was."""
    for sweep in sweeps:
        finish(sweep, now if _turn(sweep, now) else next_night(now))


def plant(now: datetime) -> None:
    """Make the rows that are not there yet; a worker does so when it starts."""
    for code in (*(kind.code for kind in KINDS), AGAIN):
        Sweep.objects.get_or_create(kind=code, defaults={"due_at": next_night(now)})


def _turn(sweep: Sweep, now: datetime) -> bool:
    """Whether there is more to do at once."""
    if sweep.round_at is None:
        Sweep.objects.filter(pk=sweep.pk).update(round_at=now, removed=0)
    done = _piece(sweep, now)
    if done:
        Sweep.objects.filter(pk=sweep.pk).update(removed=F("removed") + done)
        if sweep.kind != AGAIN:
            return True
    _end(sweep, now)
    return False


def _piece(sweep: Sweep, now: datetime) -> int:
    if sweep.kind == AGAIN:
        return sum(again.apply(now).values())
    kind = BY_CODE.get(sweep.kind)
    before = kind.before(now) if kind else None
    if kind is None or before is None:
        return 0
    for what in kind.whats:
        rows = list(kind.left(what, before, sweep.upto).order_by("pk")[: kind.piece])
        if rows:
            what.do(rows, now)
            _goes_on_from(sweep, kind, rows[-1].pk)
            return len(rows)
    return 0


def _goes_on_from(sweep: Sweep, kind: Kind, pk: int) -> None:
    """A payload that still waits for a person is come back to."""
    if not kind.in_order:
        return
    waits = RawEvent.objects.filter(due_at__isnull=False, pk__lte=pk) if kind.code == "raw" else RawEvent.objects.none()
    first = waits.order_by("pk").values_list("pk", flat=True).first()
    Sweep.objects.filter(pk=sweep.pk).update(upto=pk if first is None else first - 1)


def _end(sweep: Sweep, now: datetime) -> None:
    with book.writing():
        here = Sweep.objects.select_for_update().get(pk=sweep.pk)
        Sweep.objects.filter(pk=sweep.pk).update(round_at=None, ended_at=now, count=here.removed, removed=0)
        if here.removed and sweep.kind != AGAIN:
            subject = f"sweep:{sweep.kind}"
            book.write(at=now, actor=ACTOR, verb="sweep.ended", subject=subject, data={"rows": here.removed})
