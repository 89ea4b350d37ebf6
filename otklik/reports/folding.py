"""The step of MonthFolding: keeps the folded months young, so that little has to be laid over them.

It opens no long transaction: a month is read by one question, folded in memory, and written as one row. Nothing depends
on how far it has come: figures are exact without a single folded month, only slower.
"""

import logging
import uuid
from collections.abc import Container
from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Min

from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib.due import LeaseLost, claim, finish
from otklik.reports import gather
from otklik.reports.columns import pack, rows_in
from otklik.reports.gather import columns_of, layout
from otklik.reports.models import FoldedMonth, MonthFolding
from otklik.reports.months import bounds, month_of
from otklik.reports.periods import FIRST_DAY, midnight

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
MOST_NEWER = 500
"""So many cards that are newer than the folded months are laid over in passing; of more their months are folded
anew."""
OLDEST = timedelta(hours=1)
A_TURN = 6
"""Months folded in one turn: a worker that is told to stop does not wait for all of them."""
LEASE = timedelta(minutes=5)
A_LOOK = 100_000
"""So many changed cards are looked at in one turn: an export that was taken in has changed a million."""
LOOKED_OVER = timedelta(days=7)
"""No folded month is older: each is folded anew in its turn, and must come out as it was."""
FORGOTTEN = timedelta(days=2)
"""So long a version that is not in use any more keeps its folded months, for whoever still runs it."""


def bind(foldings: list[MonthFolding], now: datetime) -> None:
    """One row. Each of its writes is a transaction of its own."""
    for folding in foldings:
        finish(folding, now if _turn(folding, now, ZoneInfo(settings.TIME_ZONE)) else now + EVERY)


def fold_all(now: datetime) -> None:
    """All that is to be folded at this moment, for whoever has just brought in a history: then nobody has to wait for
    its figures. A worker that is at it already does it instead, and goes on where this is broken off."""
    MonthFolding.objects.update(due_at=now)
    with suppress(LeaseLost):
        while foldings := claim(MonthFolding, now, LEASE, 1):
            bind(foldings, now)


def _turn(folding: MonthFolding, now: datetime, zone: ZoneInfo) -> bool:
    """Whether there is more to do at once."""
    newest = _newest()
    if layout() not in folding.seen:
        # From here on whatever is folded has seen more than this; months still to come are read as they are.
        least = FoldedMonth.objects.filter(layout=layout()).aggregate(least=Min("revision"))["least"]
        _raise(folding, newest if least is None else min(newest, least), now)
    there = set(FoldedMonth.objects.filter(layout=layout()).values_list("month", flat=True))
    missing = _missing(there, zone)
    if missing:
        whole = len(there) + len(missing)
        for at, month in enumerate(missing[:A_TURN]):
            _tell(folding, whole, len(missing) - at)
            fold(month, now, zone)
        return _over(folding, more=len(missing) > A_TURN)
    if _many_newer(folding, now):
        return _over(folding, more=_fold_anew(folding, newest, now, zone))
    _look_over(now, zone)
    FoldedMonth.objects.exclude(layout=layout()).filter(folded_at__lt=now - FORGOTTEN).delete()
    return False


def fold(month: date, now: datetime, zone: ZoneInfo) -> FoldedMonth:
    """Read a month's cards and keep them. Which revision it has seen is asked first: what comes between the two
    questions is in it, and laid over it once more, which changes nothing."""
    seen = _newest()
    since, until = bounds(month, zone)
    columns = columns_of(
        Incident.objects.filter(started_at__gte=since, started_at__lt=until).order_by("started_at", "pk")
    )
    fields = {"revision": seen, "rows": rows_in(columns), "folded_at": now, "cards": pack(columns, tuple(gather.WORDS))}
    mark = {"mark": str(uuid.uuid4())}
    return FoldedMonth.objects.update_or_create(month=month, layout=layout(), defaults=fields | mark)[0]


def _newest() -> int:
    """The revision up to which whatever is read next knows every change."""
    settled = book.settled_before()
    return book.not_past(Incident.objects.aggregate(newest=Max("revision"))["newest"] or 0, settled)


def _raise(folding: MonthFolding, revision: int, now: datetime) -> None:
    folding.seen, folding.raised_at = {**folding.seen, layout(): revision}, now
    MonthFolding.objects.filter(pk=folding.pk).update(seen=folding.seen, raised_at=now)


def _tell(folding: MonthFolding, whole: int, left: int) -> None:
    """How far this round is, for whoever waits for it."""
    folding.whole, folding.left = whole, left
    MonthFolding.objects.filter(pk=folding.pk).update(whole=whole, left=left)


def _over(folding: MonthFolding, more: bool) -> bool:
    """A round that has nothing left is told of no more."""
    if not more:
        _tell(folding, 0, 0)
    return more


def progress() -> int:
    """How much of the round that is going on is done, in whole per cent; 0 before it has begun. One query."""
    whole, left = MonthFolding.objects.order_by("pk").values_list("whole", "left").first() or (0, 0)
    return min(100 * (whole - left) // whole, 99) if whole else 0


def _missing(there: Container[date], zone: ZoneInfo) -> list[date]:
    """Months that have cards and are not `there`, the latest first: those are asked for most."""
    cards, months = Incident.objects.filter(started_at__gte=midnight(FIRST_DAY, zone)), []
    latest = cards.aggregate(latest=Max("started_at"))["latest"]
    while latest is not None:
        month = month_of(latest, zone)
        if month not in there:
            months.append(month)
        latest = cards.filter(started_at__lt=bounds(month, zone)[0]).aggregate(latest=Max("started_at"))["latest"]
    return months


def _many_newer(folding: MonthFolding, now: datetime) -> bool:
    newer = Incident.objects.filter(revision__gt=folding.seen[layout()])[:MOST_NEWER].count()
    old = folding.raised_at is None or now - folding.raised_at >= OLDEST
    return newer >= MOST_NEWER or (newer > 0 and old)


def _fold_anew(folding: MonthFolding, newest: int, now: datetime, zone: ZoneInfo) -> bool:
    """Fold the months that have changed, those first that have seen least; so the bound rises however busy one is.

    What is looked at in one turn reaches up to a revision; the next turn goes on behind it. The round is told of by
    revisions, and what a turn has looked at is done month by month.
    """
    bound = folding.seen[layout()]
    newer = Incident.objects.filter(revision__gt=bound, revision__lte=newest).order_by("revision")
    upto = newer.values_list("revision", flat=True)[A_LOOK : A_LOOK + 1].first() or newest
    changed: dict[date, int] = {}
    for started, revision in newer.filter(revision__lte=upto).values_list("started_at", "revision").iterator():
        month = month_of(started, zone)
        changed[month] = max(changed.get(month, 0), revision)
    seen = dict(FoldedMonth.objects.filter(layout=layout(), month__in=changed).values_list("month", "revision"))
    stale = sorted((at, month) for month, at in seen.items() if at < changed[month])
    whole = max(folding.whole, newest - bound)
    for done, (_at, month) in enumerate(stale[:A_TURN], start=len(seen) - len(stale)):
        _tell(folding, whole, newest - bound - (upto - bound) * done // len(seen))
        fold(month, now, zone)
    left = stale[A_TURN:]
    _raise(folding, min([upto, *(at for at, _month in left)]), now)
    return bool(left) or upto < newest


def _look_over(now: datetime, zone: ZoneInfo) -> None:
    """Fold the oldest folded month anew. One that has seen everything must come out the same; else a change went by
    without a revision, which is a fault of ours that somebody should hear of."""
    old = FoldedMonth.objects.filter(layout=layout(), folded_at__lt=now - LOOKED_OVER).order_by("folded_at").first()
    if old is None:
        return
    before, fresh = bytes(old.cards), fold(old.month, now, zone)
    since, until = bounds(old.month, zone)
    newer = Incident.objects.filter(started_at__gte=since, started_at__lt=until, revision__gt=old.revision)
    if before != bytes(fresh.cards) and not newer.exists():
        log.error("the cards of %s have changed without a new revision", old.month.strftime("%Y-%m"))
